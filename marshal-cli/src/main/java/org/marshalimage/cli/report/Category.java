package org.marshalimage.cli.report;

import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TypeCode;

/** What an object is for, as a person asks who wonders where the bytes are. */
enum Category {
  CODE("code objects"),
  BYTECODE("bytecode"),
  LINES("line tables"),
  EXCEPTIONS("exception tables"),
  STRINGS("strings"),
  BYTES("bytes objects"),
  TUPLES("tuples"),
  NUMBERS("numbers"),
  OTHER("other objects");

  /** For objects that no slot of a code object leads to. */
  static final int NO_SLOT = -1;

  private final String label;

  Category(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * Returns the category of an object.
   *
   * @param kind its type code
   * @param slot the slot of a code object that led to it, or {@link #NO_SLOT}
   */
  static Category of(int kind, int slot) {
    return switch (kind) {
      case TypeCode.CODE -> CODE;
      case TypeCode.STR -> STRINGS;
      case TypeCode.TUPLE -> TUPLES;
      case TypeCode.INT, TypeCode.LONG, TypeCode.FLOAT, TypeCode.COMPLEX -> NUMBERS;
      case TypeCode.BYTES ->
          switch (slot) {
            case CodeLayout.CODE_SLOT -> BYTECODE;
            case CodeLayout.LINE_TABLE_SLOT -> LINES;
            case CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT -> EXCEPTIONS;
            default -> BYTES;
          };
      default -> OTHER;
    };
  }
}
