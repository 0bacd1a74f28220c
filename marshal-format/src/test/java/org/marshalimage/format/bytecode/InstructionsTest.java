package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.Allocation;
import org.marshalimage.format.PythonVersion;

class InstructionsTest {
  private static final int CACHE = 0;
  private static final int LOAD_FAST_2_7 = 124;
  private static final int EXTENDED_ARG_2_7 = 145;
  private static final int POP_TOP_2_7 = 1;
  private static final int JUMP_FORWARD_2_7 = 110;
  private static final int JUMP_ABSOLUTE_2_7 = 113;

  @Test
  void instructionsOf27HaveOneOrThreeBytes() {
    Instructions at =
        Instructions.of(
            PythonVersion.V2_7,
            Bytes.of(
                EXTENDED_ARG_2_7,
                1,
                0,
                LOAD_FAST_2_7,
                2,
                0xFF,
                POP_TOP_2_7,
                JUMP_FORWARD_2_7,
                1,
                0,
                POP_TOP_2_7,
                JUMP_ABSOLUTE_2_7,
                6,
                0));
    assertThat(walk(at))
        .isEqualTo(
            "0/3/6/6 LOAD_FAST 130818; 6/6/7/7 POP_TOP -; 7/7/10/10 JUMP_FORWARD 1 to 11;"
                + " 10/10/11/11 POP_TOP -; 11/11/14/14 JUMP_ABSOLUTE 6 to 6");
  }

  @Test
  void foldsExtendedArgumentsAndSkipsCaches() {
    Opcodes opcodes = Opcodes.of(PythonVersion.V3_13);
    int extended = number(opcodes, "EXTENDED_ARG");
    Instructions at =
        Instructions.of(
            PythonVersion.V3_13,
            Bytes.of(
                extended,
                0xFF,
                extended,
                2,
                number(opcodes, "LOAD_CONST"),
                3,
                number(opcodes, "JUMP_BACKWARD"),
                5,
                CACHE,
                0,
                number(opcodes, "POP_TOP"),
                9,
                number(opcodes, "JUMP_FORWARD"),
                0xFF));
    assertThat(walk(at))
        .isEqualTo(
            "0/4/6/6 LOAD_CONST 16712195; 6/6/8/10 JUMP_BACKWARD 5 to 0; 10/10/12/12 POP_TOP -;"
                + " 12/12/14/14 JUMP_FORWARD 255");
  }

  @Test
  void jumpsCountFromBehindTheCachesInWordsOrBytes() {
    assertThat(jump(PythonVersion.V3_13, "POP_JUMP_IF_TRUE", 3)).isEqualTo(10);
    assertThat(jump(PythonVersion.V3_13, "JUMP_BACKWARD", 2)).isZero();
    assertThat(jump(PythonVersion.V3_13, "JUMP_BACKWARD", 3)).isEqualTo(Instructions.NO_TARGET);
    assertThat(jump(PythonVersion.V3_11, "POP_JUMP_FORWARD_IF_TRUE", 3)).isEqualTo(8);
    assertThat(jump(PythonVersion.V3_10, "JUMP_ABSOLUTE", 3)).isEqualTo(6);
    assertThat(jump(PythonVersion.V3_9, "JUMP_ABSOLUTE", 3)).isEqualTo(3);
    assertThat(jump(PythonVersion.V3_9, "JUMP_FORWARD", 4)).isEqualTo(6);
    assertThat(jump(PythonVersion.V3_9, "JUMP_FORWARD", 17)).isEqualTo(19);
    assertThat(jump(PythonVersion.V3_9, "JUMP_FORWARD", 18)).isEqualTo(Instructions.NO_TARGET);
    assertThat(jump(PythonVersion.V3_9, "LOAD_CONST", 4)).isEqualTo(Instructions.NO_TARGET);
    assertThat(jump(PythonVersion.V3_14, "END_ASYNC_FOR", 1)).isZero();
  }

  /** Returns where a jump at the start of 20 bytes leads. */
  private static int jump(PythonVersion version, String name, int argument) {
    int[] code = new int[20];
    Opcode opcode = Opcodes.of(version).opcode(name);
    code[0] = opcode.number();
    code[1] = argument;
    Instructions at = Instructions.of(version, Bytes.of(code));
    assertThat(at.next()).isTrue();
    assertThat(at.opcode()).isSameAs(opcode);
    return at.jumpTarget();
  }

  @Test
  void endsInATruncatedInstruction() {
    Opcodes opcodes = Opcodes.of(PythonVersion.V3_13);
    int extended = number(opcodes, "EXTENDED_ARG");
    int load = number(opcodes, "LOAD_CONST");
    int global = number(opcodes, "LOAD_GLOBAL");
    assertThat(walk(PythonVersion.V3_13, load, 1, load))
        .isEqualTo("0/0/2/2 LOAD_CONST 1; 2/2/3/3 LOAD_CONST - truncated");
    assertThat(walk(PythonVersion.V3_13, extended, 1))
        .isEqualTo("0/0/2/2 EXTENDED_ARG 1 truncated");
    assertThat(walk(PythonVersion.V3_13, extended, 1, load))
        .isEqualTo("0/2/3/3 LOAD_CONST - truncated");
    assertThat(walk(PythonVersion.V3_13, global, 1, 0, 0, 0))
        .isEqualTo("0/0/2/5 LOAD_GLOBAL 1 truncated");
    assertThat(walk(PythonVersion.V3_13, global, 1, 0, 0, 0, 0, 0, 0, 0, 0))
        .isEqualTo("0/0/2/10 LOAD_GLOBAL 1");
    assertThat(walk(PythonVersion.V2_7, POP_TOP_2_7, LOAD_FAST_2_7, 0))
        .isEqualTo("0/0/1/1 POP_TOP -; 1/1/3/3 LOAD_FAST - truncated");
    assertThat(walk(PythonVersion.V2_7, JUMP_ABSOLUTE_2_7, 0))
        .isEqualTo("0/0/2/2 JUMP_ABSOLUTE - truncated");
    assertThat(walk(PythonVersion.V3_13)).isEmpty();
  }

  @Test
  void seekGoesToAnInstructionOrTheEnd() {
    Instructions at = Instructions.of(PythonVersion.V3_6, new byte[] {100, 1, 100, 2});
    at.seek(2);
    assertThat(at.next()).isTrue();
    assertThat(at.argument()).isEqualTo(2);
    assertThat(at.next()).isFalse();
    at.seek(4);
    assertThat(at.next()).isFalse();
    at.seek(0);
    assertThat(at.next()).isTrue();
    assertThat(at.argument()).isEqualTo(1);
    assertThatThrownBy(() -> at.seek(5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("no offset of this bytecode: offset=5, length=4");
    assertThatThrownBy(() -> at.seek(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aCursorCanBeSetToOtherBytecode() {
    Instructions at = Instructions.of(PythonVersion.V3_6, new byte[] {100, 1, 100, 2});
    at.next();
    assertThat(walk(at.wrap(Bytes.of(100, 7)))).isEqualTo("0/0/2/2 LOAD_CONST 7");
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void walksWhateverBytesToTheirEnd(PythonVersion version) {
    Random random = new Random(20260101L + version.ordinal());
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      Instructions at = Instructions.of(version, bytes);
      int end = 0;
      while (at.next()) {
        assertThat(at.startOffset()).isEqualTo(end);
        assertThat(at.offset()).isGreaterThanOrEqualTo(end);
        assertThat(at.cacheOffset()).isGreaterThan(at.offset());
        end = at.endOffset();
        assertThat(end).isBetween(at.cacheOffset(), bytes.length);
        assertThat(at.isTruncated()).isIn(false, end == bytes.length);
        assertThat(at.jumpTarget()).isBetween(-1, bytes.length - 1);
      }
      assertThat(end).isEqualTo(bytes.length);
    }
  }

  @Test
  void nothingIsAllocated() {
    byte[] bytes = new byte[200];
    new Random(1).nextBytes(bytes);
    Instructions at = Instructions.of(PythonVersion.V3_13, ByteBuffer.wrap(bytes));
    int[] sum = new int[1];
    long allocated =
        Allocation.ofLeastPass(
            () -> {
              at.seek(0);
              while (at.next()) {
                sum[0] += at.argument() + at.jumpTarget() + at.opcode().caches();
              }
            });
    assertThat(allocated).isZero();
    assertThat(sum[0]).isNotZero();
  }

  private static int number(Opcodes opcodes, String name) {
    return opcodes.opcode(name).number();
  }

  private static String walk(PythonVersion version, int... code) {
    return walk(Instructions.of(version, Bytes.of(code)));
  }

  private static String walk(Instructions at) {
    StringJoiner all = new StringJoiner("; ");
    while (at.next()) {
      String offsets = at.startOffset() + "/" + at.offset() + "/" + at.cacheOffset();
      all.add(
          offsets
              + "/"
              + at.endOffset()
              + " "
              + at.opcode().name()
              + (at.hasArgument() ? " " + at.argument() : " -")
              + (at.jumpTarget() == Instructions.NO_TARGET ? "" : " to " + at.jumpTarget())
              + (at.isTruncated() ? " truncated" : ""));
    }
    return all.toString();
  }
}
