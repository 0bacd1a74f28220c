package org.marshalimage.writer;

import org.marshalimage.MarshalImage;

/**
 * Knows what a program touches of an image when it starts, for {@link ImageWriter#repack}: what a
 * {@code Trace} of {@code org.marshalimage.trace} has found, for example.
 */
@FunctionalInterface
public interface StartOrder {
  /**
   * Finds what is touched.
   *
   * @param image mapped until this returns
   * @return offsets of objects, in bytes from the start of the image, in the order in which they
   *     are first touched; of those that stand twice the first counts
   */
  long[] touched(MarshalImage image);
}
