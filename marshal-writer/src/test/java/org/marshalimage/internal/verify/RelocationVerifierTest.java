package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.RelocationsLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** What verify says of RELOCATIONS. */
class RelocationVerifierTest {
  private static final String PART = "section RELOCATIONS";

  /** With an empty slot, and more than a block of 64 words. */
  private static final Forge SOUND =
      Forge.of(
          HeaderLayout.ADDRESS_WIDTH,
          writer -> {
            Value[] items = new Value[80];
            for (int i = 0; i < items.length; i++) {
              items[i] = StrValue.of("text " + i % 7);
            }
            RecordType type = new RecordType("r", 1, 2, 0, false);
            writer.add("a", SequenceValue.list(items));
            writer.add("b", RecordValue.of(type, null, IntValue.of(1)));
            // Blocks in which nothing but heads is.
            Value[] ints = new Value[100];
            for (int i = 0; i < ints.length; i++) {
              ints[i] = IntValue.of(1000 + i);
            }
            writer.add("c", SequenceValue.list(ints));
          });

  private static final int START = SOUND.start(SectionLayout.RELOCATIONS);
  private static final int LENGTH = SOUND.length(SectionLayout.RELOCATIONS);

  @Test
  void whatIsWrittenIsSound() {
    assertThat(SOUND.copy().findings()).isEmpty();
    int objects = SOUND.start(SectionLayout.TYPES) - SOUND.start(SectionLayout.SHARED);
    assertThat(LENGTH).isEqualTo((int) RelocationsLayout.sectionLength(objects)).isGreaterThan(40);
    assertThat(SOUND.bytes.getInt(SOUND.entry(SectionLayout.RELOCATIONS))).isEqualTo(9);
    // 180 items, and one of a record.
    assertThat(SOUND.bytes.getLong(START)).isEqualTo(181);
  }

  @Test
  void everyBitIsCompared() {
    int first = START + RelocationsLayout.BLOCKS_OFFSET;
    for (int at = first; at < START + LENGTH; at += Long.BYTES) {
      String field = (at - first) % 16 == RelocationsLayout.HEADS ? "heads" : "slots";
      for (int bit = 0; bit < Long.SIZE; bit++) {
        Forge forge = SOUND.copy();
        long right = forge.bytes.getLong(at);
        long wrong = right ^ 1L << bit;
        forge.bytes.putLong(at, wrong);
        assertThat(forge.findings())
            .containsExactly(
                PART
                    + " at "
                    + at
                    + ": "
                    + field
                    + " of objects, expected=0x"
                    + Long.toHexString(right)
                    + ", found=0x"
                    + Long.toHexString(wrong));
      }
    }
  }

  @Test
  void numberOfSlotsIsCompared() {
    SOUND.assertFindings(
        forge -> forge.bytes.putLong(START, 5),
        PART + " at " + START + ": number of slots, expected=181, found=5");
  }

  @Test
  void sectionIsThereIfSlotsAreOf8Bytes() {
    Forge forge = SOUND.copy();
    int entry = forge.entry(SectionLayout.RELOCATIONS);
    forge.bytes.putInt(entry + SectionLayout.KIND_OFFSET, 99);
    assertThat(forge.findings())
        .contains(PART + " at " + HeaderLayout.SECTIONS_OFFSET + ": missing section");
    Forge compact =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer.add(
                    "a", RecordValue.of(new RecordType("r", 1, 1, 0, false), IntValue.of(1))));
    assertThat(compact.copy().findings()).isEmpty();
    int other = compact.entry(SectionLayout.RECORD_TYPES);
    compact.bytes.putInt(other + SectionLayout.KIND_OFFSET, SectionLayout.RELOCATIONS);
    assertThat(compact.findings())
        .contains(
            PART
                + " at "
                + HeaderLayout.SECTIONS_OFFSET
                + ": section in an image with slots of 4 bytes");
  }

  @Test
  void lengthIsThatOfTheObjects() {
    Forge forge = SOUND.copy();
    int entry = forge.entry(SectionLayout.RELOCATIONS) + SectionLayout.LENGTH_OFFSET;
    forge.bytes.putLong(entry, LENGTH - 16);
    assertThat(forge.findings())
        .contains(
            PART + " at " + START + ": length, expected=" + LENGTH + ", found=" + (LENGTH - 16));
  }
}
