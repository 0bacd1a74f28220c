package org.marshalimage.internal.memory;

/** What type words stand for where they are not the type codes themselves. */
public interface TypeWords {
  /**
   * Returns the type code that a type word stands for; links the object first, where objects are
   * linked when they are first read.
   *
   * @param typeWord as it was read
   * @param offset of the object, whose head lies in the image
   * @return a type code, or -1 if there is none
   */
  int kind(long typeWord, long offset);

  /** Returns the same of an object that need not be linked for it. */
  int kindWithoutLinking(long typeWord, long offset);

  /** Waits for another thread that is linking, whose objects may be seen before what they name. */
  default void awaitLinking() {}
}
