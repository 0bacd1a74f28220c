package org.marshalimage.jython;

import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CorruptImageException;

/**
 * What is said of objects of an image that lead to what they cannot lead to, as a class to bases
 * that are no tuple. Each kind of object has a dozen such places, and none is checked: what fails
 * there is told as damage.
 */
final class Damage {
  private Damage() {}

  /**
   * Returns what to throw.
   *
   * @param failure what was thrown while the object was made
   * @param object that was made
   */
  static RuntimeException told(RuntimeException failure, ImageObject object, MarshalImage image) {
    boolean isDamage =
        failure instanceof ClassCastException
            || failure instanceof NullPointerException
            || failure instanceof IndexOutOfBoundsException
            || failure instanceof IllegalArgumentException
            || failure instanceof NegativeArraySizeException
            || failure instanceof ArrayStoreException;
    if (!isDamage) {
      return failure;
    }
    RuntimeException told =
        new CorruptImageException(
            "no object of Jython's can be made of this: " + failure,
            object.offset(),
            image.path().toString());
    told.initCause(failure);
    return told;
  }
}
