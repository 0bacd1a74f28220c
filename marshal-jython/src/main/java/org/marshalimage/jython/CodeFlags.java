package org.marshalimage.jython;

/** The bits of {@code co_flags} that the loop looks at; see Python 2.7's module {@code inspect}. */
final class CodeFlags {
  static final int OPTIMIZED = 1;
  static final int NO_FREE = 0x40;
  static final int GENERATOR = 0x20;

  private CodeFlags() {}
}
