package org.marshalimage;

import java.util.NoSuchElementException;
import org.marshalimage.internal.memory.ImageBytes;

/** What only the running interpreter has, by name. An image has one object for each name. */
public final class ExternalView extends ImageObject {
  private final int number;

  ExternalView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    number = bytes.state().externals().numberOf(offset);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new ExternalView(bytes, offset);
  }

  /**
   * Returns the interpreter's name for it.
   *
   * @return not empty
   */
  public String name() {
    return bytes.state().externals().name(number);
  }

  /**
   * Returns its number; all externals of an image are numbered densely, in the order of their
   * names.
   *
   * @return its index in {@link MarshalImage#externals()}
   */
  public int number() {
    return number;
  }

  /**
   * Returns what the interpreter has for the name. {@link MapOptions.Builder#externals} is asked
   * when this is first called; of threads that call it for one name at once, each may ask, and all
   * get one object.
   *
   * @return the same object each time
   * @throws NoSuchElementException if the interpreter has none
   * @throws IllegalStateException if the image was mapped without a resolver
   */
  public Object resolve() {
    Object object = bytes.state().externals().resolve(number);
    if (object == null) {
      throw new NoSuchElementException(
          "interpreter lacks external: " + name() + ", file=" + bytes.file());
    }
    return object;
  }

  @Override
  public String toString() {
    return "external " + name();
  }
}
