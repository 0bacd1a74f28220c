package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.internal.verify.Forge;
import org.marshalimage.writer.ImageWriter;

/** What prelinking writes, and that it can be taken back. */
class PrelinkerTest {
  private static final long BASE = 0x2000_0000_0000L;

  @TempDir Path directory;

  private static Forge sound(int width) {
    return Forge.of(
        width,
        writer ->
            writer
                .add("a", SequenceValue.list(RecordValue.of(new RecordType("r", 1, 0, 0, false))))
                .add("b", SequenceValue.list(IntValue.of(7))));
  }

  private static TypeTable table() {
    TypeTable.Builder table = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      table.bind(code, 0x1000 + code);
    }
    return table.bindRecord("r", 1, 0x5000).build();
  }

  @Test
  void imageHasHandlesAndAddressesAndIsTheOldOneAfterwards() throws Exception {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      Forge old = sound(width);
      Path source = Files.write(directory.resolve("source" + width), old.bytes.array());
      Path target = directory.resolve("target" + width);
      ImageWriter.prelink(source, target, BASE, table());
      Forge forge = Forge.of(Files.readAllBytes(target));
      assertThat(forge.bytes.getLong(HeaderLayout.LINK_BASE_OFFSET)).isEqualTo(BASE);
      assertThat(forge.bytes.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET))
          .isEqualTo(table().fingerprint());
      int root = old.root(0);
      int record = old.item(root, 0);
      assertThat(forge.bytes.getLong(root + ObjectLayout.TYPE_OFFSET))
          .isEqualTo(0x1000 + TypeCode.LIST);
      assertThat(forge.bytes.getLong(record + ObjectLayout.TYPE_OFFSET)).isEqualTo(0x5000);
      int types = forge.start(SectionLayout.RECORD_TYPES);
      assertThat(
              forge.bytes.getLong(
                  types + (int) RecordTypesLayout.entry(0) + RecordTypesLayout.HANDLE_OFFSET))
          .isEqualTo(0x5000);
      int slot = old.slotAt(root, 0);
      if (width == HeaderLayout.COMPACT_WIDTH) {
        assertThat(forge.bytes.getInt(slot)).isEqualTo(record / 8);
      } else {
        assertThat(forge.bytes.getLong(slot)).isEqualTo(BASE + record);
      }
      assertThat(MarshalImage.verify(target, 10).findings()).isEmpty();
      ImageWriter.prelink(target, target, 0, null);
      assertThat(Files.readAllBytes(target)).isEqualTo(old.bytes.array());
    }
  }
}
