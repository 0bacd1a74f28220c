package org.marshalimage.jython.compiled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Records for compiled code, right and wrong; no Jython is started. */
class CodeRecordsTest {
  private static final CompiledFile FILE =
      new CompiledFile(
          "pack.part$py", "/x/é.py", "/x/part$py.class", 10, -2, 1_700_000_000_000L, null);
  private static final CodeReference REFERENCE =
      new CodeReference(FILE, 3, "f", 7, 2, 0x13, 1, List.of("a", "b", "c"), List.of("c"), null);

  @TempDir private Path folder;
  private MarshalImage image;

  @AfterEach
  void closeImage() {
    if (image != null) {
      image.close();
    }
  }

  private RecordView record(Value value) throws IOException {
    closeImage();
    Path file = folder.resolve("code.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("code", value).write(file);
    }
    image = MarshalImage.map(file);
    return (RecordView) image.root("code");
  }

  private CodeReference read(Value value) throws IOException {
    RecordView record = record(value);
    return new CodeRecordReader(image).reference(record);
  }

  @Test
  void referenceIsReadAsItWasWritten() throws IOException {
    assertThat(read(new CodeRecordWriter().record(REFERENCE))).isEqualTo(REFERENCE);
    CodeReference other =
        new CodeReference(FILE, 0, "f", 0, 0, 0, 0, List.of(), List.of(), List.of("x"));
    assertThat(read(new CodeRecordWriter().record(other))).isEqualTo(other);
  }

  @Test
  void equalReferencesAreOneRecordAndOneFileIsOne() {
    CodeRecordWriter writer = new CodeRecordWriter();
    RecordValue first = writer.record(REFERENCE);
    CodeReference second = new CodeReference(FILE, 4, "g", 9, 0, 0, 0, List.of(), null, null);
    assertThat(writer.record(REFERENCE)).isSameAs(first);
    assertThat(writer.record(second).child(0)).isSameAs(first.child(0));
  }

  @Test
  void nameThatNoStrOfPython2HasIsRefused() {
    CodeReference reference =
        new CodeReference(FILE, 3, "\u20ac", 7, 0, 0, 0, List.of(), null, null);
    assertThatThrownBy(() -> new CodeRecordWriter().record(reference))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no name of Python 2: found=\u20ac");
  }

  /** A record with one slot of another value. */
  private static RecordValue with(RecordValue record, int slot, Value value) {
    Value[] slots = new Value[record.childCount()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = i == slot ? value : record.child(i);
    }
    return RecordValue.of(record.type(), slots);
  }

  @Test
  void wrongSlotsAreNamed() throws IOException {
    RecordValue good = new CodeRecordWriter().record(REFERENCE);
    for (int slot = 0; slot < good.childCount(); slot++) {
      for (Value wrong :
          new Value[] {null, IntValue.of(-1), IntValue.of(1L << 40), SequenceValue.list()}) {
        boolean isAllowed = slot >= CodeRecordLayout.CELLS_SLOT && wrong == null;
        if (isAllowed) {
          continue;
        }
        Value bad = with(good, slot, wrong);
        assertThatThrownBy(() -> read(bad))
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining("slot=" + slot + ", expected=")
            .hasMessageContaining("code.img");
      }
    }
    RecordValue file = (RecordValue) good.child(0);
    for (int slot = 0; slot < file.childCount(); slot++) {
      Value bad = with(good, 0, with(file, slot, SequenceValue.list()));
      assertThatThrownBy(() -> read(bad))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("slot of jython.class-file version 1 is wrong: slot=" + slot);
    }
    Value names = SequenceValue.tuple(StrValue.of("a"));
    assertThatThrownBy(() -> read(with(good, CodeRecordLayout.VARIABLES_SLOT, names)))
        .hasMessageContaining("slot=7, expected=bytes");
  }

  @Test
  void absurdRecordsAreRefused() throws IOException {
    RecordValue good = new CodeRecordWriter().record(REFERENCE);
    Value many = IntValue.of(4);
    assertThatThrownBy(() -> read(with(good, CodeRecordLayout.PARAMETER_COUNT_SLOT, many)))
        .hasMessageContaining("compiled code has more parameters or cells than variables");
    RecordValue file = (RecordValue) good.child(0);
    Value named = with(good, 0, with(file, CodeRecordLayout.CLASS_NAME_SLOT, StrValue.of("x.Y")));
    assertThatThrownBy(() -> read(named)).hasMessageContaining("no class of compiled code");
    assertThatThrownBy(() -> read(with(good, 0, good)))
        .hasMessageContaining("expected=jython.class-file version 1, found=jython.code version 1");
    RecordType newer = new RecordType("jython.code", 2, 1, 0, false);
    RecordView record = record(RecordValue.of(newer, good));
    assertThat(new CodeRecordReader(image).isCode(record)).isFalse();
    assertThatThrownBy(() -> new CodeRecordReader(image).code(record))
        .hasMessageContaining("expected=jython.code version 1, found=jython.code version 2");
  }
}
