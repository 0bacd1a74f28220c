package org.marshalimage.internal.layout;

import java.nio.ByteBuffer;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.bytecode.ExceptionTable;
import org.marshalimage.format.bytecode.LineTable;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/** Looks up one offset in the tables of a code object where they lie, without allocating. */
public final class CodeTables {
  private CodeTables() {}

  /**
   * Returns the line of an instruction.
   *
   * @param code offset of a code object that has been proven
   * @param offset in its bytecode
   */
  public static int lineAt(ImageBytes image, long code, int offset) {
    checkOffset(image, code, offset);
    long table = bytesObject(image, code, CodeLayout.LINE_TABLE_SLOT, "code line table");
    int length = ObjectChecks.bytesLength(image, table);
    int from = ImageBytes.position(table + BytesLayout.DATA_OFFSET);
    int firstLine = image.getInt(code + CodeLayout.FIRST_LINE_OFFSET);
    ByteBuffer bytes = image.buffer();
    return LineTable.lineAt(version(image, code), bytes, from, from + length, firstLine, offset);
  }

  /**
   * Returns the handler of an instruction, as {@link ExceptionTable#handlerAt} packs it.
   *
   * @param code offset of a code object that has been proven
   * @param offset in its bytecode
   */
  public static long handlerAt(ImageBytes image, long code, int offset) {
    int codeLength = checkOffset(image, code, offset);
    if (!version(image, code).hasLocalsPlus()) {
      return ExceptionTable.NO_HANDLER;
    }
    long table =
        bytesObject(image, code, CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT, "code exception table");
    int length = ObjectChecks.bytesLength(image, table);
    int from = ImageBytes.position(table + BytesLayout.DATA_OFFSET);
    long handler = ExceptionTable.handlerAt(image.buffer(), from, from + length, offset);
    if (handler == ExceptionTable.MALFORMED) {
      throw Failures.corrupt(image, "malformed exception table: length=" + length, table);
    }
    if (handler >= 0 && ExceptionTable.targetOf(handler) >= codeLength) {
      throw Failures.corrupt(
          image,
          "handler outside the bytecode: found="
              + ExceptionTable.targetOf(handler)
              + ", length="
              + codeLength,
          table);
    }
    return handler;
  }

  /** Returns the Python version of a code object, which must be known. */
  public static PythonVersion version(ImageBytes image, long code) {
    int magic = image.getShort(code + CodeLayout.MAGIC_OFFSET) & 0xFFFF;
    PythonVersion version = PythonVersion.ofMagicNumber(magic);
    if (version == null) {
      throw new IllegalStateException(
          "Python version of a code object is not known: magic="
              + magic
              + PythonVersion.hintOnUnknown(magic)
              + ", offset=0x"
              + Long.toHexString(code)
              + ", file="
              + image.file());
    }
    return version;
  }

  /** Proves that an offset lies in the bytecode; returns the length of that. */
  private static int checkOffset(ImageBytes image, long code, int offset) {
    int length =
        ObjectChecks.bytesLength(image, bytesObject(image, code, CodeLayout.CODE_SLOT, "bytecode"));
    if (offset < 0 || offset >= length) {
      throw Failures.index(offset, length);
    }
    return length;
  }

  private static long bytesObject(ImageBytes image, long code, int slot, String field) {
    return ObjectChecks.target(
        image, ObjectChecks.codeSlot(image, code, slot), TypeCode.BYTES, field);
  }
}
