package org.marshalimage;

/**
 * A graph is larger than {@link MapOptions#maxObjects()} or {@link MapOptions#maxDepth()} allows.
 * The image may be sound: it is the caller who wants no graph of this size.
 */
public final class ImageLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message which limit, what it is, where it was passed, and the file
   */
  public ImageLimitException(String message) {
    super(message);
  }

  /** Returns the exception for a graph that is larger than an option allows. */
  static ImageLimitException of(String option, long limit, ImageObject root, long offset) {
    return new ImageLimitException(
        "graph is larger than MapOptions allow: "
            + option
            + "="
            + limit
            + ", offset=0x"
            + Long.toHexString(offset)
            + ", file="
            + root.bytes.file());
  }
}
