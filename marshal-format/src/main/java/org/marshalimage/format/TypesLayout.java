package org.marshalimage.format;

/**
 * An entry of the TYPES section: a type code that objects of the image have; see the package
 * description. Offsets and sizes in bytes.
 */
public final class TypesLayout {
  public static final int CODE_OFFSET = 0;
  public static final int OBJECTS_OFFSET = 4;
  public static final int HANDLE_OFFSET = 8;

  /** Bytes of an entry. */
  public static final int SIZE = 16;

  private TypesLayout() {}
}
