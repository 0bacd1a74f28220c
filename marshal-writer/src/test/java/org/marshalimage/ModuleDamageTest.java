package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalEncodeException;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/** Modules of which no {@code .pyc} file can be made: each time an exception that says why. */
class ModuleDamageTest {
  @TempDir Path directory;

  @Test
  void toPycFileRefusesASourceHashThatThePythonDoesNotKnow() throws Exception {
    try (MarshalImage image =
        MarshalImage.map(TestData.path("unsound/module-of-2.7-with-source-hash.img"))) {
      ImageModule module = image.module("m");
      assertThat(module.source().orElseThrow().kind()).isEqualTo(PycHeader.Kind.UNCHECKED_HASH);
      assertThatThrownBy(module::toPycFile)
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("source hash in a module of Python 2.7")
          .hasMessageContaining("offset=0x178")
          .hasMessageEndingWith("module-of-2.7-with-source-hash.img");
    }
  }

  @Test
  void toPycFileRefusesCodeOfAnotherPython() throws Exception {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      PycFile pyc =
          new PycFile(PythonVersion.V3_13, PycHeader.timestamp(0, 0), TestImages.code("outer"));
      writer.addModule("m", pyc, false).write(path);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    long field;
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(image.module("m").toPycFile()).isPresent();
      field = image.module("m").rootOffset() + CodeLayout.MAGIC_OFFSET;
    }
    bytes.putShort((int) field, (short) PythonVersion.V3_12.magicNumber());
    ImageFiles.sealAll(bytes);
    Files.write(path, bytes.array());
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThatThrownBy(() -> image.module("m").toPycFile())
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("code object of Python 3.12 in a module of Python 3.13")
          .hasMessageContaining("offset=0x" + Long.toHexString(field));
    }
  }

  /** Sound as an image, and nothing that Python 2 can marshal. */
  @Test
  void tupleThatHoldsItselfIsSoundAndTheEncoderSaysWhatItIs() throws Exception {
    SequenceValue.Builder tuple = SequenceValue.unfinished(TypeCode.TUPLE);
    Value self = tuple.finish(new Value[] {tuple.value()});
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      PycFile pyc = new PycFile(PythonVersion.V2_7, PycHeader.timestamp(0, 0), self);
      writer.addModule("m", pyc, false).write(path);
    }
    assertThat(MarshalImage.verify(path, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(path)) {
      PycFile pyc = image.module("m").toPycFile().orElseThrow();
      assertThatThrownBy(pyc::toByteArray).isInstanceOf(MarshalEncodeException.class);
    }
  }
}
