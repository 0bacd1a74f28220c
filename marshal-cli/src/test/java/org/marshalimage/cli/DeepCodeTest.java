package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** Code objects that lie in one another deeper than any compiler makes them. */
class DeepCodeTest extends CommandTest {
  private static final int DEPTH = 40_000;

  @BeforeEach
  void build() throws Exception {
    Value none = BytesValue.of(new byte[0]);
    Value inner = Singleton.NONE;
    for (int depth = DEPTH; depth >= 0; depth--) {
      Value name = StrValue.of("function_" + depth, true);
      inner =
          CodeValue.builder(PythonVersion.V3_13)
              .code(none)
              .consts(SequenceValue.tuple(inner))
              .names(SequenceValue.tuple())
              .localNames(SequenceValue.tuple())
              .kinds(none)
              .filename(StrValue.of("deep.py"))
              .name(name)
              .qualName(name)
              .lineTable(none)
              .exceptionTable(none)
              .build();
    }
    try (ImageWriter writer = ImageWriter.create()) {
      PycFile pyc = new PycFile(PythonVersion.V3_13, PycHeader.timestamp(0, 0), inner);
      writer.addModule("deep", pyc, false).write(image());
    }
  }

  /** All paths together would be 12 GB. */
  @Test
  void showFindsThemWithoutAPathForEach() {
    String last = "function_" + DEPTH;
    assertThat(run("show", image(), "deep:" + last).ok().out()).startsWith("code object " + last);
    assertThat(run("show", image(), "deep:function_1.function_2").ok().out())
        .startsWith("code object function_2,");
    assertThat(run("show", image(), "deep:function_2.function_1").fault())
        .contains("it has function_1, function_1.function_2,", "and " + (DEPTH - 20) + " more");
  }

  @Test
  void pathInAMessageIsToldWithoutItsMiddle() {
    String fault = run("extract", image(), "-d", directory.resolve("out")).err();
    assertThat(fault).contains("nested too deep", "consts[0]", " more... ").hasSizeLessThan(1000);
  }
}
