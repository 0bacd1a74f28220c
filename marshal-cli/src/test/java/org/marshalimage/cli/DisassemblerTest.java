package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

class DisassemblerTest {
  private static final int EXTENDED_ARG_3_13 = 71;
  private static final int LOAD_CONST_3_13 = 83;
  private static final int LOAD_FAST_3_13 = 85;
  private static final int LOAD_GLOBAL_3_13 = 91;
  private static final int JUMP_FORWARD_3_13 = 79;
  private static final int UNUSED_3_13 = 200;

  @TempDir Path directory;

  @Test
  void readsInstructionsOfOneAndThreeBytes() throws IOException {
    assertThat(disassemble("2.7", "closures", "counter.increase"))
        .isEqualTo(
            """
                6        0  LOAD_DEREF                  0 (count)
                         3  LOAD_CONST                  1 (0)
                         6  DUP_TOPX                    2
                         9  BINARY_SUBSCR
                        10  LOAD_FAST                   0 (by)
                        13  LOAD_DEREF                  1 (step)
                        16  BINARY_MULTIPLY
                        17  INPLACE_ADD
                        18  ROT_THREE
                        19  STORE_SUBSCR
                7       20  LOAD_DEREF                  0 (count)
                        23  LOAD_CONST                  1 (0)
                        26  BINARY_SUBSCR
                        27  RETURN_VALUE
            """);
  }

  @Test
  void namesAndMarksTargetsOfJumpsThatCountBytes() throws IOException {
    assertThat(disassemble("3.6", "control_flow", "conditional"))
        .isEqualTo(
            """
               24        0  LOAD_FAST                   0 (a)
                         2  POP_JUMP_IF_FALSE           8 (to 8)
                         4  LOAD_CONST                  1 (1)
                         6  RETURN_VALUE
                  >>     8  LOAD_FAST                   0 (a)
                        10  LOAD_CONST                  0 (None)
                        12  COMPARE_OP                  8 (is)
                        14  POP_JUMP_IF_FALSE          20 (to 20)
                        16  LOAD_CONST                  2 (2)
                        18  RETURN_VALUE
                  >>    20  LOAD_CONST                  3 (3)
                        22  RETURN_VALUE
            """);
  }

  @Test
  void followsLinesForwardAndBackInAnLnotab() throws IOException {
    assertThat(lines("3.8", "control_flow", "loops"))
        .isEqualTo("3@0 4@16 5@20 6@24 7@28 9@34 11@36 13@40 14@44 15@46 16@56");
    assertThat(lines("3.8", "line_table", "<module>")).isEqualTo("2@0 745@8 748@16 752@24 1467@32");
  }

  @Test
  void followsLinesInALineTable() throws IOException {
    assertThat(lines("3.10", "control_flow", "loops"))
        .isEqualTo("3@0 4@16 5@20 6@22 7@26 9@30 11@34 12@38 13@40 14@44 15@46 12@54 16@56");
  }

  @Test
  void namesTargetsOfJumpsThatCountWords() throws IOException {
    assertThat(disassemble("3.10", "control_flow", "conditional"))
        .isEqualTo(
            """
               24        0  LOAD_FAST                   0 (a)
                         2  POP_JUMP_IF_FALSE           4 (to 8)
                         4  LOAD_CONST                  1 (1)
                         6  RETURN_VALUE
                  >>     8  LOAD_FAST                   0 (a)
                        10  LOAD_CONST                  0 (None)
                        12  IS_OP                       0 (is)
                        14  POP_JUMP_IF_FALSE          10 (to 20)
                        16  LOAD_CONST                  2 (2)
                        18  RETURN_VALUE
                  >>    20  LOAD_CONST                  3 (3)
                        22  RETURN_VALUE
            """);
  }

  @Test
  void leavesOutCachesAndNamesVariablesBySlot() throws IOException {
    assertThat(disassemble("3.11", "closures", "counter.increase"))
        .isEqualTo(
            """
               --        0  COPY_FREE_VARS              2
                5        2  RESUME                      0
                6        4  LOAD_DEREF                  1 (count)
                         6  LOAD_CONST                  1 (0)
                         8  COPY                        2
                        10  COPY                        2
                        12  BINARY_SUBSCR
                        22  LOAD_FAST                   0 (by)
                        24  LOAD_DEREF                  2 (step)
                        26  BINARY_OP                   5 (*)
                        30  BINARY_OP                  13 (+=)
                        34  SWAP                        3
                        36  SWAP                        2
                        38  STORE_SUBSCR
                7       42  LOAD_DEREF                  1 (count)
                        44  LOAD_CONST                  1 (0)
                        46  BINARY_SUBSCR
                        56  RETURN_VALUE
            """);
  }

  @Test
  void foldsExtendedArgumentsAndPrintsExceptionTable() throws IOException {
    String far = disassemble("3.13", "long_jump", "far");
    assertThat(far)
        .startsWith(
            """
                2        0  RESUME                      0
                3 >>     2  LOAD_FAST                   0 (x)
                         4  TO_BOOL
                        12  POP_JUMP_IF_FALSE         815 (to 1648)
                4 >>    18  LOAD_FAST                   1 (y)
                        20  TO_BOOL
                        28  POP_JUMP_IF_FALSE         338 (to 710)
            """)
        .contains(
            " 1642  JUMP_BACKWARD             815 (to 18)\n",
            " COMPARE_OP                148 (bool(>))\n")
        .endsWith(
            """
               31 >>  1648  LOAD_FAST                   0 (x)
                      1650  RETURN_VALUE
               -- >>  1652  PUSH_EXC_INFO
               27     1654  LOAD_GLOBAL                 2 (ValueError)
                      1664  CHECK_EXC_MATCH
                      1666  POP_JUMP_IF_FALSE           4 (to 1678)
                      1670  POP_TOP
               28     1672  POP_EXCEPT
               31     1674  LOAD_FAST                   0 (x)
                      1676  RETURN_VALUE
               27 >>  1678  RERAISE                     0
               -- >>  1680  COPY                        3
                      1682  POP_EXCEPT
                      1684  RERAISE                     1
            exceptions (from, up to, handler, stack depth):
              724 up to 1620 -> 1652 [0]
             1652 up to 1672 -> 1680 [1] lasti
             1678 up to 1680 -> 1680 [1] lasti
            """);
  }

  @Test
  void knowsTheNewestEncodings() throws IOException {
    assertThat(disassemble("3.15", "lazy_imports", "<module>"))
        .startsWith(
            """
                0        0  RESUME                      0
                2        4  LOAD_SMALL_INT              0
                         6  LOAD_COMMON_CONSTANT        7 (None)
                         8  IMPORT_NAME                 1 (json + lazy)
            """);
    assertThat(disassemble("3.14", "control_flow", "managed"))
        .contains(" LOAD_SPECIAL                1 (__exit__)\n")
        .contains(" STORE_FAST_LOAD_FAST       33 (a, second)\n");
    assertThat(disassemble("3.13", "control_flow", "chained"))
        .contains("  COMPARE_OP                 42 (<=)\n");
  }

  @Test
  void printsWhatIsOutOfRangeUnknownOrCut() throws IOException {
    byte[] code =
        bytes(
            EXTENDED_ARG_3_13,
            1,
            LOAD_CONST_3_13,
            5,
            LOAD_FAST_3_13,
            9,
            LOAD_GLOBAL_3_13,
            7,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            UNUSED_3_13,
            3,
            JUMP_FORWARD_3_13,
            90,
            LOAD_GLOBAL_3_13,
            1,
            0,
            0);
    byte[] exceptions = bytes(0x80, 1, 2, 1, 0x80, 0x40);
    assertThat(disassemble(code(PythonVersion.V3_13, code, bytes(0x80 | 13 << 3 | 3), exceptions)))
        .isEqualTo(
            """
                7        0  LOAD_CONST                261 (?)
                  >>     4  LOAD_FAST                   9 (?)
                         6  LOAD_GLOBAL                 7 (? + NULL)
               --       16  <200>                       3
                        18  JUMP_FORWARD               90 (?)
                        20  LOAD_GLOBAL                 1 (n + NULL) <truncated>
            exceptions (from, up to, handler, stack depth):
                0 up to 2 -> 4 [0] lasti
              <truncated>
            """);
    assertThat(disassemble(code(PythonVersion.V3_13, bytes(EXTENDED_ARG_3_13, 2), code, bytes())))
        .endsWith("  EXTENDED_ARG                2 <truncated>\n");
    assertThat(disassemble(code(PythonVersion.V3_9, bytes(100, 1, 100), bytes(), bytes())))
        .endsWith("  LOAD_CONST                  1 (1)\n             2  LOAD_CONST <truncated>\n");
    assertThat(disassemble(code(PythonVersion.V2_7, bytes(100, 0), bytes(), bytes())))
        .endsWith("  LOAD_CONST <truncated>\n");
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void printsWhateverBytes(PythonVersion version) throws IOException {
    long seed = 20260101L + version.ordinal();
    Random random = new Random(seed);
    Value[] codes = new Value[400];
    for (int i = 0; i < codes.length; i++) {
      byte[] code = randomBytes(random);
      // From 3.11 on a code object has whole words only.
      code = Arrays.copyOf(code, code.length & (version.hasLocalsPlus() ? -2 : -1));
      codes[i] = code(version, code, randomBytes(random), randomBytes(random));
    }
    Path file = write(SequenceValue.tuple(codes));
    try (MarshalImage image = MarshalImage.map(file)) {
      TupleView all = (TupleView) image.root("root");
      for (int i = 0; i < all.size(); i++) {
        CodeView code = (CodeView) all.get(i);
        String text = print(code);
        assertThat(text.isEmpty())
            .as("seed %d, code %d", seed, i)
            .isEqualTo(
                code.code().length() == 0
                    && (code.exceptionTable() == null || code.exceptionTable().length() == 0));
      }
    }
  }

  @Test
  void writesConstantsAsPythonDoes() throws IOException {
    SequenceValue.Builder cycle = SequenceValue.unfinished(TypeCode.LIST);
    cycle.finish(new Value[] {cycle.value()});
    assertThat(
            reprs(
                false,
                Singleton.NONE,
                IntValue.of(BigInteger.TWO.pow(64)),
                IntValue.of(BigInteger.TWO.pow(5000)),
                FloatValue.of(1.5),
                FloatValue.of(-0.0),
                FloatValue.of(2e-3),
                FloatValue.of(2e23),
                FloatValue.of(1e16),
                FloatValue.of(123456789012345.6),
                FloatValue.of(Double.MIN_VALUE),
                FloatValue.of(Double.NEGATIVE_INFINITY),
                ComplexValue.ofBits(0, Double.doubleToLongBits(1)),
                ComplexValue.ofBits(Double.doubleToLongBits(-0.0), Double.doubleToLongBits(-2.5)),
                StrValue.of("it's\n\u00e9\u200b\ud83d\ude00\u001b[2J\\"),
                StrValue.of("'\""),
                bytesValue("a\"'\u00ff"),
                SequenceValue.tuple(),
                SequenceValue.tuple(SequenceValue.tuple(IntValue.of(1)), Singleton.ELLIPSIS),
                SequenceValue.frozenset(StrValue.of("x")),
                new SliceValue(Singleton.NONE, IntValue.of(2), Singleton.NONE),
                cycle.value(),
                StrValue.of("x".repeat(100))))
        .containsExactly(
            "None",
            "18446744073709551616",
            "<int of 5001 bits>",
            "1.5",
            "-0.0",
            "0.002",
            "2e+23",
            "1e+16",
            "123456789012345.6",
            "5e-324",
            "-inf",
            "1j",
            "(-0-2.5j)",
            "\"it's\\n\u00e9\\u200b\ud83d\ude00\\x1b[2J\\\\\"",
            "'\\'\"'",
            "b'a\"\\'\\xff'",
            "()",
            "((1,), Ellipsis)",
            "frozenset({'x'})",
            "slice(None, 2, None)",
            "[".repeat(37) + "...",
            "'" + "x".repeat(36) + "...");
    assertThat(
            reprs(
                true,
                StrValue.of("\u00e9"),
                bytesValue("a"),
                SequenceValue.frozenset(IntValue.of(1))))
        .containsExactly("u'\\xe9'", "'a'", "frozenset([1])");
  }

  private List<String> reprs(boolean python2, Value... values) throws IOException {
    Path file = write(SequenceValue.tuple(values));
    try (MarshalImage image = MarshalImage.map(file)) {
      TupleView tuple = (TupleView) image.root("root");
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < tuple.size(); i++) {
        texts.add(ConstantRepr.of(tuple.get(i), python2, 40));
      }
      return texts;
    }
  }

  /** Returns the first lines of the instructions, each with the offset where it begins. */
  private String lines(String version, String file, String path) throws IOException {
    return disassemble(version, file, path)
        .lines()
        .filter(row -> !row.substring(0, 5).isBlank())
        .map(row -> row.substring(0, 5).strip() + "@" + row.substring(8, 14).strip())
        .collect(Collectors.joining(" "));
  }

  private String disassemble(String version, String file, String path) throws IOException {
    Path pyc =
        Path.of(System.getProperty("marshalimage.root"), "testdata", "pyc", version, file + ".pyc");
    Path target = directory.resolve("test.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("root", PycFile.read(pyc), false).write(target);
    }
    try (MarshalImage image = MarshalImage.map(target)) {
      ImageModule module = image.module("root");
      CodeView code = module.code();
      for (String name : path.equals("<module>") ? new String[0] : path.split("\\.")) {
        code = inner(code, name);
      }
      return print(code);
    }
  }

  private static CodeView inner(CodeView code, String name) {
    TupleView consts = code.consts();
    for (int i = 0; i < consts.size(); i++) {
      ImageObject item = consts.get(i);
      if (item instanceof CodeView && ((CodeView) item).name().contentEquals(name)) {
        return (CodeView) item;
      }
    }
    throw new AssertionError("no code object named " + name);
  }

  private String disassemble(CodeValue code) throws IOException {
    Path file = write(code);
    try (MarshalImage image = MarshalImage.map(file)) {
      return print((CodeView) image.root("root"));
    }
  }

  private Path write(Value root) throws IOException {
    Path target = directory.resolve("test.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("root", root).write(target);
    }
    return target;
  }

  private static String print(CodeView code) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    Disassembler.print(code, out, "");
    out.flush();
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  /** Makes a code object of line 7 with two constants, and with one name of each kind. */
  private static CodeValue code(
      PythonVersion version, byte[] code, byte[] lineTable, byte[] exceptions) {
    Value name = version.isPython2() ? bytesValue("n") : StrValue.of("n");
    Value names = SequenceValue.tuple(name);
    CodeValue.Builder builder =
        CodeValue.builder(version)
            .firstLine(7)
            .code(BytesValue.of(code))
            .consts(SequenceValue.tuple(Singleton.NONE, IntValue.of(1)))
            .names(names)
            .localNames(names)
            .filename(name)
            .name(name)
            .lineTable(BytesValue.of(lineTable));
    if (version.hasLocalsPlus()) {
      builder
          .kinds(BytesValue.of(bytes(CodeLayout.KIND_LOCAL)))
          .qualName(name)
          .exceptionTable(BytesValue.of(exceptions));
    } else {
      builder.localCount(1).freevars(names).cellvars(names);
    }
    return builder.build();
  }

  private static Value bytesValue(String latin1) {
    return BytesValue.of(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 8 : 200)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
