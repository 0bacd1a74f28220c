package org.marshalimage.format.model;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.CodeLayout;

/** The values that the slots of a code object name. */
final class CodeSlots {
  private CodeSlots() {}

  static @Nullable Value get(CodeValue code, int slot) {
    boolean localsPlus = code.version().hasLocalsPlus();
    return switch (slot) {
      case CodeLayout.CODE_SLOT -> code.code();
      case CodeLayout.CONSTS_SLOT -> code.consts();
      case CodeLayout.NAMES_SLOT -> code.names();
      case CodeLayout.LOCAL_NAMES_SLOT -> code.localNames();
      case CodeLayout.KINDS_OR_FREEVARS_SLOT -> localsPlus ? code.kinds() : code.storedFreevars();
      case CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT ->
          localsPlus ? code.exceptionTable() : code.storedCellvars();
      case CodeLayout.FILENAME_SLOT -> code.filename();
      case CodeLayout.NAME_SLOT -> code.name();
      case CodeLayout.QUALNAME_SLOT -> code.qualName();
      case CodeLayout.LINE_TABLE_SLOT -> code.lineTable();
      default -> throw new IndexOutOfBoundsException("no slot of a code object: index=" + slot);
    };
  }
}
