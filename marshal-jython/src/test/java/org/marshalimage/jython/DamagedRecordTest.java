package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;
import org.python.core.PyInteger;
import org.python.core.PyLong;
import org.python.core.PySystemState;

/** Records that have nothing, or something else, where a snapshot needs an object. */
class DamagedRecordTest {
  @TempDir Path directory;

  @BeforeAll
  static void startJython() {
    PySystemState.initialize();
  }

  private MarshalImage image(String root, Value... slots) throws Exception {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      RecordType type = new RecordType("test.record", 1, slots.length, 0, false);
      writer.add(root, RecordValue.of(type, slots)).write(path);
    }
    return MarshalImage.map(path);
  }

  private static MappedLibrary library(MarshalImage image) {
    return new MappedLibrary(image, EvaluationLoop.named("mapped"));
  }

  @Test
  void nameInANamespaceWithoutAValueIsDamage() throws Exception {
    try (MarshalImage image = image("m", BytesValue.of(new byte[] {'a'}), null)) {
      RecordNames names = new RecordNames(library(image), (RecordView) image.root("m"), 0);

      assertThatThrownBy(() -> names.value(0))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("name in a namespace has no value: index=0");
    }
  }

  @Test
  void textWithoutItsTextOrItsCodeIsDamage() throws Exception {
    String root = Texts.rootOf("a", 0);
    Value text = BytesValue.of(new byte[] {'a'});
    Value[][] damaged = {{null, null}, {text, null}, {text, IntValue.of(1)}};
    for (Value[] slots : damaged) {
      try (MarshalImage image = image(root, slots)) {
        Texts texts = new Texts.OfImage(image, library(image));

        assertThatThrownBy(() -> texts.find("a", 0))
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining("no object of Jython's can be made of this");
      }
    }
  }

  @Test
  void intThatNoMachineWordHoldsIsALong() throws Exception {
    BigInteger large = BigInteger.TWO.pow(100).negate();
    try (MarshalImage image = image("m", IntValue.of(large), IntValue.of(Integer.MIN_VALUE))) {
      RecordView record = (RecordView) image.root("m");

      assertThat(library(image).object(record.slot(0))).isEqualTo(new PyLong(large));
      assertThat(library(image).object(record.slot(1))).isEqualTo(new PyInteger(Integer.MIN_VALUE));
    }
  }
}
