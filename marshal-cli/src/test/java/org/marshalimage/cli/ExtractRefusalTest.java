package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** Modules that no {@code .pyc} file can hold: a line that says why, and all others extracted. */
class ExtractRefusalTest extends CommandTest {
  private void assertRefused(Path image, String line) throws Exception {
    Run run = run("extract", image, "-d", directory.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("marshal: " + line + "\n");
    assertThat(directory.resolve("out/m.pyc")).doesNotExist();
  }

  @Test
  void extractSaysThatATupleHoldsItself() throws Exception {
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    Value self = tuple.finish(new Value[] {Singleton.NONE, tuple.value()});
    PycHeader header = PycHeader.timestamp(0, 0);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("m", new PycFile(PythonVersion.V2_7, header, self), false);
      writer.addModule("n", new PycFile(PythonVersion.V2_7, header, Singleton.NONE), false);
      writer.write(image());
    }
    assertRefused(
        image(),
        "cannot be marshalled: m: [1]: nested too deep: limit=2000 levels, for a tuple holds itself,"
            + " and marshal version 2 has no references");
    assertThat(directory.resolve("out/n.pyc")).exists();
    assertThat(run("verify", image()).ok().out()).contains("sound");
  }

  @Test
  void extractSaysThatAPythonKnowsNoSourceHash() throws Exception {
    Path image = TestData.path("unsound/module-of-2.7-with-source-hash.img");
    assertRefused(image, "source hash in a module of Python 2.7, offset=0x178, file=" + image);
  }

  @Test
  void extractSaysThatCodeIsOfAnotherPython() throws Exception {
    Path image = TestData.path("unsound/code-of-3.12-in-a-module-of-3.13.img");
    assertRefused(
        image,
        "cannot be marshalled: m: consts[0]: code object of Python 3.12 in a stream of Python 3.13");
  }
}
