package org.marshalimage.jcstress;

import org.marshalimage.StrView;

/** An object of a careless interpreter: its fields are not final, and written late. */
final class Payload {
  /** What {@link #sum} is once all is written. */
  static final int WHOLE = 7;

  private int one;
  private int two;
  private int four;

  /** Makes one of a string. */
  static Payload of(StrView string) {
    Payload payload = new Payload();
    payload.one = 1;
    payload.two = 2;
    payload.four = 4;
    return payload;
  }

  /** Tells which fields are seen. */
  int sum() {
    return one + two + four;
  }
}
