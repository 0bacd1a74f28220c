package org.marshalimage.format.model;

import org.marshalimage.format.TypeCode;

/** The values of which Python has one object each. */
public enum Singleton implements Value {
  /** {@code None}. */
  NONE(TypeCode.NONE),
  /** {@code True}. */
  TRUE(TypeCode.TRUE),
  /** {@code False}. */
  FALSE(TypeCode.FALSE),
  /** {@code Ellipsis}. */
  ELLIPSIS(TypeCode.ELLIPSIS),
  /** {@code StopIteration}, the type. */
  STOP_ITERATION(TypeCode.STOP_ITERATION);

  private final int typeCode;

  Singleton(int typeCode) {
    this.typeCode = typeCode;
  }

  @Override
  public int typeCode() {
    return typeCode;
  }

  /**
   * Returns the singleton of a type code.
   *
   * @param typeCode the type code of a singleton
   * @return its value
   */
  public static Singleton of(int typeCode) {
    for (Singleton singleton : values()) {
      if (singleton.typeCode == typeCode) {
        return singleton;
      }
    }
    throw new IllegalArgumentException(
        "not the type code of a singleton: " + TypeCode.nameOf(typeCode));
  }
}
