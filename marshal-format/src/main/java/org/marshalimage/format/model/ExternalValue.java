package org.marshalimage.format.model;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.internal.Numbered;

/**
 * What only the running interpreter has, by a name that it knows: a built-in type, say. In an image
 * there is one object for each name.
 */
public final class ExternalValue extends Numbered implements Value {
  private final String name;

  private ExternalValue(String name) {
    this.name = name;
  }

  /**
   * Makes an external.
   *
   * @param name the interpreter's name for it; not empty
   * @return the value
   * @throws IllegalArgumentException if the name is empty or has a surrogate that stands alone
   */
  public static ExternalValue of(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("external without a name");
    }
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "name of an external has a surrogate that stands alone", e);
    }
    return new ExternalValue(name);
  }

  /**
   * Returns the name.
   *
   * @return as it was given
   */
  public String name() {
    return name;
  }

  @Override
  public int typeCode() {
    return TypeCode.EXTERNAL;
  }

  @Override
  public String toString() {
    return "external " + name;
  }
}
