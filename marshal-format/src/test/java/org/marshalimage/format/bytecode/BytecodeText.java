package org.marshalimage.format.bytecode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;

/** The text that {@code testdata/bytecode_facts.py} prints, from what this library decodes. */
public final class BytecodeText {
  private final StringBuilder text = new StringBuilder();
  private int count;

  /** Appends a code object and those among its constants. */
  public BytecodeText append(CodeValue code) {
    append(
        code.version(),
        code.name().toString(),
        code.firstLine(),
        code.flags(),
        code.code().length(),
        Instructions.of(code),
        LineTable.of(code),
        ExceptionTable.of(code));
    for (int i = 0; i < code.consts().size(); i++) {
      if (code.consts().get(i) instanceof CodeValue inner) {
        append(inner);
      }
    }
    return this;
  }

  /** Appends one code object, by its cursors. */
  public void append(
      PythonVersion version,
      String name,
      int firstLine,
      int flags,
      int length,
      Instructions instructions,
      LineTable lines,
      ExceptionTable handlers) {
    count++;
    text.append("code " + name + " " + firstLine + " " + length + "\nflags");
    for (CodeFlag flag : CodeFlag.of(flags, version)) {
      text.append(flag.feature() == null ? " " + flag.name() : " future:" + flag.feature());
    }
    text.append('\n');
    appendInstructions(instructions);
    appendStarts(version, lines);
    if (version.hasLineTable()) {
      appendRanges("lines", lines, false);
    }
    if (version.hasLocalsPlus()) {
      appendRanges("places", lines, true);
    }
    while (handlers.next()) {
      text.append("except " + handlers.start() + " " + handlers.end() + " " + handlers.target());
      text.append(" " + handlers.depth() + (handlers.pushesOffset() ? " 1\n" : " 0\n"));
    }
  }

  private void appendInstructions(Instructions at) {
    while (at.next()) {
      text.append(at.startOffset()).append(' ').append(at.offset()).append(' ');
      text.append(at.endOffset()).append(' ').append(at.opcode().name());
      text.append(at.hasArgument() ? " " + at.argument() : " -");
      text.append(at.opcode().isJump() ? " " + at.jumpTarget() : " -");
      text.append(at.isTruncated() ? " truncated\n" : "\n");
    }
  }

  private void appendStarts(PythonVersion version, LineTable lines) {
    boolean namesNone = version.compareTo(PythonVersion.V3_13) >= 0;
    int last = Integer.MIN_VALUE;
    text.append("starts");
    lines.rewind();
    while (lines.next()) {
      if (lines.line() != last && (namesNone || lines.line() != LineTable.NONE)) {
        last = lines.line();
        text.append(" " + lines.start() + ":" + shown(last));
      }
    }
    text.append('\n');
  }

  private void appendRanges(String title, LineTable lines, boolean isWhole) {
    text.append(title);
    String last = null;
    int start = 0;
    int end = 0;
    lines.rewind();
    while (lines.next()) {
      String value = shown(lines.line());
      if (isWhole) {
        value += ":" + shown(lines.endLine());
        value += ":" + shown(lines.column()) + ":" + shown(lines.endColumn());
      }
      if (!value.equals(last)) {
        text.append(last == null ? "" : " " + start + ":" + end + ":" + last);
        last = value;
        start = lines.start();
      }
      end = lines.end();
    }
    text.append(last == null ? "\n" : " " + start + ":" + end + ":" + last + "\n");
  }

  private static String shown(int number) {
    return number == LineTable.NONE ? "-" : String.valueOf(number);
  }

  /** Returns the number of code objects. */
  public int count() {
    return count;
  }

  /** Returns SHA-256 of the text in hex. */
  public String digest() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
