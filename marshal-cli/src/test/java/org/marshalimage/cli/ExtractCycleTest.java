package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** Images of graphs that no {@code .pyc} file can hold. */
class ExtractCycleTest extends CommandTest {
  @Test
  void aTupleThatIsTheConstantsOfACodeObjectInItIsNotExtracted() throws Exception {
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    Value none = BytesValue.of(new byte[0]);
    Value name = StrValue.of("f");
    CodeValue.Builder code = CodeValue.builder(PythonVersion.V3_13).code(none);
    code.consts(tuple.value()).names(SequenceValue.tuple()).localNames(SequenceValue.tuple());
    code.kinds(none).filename(name).name(name).qualName(name);
    code.lineTable(none).exceptionTable(none);
    tuple.finish(new Value[] {code.build()});
    PycFile pyc = new PycFile(PythonVersion.V3_13, PycHeader.timestamp(0, 0), tuple.value());
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("m", pyc, false).write(image());
    }
    assertThat(MarshalImage.verify(image(), 10).findings()).isEmpty();
    Path extracted = directory.resolve("extracted");
    Run run = run("extract", image(), "-d", extracted);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("marshal: cannot be marshalled: m: [0].consts: a tuple that");
    assertThat(extracted.resolve("m.pyc")).doesNotExist();
  }
}
