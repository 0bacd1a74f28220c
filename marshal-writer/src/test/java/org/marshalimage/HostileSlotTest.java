package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.writer.ImageWriter;

/** A slot that leads to what only has the number of an object gives no object that is there. */
class HostileSlotTest {
  private static final RecordType TYPE = new RecordType("test.pair", 1, 2, 0, false);

  @TempDir Path folder;

  /** Returns an image of a tuple and a record whose first slots lead into the bytes beside. */
  private ByteBuffer hostile() throws Exception {
    Path file = folder.resolve("x.img");
    BytesValue bytes = BytesValue.of(new byte[2 * ObjectLayout.HEAD_SIZE]);
    try (ImageWriter writer = ImageWriter.create()) {
      writer
          .add("record", RecordValue.of(TYPE, IntValue.of(1), bytes))
          .add("tuple", SequenceValue.tuple(IntValue.of(1), bytes))
          .write(file);
    }
    ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    MarshalImage sound = MarshalImage.map(image);
    RecordView record = (RecordView) sound.root("record");
    long head = ObjectLayout.align(record.slot(1).offset() + BytesLayout.DATA_OFFSET);
    image.putInt(
        (int) head + ObjectLayout.COUNT_OFFSET, ObjectLayout.PINNED | record.objectNumber());
    image.putLong((int) head + ObjectLayout.TYPE_OFFSET, 1L << 40);
    int unit = (int) (head / Long.BYTES);
    image.putInt((int) record.offset() + RecordLayout.SLOTS_OFFSET, unit);
    image.putInt((int) sound.root("tuple").offset() + ObjectLayout.SLOTS_OFFSET, unit);
    return image;
  }

  @Test
  void attachmentsRefuseIt() throws Exception {
    MarshalImage image = MarshalImage.map(hostile());
    Attachments<Object> table = Attachments.ofObjects(image, view -> view);
    RecordView record = (RecordView) image.root("record");
    TupleView tuple = (TupleView) image.root("tuple");
    assertThat(table.get(record)).isEqualTo(record);
    assertThatThrownBy(() -> table.get(record, 0)).isInstanceOf(CorruptImageException.class);
    assertThatThrownBy(() -> table.get(tuple, 0)).isInstanceOf(CorruptImageException.class);
  }
}
