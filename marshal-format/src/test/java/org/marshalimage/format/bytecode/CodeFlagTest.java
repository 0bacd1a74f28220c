package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.marshalimage.format.PythonVersion.V2_7;
import static org.marshalimage.format.PythonVersion.V3_13;
import static org.marshalimage.format.PythonVersion.V3_14;
import static org.marshalimage.format.PythonVersion.V3_15;
import static org.marshalimage.format.PythonVersion.V3_6;
import static org.marshalimage.format.PythonVersion.V3_7;
import static org.marshalimage.format.PythonVersion.V3_8;

import org.junit.jupiter.api.Test;

/** The numbers are those of each version's {@code code.h}. */
class CodeFlagTest {
  @Test
  void bitsAreThoseOfTheVersion() {
    assertThat(CodeFlag.OPTIMIZED.mask(V2_7)).isEqualTo(0x1);
    assertThat(CodeFlag.NOFREE.mask(V3_8)).isEqualTo(0x40);
    assertThat(CodeFlag.COROUTINE.mask(V2_7)).isZero();
    assertThat(CodeFlag.COROUTINE.mask(V3_6)).isEqualTo(0x80);
    assertThat(CodeFlag.FUTURE_DIVISION.mask(V2_7)).isEqualTo(0x2000);
    assertThat(CodeFlag.FUTURE_DIVISION.mask(V3_7)).isEqualTo(0x2000);
    assertThat(CodeFlag.FUTURE_DIVISION.mask(V3_8)).isEqualTo(0x20000);
    assertThat(CodeFlag.FUTURE_ANNOTATIONS.mask(V3_6)).isZero();
    assertThat(CodeFlag.FUTURE_ANNOTATIONS.mask(V3_7)).isEqualTo(0x100000);
    assertThat(CodeFlag.FUTURE_ANNOTATIONS.mask(V3_15)).isEqualTo(0x1000000);
    assertThat(CodeFlag.NO_MONITORING_EVENTS.mask(V3_13)).isEqualTo(0x2000000);
    assertThat(CodeFlag.HAS_DOCSTRING.mask(V3_13)).isZero();
    assertThat(CodeFlag.METHOD.mask(V3_14)).isEqualTo(0x8000000);
  }

  @Test
  void takesFlagsApart() {
    assertThat(CodeFlag.of(0x1000043, V3_8))
        .containsExactly(
            CodeFlag.OPTIMIZED, CodeFlag.NEWLOCALS, CodeFlag.NOFREE, CodeFlag.FUTURE_ANNOTATIONS);
    assertThat(CodeFlag.of(0, V3_8)).isEmpty();
    assertThat(CodeFlag.of(-1, V2_7)).hasSize(12).doesNotContain(CodeFlag.COROUTINE);
    assertThat(CodeFlag.of(-1, V3_15)).hasSize(21);
  }

  @Test
  void namesFeatures() {
    assertThat(CodeFlag.FUTURE_BARRY_AS_BDFL.feature()).isEqualTo("barry_as_FLUFL");
    assertThat(CodeFlag.GENERATOR.feature()).isNull();
  }
}
