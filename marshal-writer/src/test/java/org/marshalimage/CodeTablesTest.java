package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.Allocation;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.bytecode.BytecodeText;
import org.marshalimage.format.bytecode.ExceptionTable;
import org.marshalimage.format.bytecode.LineTable;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.stream.PycFile;

/** Bytecode of code objects, read where it lies in an image. */
class CodeTablesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void cursorsOverAnImageFindWhatThoseOverTheFilesFind(PythonVersion version) throws IOException {
    String folder = "pyc/" + version;
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, folder))) {
      for (Path file : TestData.files(folder, ".pyc")) {
        BytecodeText found = new BytecodeText();
        append(image.module(TestImages.nameOf(file)).code(), found);
        CodeValue value = (CodeValue) PycFile.read(file).root();
        assertThat(found).hasToString(new BytecodeText().append(value).toString());
      }
    }
  }

  private static void append(CodeView code, BytecodeText text) {
    LineTable lines = code.lines();
    ExceptionTable handlers = code.handlers();
    text.append(
        code.pythonVersion().orElseThrow(),
        code.name().toString(),
        code.firstLine(),
        code.flags(),
        code.code().length(),
        code.instructions(),
        lines,
        handlers);
    lines.rewind();
    for (int offset = 0; offset < code.code().length(); offset++) {
      int line = lines.seek(offset) ? lines.line() : LineTable.NONE;
      assertThat(code.lineAt(offset)).as("%s, offset %d", code, offset).isEqualTo(line);
      long handler = code.handlerAt(offset);
      if (handlers.seek(offset)) {
        assertThat(ExceptionTable.targetOf(handler)).isEqualTo(handlers.target());
        assertThat(ExceptionTable.depthOf(handler)).isEqualTo(handlers.depth());
        assertThat(ExceptionTable.pushesOffsetOf(handler)).isEqualTo(handlers.pushesOffset());
      } else {
        assertThat(handler).isEqualTo(ExceptionTable.NO_HANDLER);
      }
    }
    TupleView consts = code.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (consts.get(i) instanceof CodeView inner) {
        append(inner, text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PythonVersion.class,
      names = {"V2_7", "V3_10", "V3_13"})
  void lineAtAndHandlerAtAllocateNothing(PythonVersion version) throws IOException {
    String folder = "pyc/" + version;
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, folder))) {
      CodeView code = image.module(folder + "/line_table.pyc").code();
      int length = code.code().length();
      long[] sum = new long[1];
      assertThat(Allocation.ofLeastPass(() -> sum[0] += askAll(code, length))).isZero();
      assertThat(sum[0]).isNotZero();
    }
  }

  private static long askAll(CodeView code, int length) {
    long sum = 0;
    for (int offset = 0; offset < length; offset++) {
      sum += code.lineAt(offset) + code.handlerAt(offset);
    }
    return sum;
  }

  @Test
  void offsetsOutsideTheBytecodeAreRefused() throws IOException {
    try (MarshalImage image = map(new byte[8], "8301020304")) {
      CodeView code = (CodeView) image.root("0");
      assertThat(code.lineAt(7)).isEqualTo(LineTable.NONE);
      for (int offset : new int[] {-1, 8, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> code.lineAt(offset)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> code.handlerAt(offset))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void damagedExceptionTablesAreRefused() throws IOException {
    try (MarshalImage image = map(new byte[8], "80020300" + "8301")) {
      CodeView code = (CodeView) image.root("0");
      assertThat(ExceptionTable.targetOf(code.handlerAt(3))).isEqualTo(6);
      assertThat(code.handlerAt(4)).isEqualTo(ExceptionTable.NO_HANDLER);
      assertThatThrownBy(() -> code.handlerAt(6))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("malformed exception table: length=6, offset=0x");
    }
    try (MarshalImage image = map(new byte[8], "80020400")) {
      CodeView code = (CodeView) image.root("0");
      assertThatThrownBy(() -> code.handlerAt(0))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("handler outside the bytecode: found=8, length=8, offset=0x");
      assertThat(code.handlerAt(6)).isEqualTo(ExceptionTable.NO_HANDLER);
    }
  }

  @Test
  void codeOfAnUnknownPythonVersionHasNoLines() throws IOException {
    Path file = write(new byte[8], "");
    long offset;
    try (MarshalImage image = MarshalImage.map(file)) {
      offset = image.root("0").offset();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset + CodeLayout.MAGIC_OFFSET] ^= 0x40;
    Path changed = Files.write(directory.resolve("changed.img"), bytes);
    try (MarshalImage image = MarshalImage.map(changed)) {
      CodeView code = (CodeView) image.root("0");
      assertThat(code.pythonVersion()).isEmpty();
      assertThatThrownBy(() -> code.lineAt(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Python version of a code object is not known: magic=")
          .hasMessageEndingWith("offset=0x" + Long.toHexString(offset) + ", file=" + changed);
      assertThatThrownBy(() -> code.handlerAt(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(code::instructions).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(code::lines).isInstanceOf(IllegalStateException.class);
    }
  }

  private MarshalImage map(byte[] code, String exceptions) throws IOException {
    return MarshalImage.map(write(code, exceptions));
  }

  private Path write(byte[] code, String exceptions) {
    BytesValue none = BytesValue.of(new byte[0]);
    SequenceValue empty = SequenceValue.tuple();
    StrValue name = StrValue.of("f");
    return TestImages.of(
        directory,
        CodeValue.builder(PythonVersion.V3_13)
            .code(BytesValue.of(code))
            .consts(empty)
            .names(empty)
            .localNames(empty)
            .kinds(none)
            .filename(name)
            .name(name)
            .qualName(name)
            .lineTable(none)
            .exceptionTable(BytesValue.of(HexFormat.of().parseHex(exceptions)))
            .build());
  }
}
