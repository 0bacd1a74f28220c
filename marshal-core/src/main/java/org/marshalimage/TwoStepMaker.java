package org.marshalimage;

/**
 * Makes an interpreter's objects in two steps, so that they can refer to one another in cycles: a
 * function to its module's namespace, and that to the function.
 *
 * <p>One thread at a time makes objects in this way, in all tables; others that ask for an object
 * that is not there yet wait. What {@link Attachments#get} is asked for is allocated, and filled;
 * so is all that filling asks for in turn. No other thread gets any of these objects before all of
 * them are filled.
 *
 * @param <V> the views of the objects
 * @param <T> the interpreter's objects
 */
public interface TwoStepMaker<V extends ImageObject, T> {
  /**
   * Makes an object that others can refer to, and which is not used yet. To ask the table for
   * others is allowed, but not for this one.
   *
   * @param object of the image
   * @return not null
   */
  T allocate(V object);

  /**
   * Fills an object. Asked for others, the table gives them allocated, and fills them later; {@link
   * Attachments#getFilled} fills them before, for the case that this one looks into them.
   *
   * @param allocated what {@link #allocate} has made
   * @param object of the image
   */
  void fill(T allocated, V object);
}
