package org.marshalimage;

/**
 * Is told what a program reads of one image, and when: given to {@link
 * MapOptions.Builder#observer}. {@code StartupTrace} of {@code marshal-writer} has one that records
 * it. Its methods are called by whatever thread reads, before it reads on; they must be safe for
 * that, and must not read the image.
 */
public interface ReadObserver {
  /**
   * Is told of the image, before anything of it is read.
   *
   * @param image that was mapped with this observer
   */
  void mapped(MarshalImage image);

  /**
   * Is told of an object whose type is read for the first time, which comes before all else of it.
   *
   * @param offset of the object, in bytes from the start of the image
   * @return whether that is enough; if not, it is told again when the type is read again
   */
  boolean read(long offset);

  /**
   * Is told of a root that has been asked for, for the first time.
   *
   * @param name of the root
   * @param nanos {@code System.nanoTime()} when it was asked for
   * @return whether that is enough; if not, it is told again when the root is asked for again
   */
  boolean root(String name, long nanos);
}
