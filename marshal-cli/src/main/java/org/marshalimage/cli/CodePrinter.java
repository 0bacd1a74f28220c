package org.marshalimage.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.bytecode.CodeFlag;

/** Writes a code object for a person: fields, constants, names, disassembly. */
final class CodePrinter {
  private static final int MAX_REPR = 160;

  private final PrintWriter out;

  CodePrinter(PrintWriter out) {
    this.out = out;
  }

  void print(CodeView code) {
    PythonVersion version = code.pythonVersion().orElse(null);
    boolean isPython2 = version != null && version.isPython2();
    out.println(
        "code object "
            + ConstantRepr.ofName(code.name(), MAX_REPR)
            + ", number "
            + code.codeNumber()
            + (version == null ? "" : ", Python " + version));
    StrView qualName = code.qualName();
    if (qualName != null) {
      field("qualname", ConstantRepr.ofName(qualName, MAX_REPR));
    }
    field("filename", ConstantRepr.ofName(code.filename(), MAX_REPR));
    field("first line", code.firstLine());
    field("arguments", arguments(code));
    field("stack size", code.stackSize());
    field("flags", flags(code.flags(), version));
    field("locals", names(code.varnames()));
    field("cells", names(code.cellvars()));
    field("frees", names(code.freevars()));
    field("names", names(code.names()));
    TupleView consts = code.consts();
    field("constants", consts.size());
    for (int i = 0; i < consts.size(); i++) {
      out.println(
          Columns.right(Integer.toString(i), 8)
              + "  "
              + ConstantRepr.of(consts.get(i), isPython2, MAX_REPR));
    }
    BytesView exceptions = code.exceptionTable();
    field(
        "bytes",
        code.code().length()
            + " of bytecode, "
            + code.lineTable().length()
            + " of line table"
            + (exceptions == null ? "" : ", " + exceptions.length() + " of exception table"));
    Disassembler.print(code, out, "  ");
  }

  /** Returns for example {@code "0x3 OPTIMIZED NEWLOCALS"}. */
  private static String flags(int flags, @Nullable PythonVersion version) {
    StringBuilder names = new StringBuilder("0x" + Integer.toHexString(flags));
    for (int bits = flags; bits != 0; bits &= bits - 1) {
      names.append(' ').append(flagName(Integer.lowestOneBit(bits), version));
    }
    return names.toString();
  }

  private static String flagName(int mask, @Nullable PythonVersion version) {
    // What newer Pythons write that are not known yet is most like the newest that is.
    for (CodeFlag flag : CodeFlag.of(mask, version == null ? PythonVersion.newest() : version)) {
      String feature = flag.feature();
      return feature == null ? flag.name() : "future:" + feature;
    }
    return "bit" + Integer.numberOfTrailingZeros(mask);
  }

  private static String arguments(CodeView code) {
    return code.argCount()
        + " positional ("
        + code.posOnlyArgCount()
        + " of them positional-only), "
        + code.kwOnlyArgCount()
        + " keyword-only";
  }

  private static String names(TupleView tuple) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < tuple.size(); i++) {
      ImageObject name = tuple.get(i);
      names.add(ConstantRepr.ofName(name, MAX_REPR));
    }
    return String.join(", ", names);
  }

  private void field(String name, Object value) {
    out.println(("  " + Columns.left(name, 10) + " " + value).stripTrailing());
  }
}
