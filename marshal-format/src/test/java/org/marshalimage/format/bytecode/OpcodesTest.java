package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.PythonVersion;

class OpcodesTest {
  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void everyVersionHasATable(PythonVersion version) {
    Opcodes opcodes = Opcodes.of(version);
    assertThat(opcodes).isSameAs(Opcodes.of(version)).hasToString("opcodes of " + version);
    assertThat(opcodes.version()).isEqualTo(version);
    assertThat(opcodes.magicNumber()).isEqualTo(version.magicNumber());
    assertThat(opcodes.jumpUnit()).isEqualTo(version.hasLineTable() ? 2 : 1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      Opcode opcode = opcodes.opcode(i);
      assertThat(opcode.number()).isEqualTo(i);
      assertThat(opcode.hasArgument()).isEqualTo(opcode.argument() != ArgumentKind.NONE);
      assertThat(opcodes.opcode(opcode.name()))
          .isSameAs(opcode.name().startsWith("<") && opcode.name().length() < 6 ? null : opcode);
      names.add(opcode.name());
    }
    assertThat(names)
        .contains("LOAD_CONST", "EXTENDED_ARG", "RETURN_VALUE")
        .doesNotHaveDuplicates();
  }

  @Test
  void tellsNameArgumentJumpAndCaches() {
    Opcodes opcodes = Opcodes.of(PythonVersion.V3_13);
    assertThat(opcodes.opcode("LOAD_GLOBAL"))
        .isEqualTo(new Opcode(91, "LOAD_GLOBAL", 4, ArgumentKind.GLOBAL_NAME));
    assertThat(opcodes.opcode("POP_TOP").hasArgument()).isFalse();
    assertThat(opcodes.opcode("POP_TOP").isJump()).isFalse();
    assertThat(opcodes.opcode("LOAD_CONST").isJump()).isFalse();
    assertThat(opcodes.opcode("JUMP_FORWARD").isJump()).isTrue();
    assertThat(opcodes.opcode("JUMP_BACKWARD").isJump()).isTrue();
    assertThat(Opcodes.of(PythonVersion.V3_8).opcode("JUMP_ABSOLUTE").isJump()).isTrue();
    assertThat(opcodes.opcode("JUMP_ABSOLUTE")).isNull();
  }

  @Test
  void unknownOpcodesHaveAnArgumentWhereTheirNumberIsHigh() {
    Opcodes opcodes = Opcodes.of(PythonVersion.V3_8);
    assertThat(opcodes.opcode(200)).isEqualTo(new Opcode(200, "<200>", 0, ArgumentKind.NUMBER));
    assertThat(opcodes.opcode(99)).isEqualTo(new Opcode(99, "<99>", 0, ArgumentKind.NUMBER));
    assertThat(opcodes.opcode(80)).isEqualTo(new Opcode(80, "<80>", 0, ArgumentKind.NONE));
    assertThat(opcodes.opcode(7)).isEqualTo(new Opcode(7, "<7>", 0, ArgumentKind.NONE));
  }

  @Test
  void tellsWhatIndexesMean() {
    Opcodes opcodes = Opcodes.of(PythonVersion.V3_13);
    assertThat(opcodes.compareShift()).isEqualTo(5);
    assertThat(Opcodes.of(PythonVersion.V3_12).compareShift()).isEqualTo(4);
    assertThat(Opcodes.of(PythonVersion.V3_11).compareShift()).isZero();
    assertThat(opcodes.meaning(ArgumentKind.COMPARE, 0)).isEqualTo("<");
    assertThat(opcodes.meaning(ArgumentKind.COMPARE, 5)).isEqualTo(">=");
    assertThat(opcodes.meaning(ArgumentKind.COMPARE, 6)).isNull();
    assertThat(opcodes.meaning(ArgumentKind.COMPARE, -1)).isNull();
    assertThat(opcodes.meaning(ArgumentKind.LOCAL, 0)).isNull();
    assertThat(opcodes.meaning(ArgumentKind.INTRINSIC_2, 1))
        .isEqualTo("INTRINSIC_PREP_RERAISE_STAR");
    assertThat(opcodes.meaning(ArgumentKind.FUNCTION_PARTS, 3)).isEqualTo("closure");
    assertThat(Opcodes.of(PythonVersion.V2_7).meaning(ArgumentKind.COMPARE, 7)).isEqualTo("not in");
    assertThat(Opcodes.of(PythonVersion.V3_14).meaning(ArgumentKind.SPECIAL_METHOD, 0))
        .isEqualTo("__enter__");
  }
}
