package org.marshalimage.format.internal;

/** An object with room for a number; in most it takes what would be padding. */
public abstract class Numbered {
  /**
   * A number of whoever may number objects now; else whatever was left here, and means nothing. No
   * part of the object's state.
   */
  public int number;

  /** Makes an object without a number. */
  protected Numbered() {}
}
