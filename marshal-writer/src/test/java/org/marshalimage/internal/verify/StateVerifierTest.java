package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.ObjectLengths;
import org.marshalimage.internal.memory.ImageBytes;

/** Records, externals and their sections: each wrong in one way, and what is said of it. */
class StateVerifierTest {
  /** Types a (two fixed slots), b (one repeats), c (bytes); a record of each; externals x, yy. */
  private static final Forge SOUND =
      Forge.of(
          HeaderLayout.COMPACT_WIDTH,
          writer ->
              writer.add(
                  "r",
                  SequenceValue.list(
                      RecordValue.of(
                          new RecordType("a", 1, 2, 0, false), IntValue.of(1), IntValue.of(2)),
                      RecordValue.of(new RecordType("b", 1, 0, 2, false), null, IntValue.of(1)),
                      RecordValue.of(
                          new RecordType("c", 1, 0, 0, true), BytesValue.of(new byte[] {1})),
                      ExternalValue.of("x"),
                      ExternalValue.of("yy"))));

  private static final int TYPES = SOUND.start(SectionLayout.RECORD_TYPES);
  private static final int EXTERNALS = SOUND.start(SectionLayout.EXTERNALS);
  private static final int A = SOUND.item(SOUND.root(0), 0);
  private static final int B = SOUND.item(SOUND.root(0), 1);
  private static final int C = SOUND.item(SOUND.root(0), 2);
  private static final int X = SOUND.item(SOUND.root(0), 3);
  private static final int Y = SOUND.item(SOUND.root(0), 4);

  private static Consumer<Forge> put(int at, int value) {
    return forge -> forge.bytes.putInt(at, value);
  }

  private static int entry(int index) {
    return TYPES + (int) RecordTypesLayout.entry(index);
  }

  private static String section(String name, int at, String problem) {
    return "section " + name + " at " + at + ": " + problem;
  }

  /** What a reader says of the same damage when it meets the object. */
  private static void assertRefused(Consumer<Forge> edit, int object, String problem) {
    Forge forge = SOUND.copy().edit(edit).seal();
    ImageBytes image = forge.image();
    new ImageHeader(image);
    assertThatThrownBy(
            () ->
                ObjectChecks.shape(
                    image, object, TypeCode.RECORD, ObjectLengths.of(image.pointerWidth())))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void soundImageHasNoFindings() {
    SOUND.assertFindings(forge -> {});
  }

  @Test
  void slotsBeyondTheTypeAreFoundAndRefused() {
    // The type of the record has one slot more, or less, or another number of slots that repeat.
    int fixed = entry(0) + RecordTypesLayout.FIXED_SLOTS_OFFSET;
    String problem = "record has another number of slots than its type: type=a version 1, found=2";
    SOUND.assertFindings(
        put(fixed, 3), "object at " + (A + ObjectLayout.SIZE_OFFSET) + ": " + problem);
    SOUND.assertFindings(
        put(fixed, 1), "object at " + (A + ObjectLayout.SIZE_OFFSET) + ": " + problem);
    SOUND.assertFindings(
        put(entry(1) + RecordTypesLayout.REPEATED_SLOTS_OFFSET, 3),
        "object at "
            + (B + ObjectLayout.SIZE_OFFSET)
            + ": record has another number of slots than its type: type=b version 1, found=2");
    assertRefused(put(fixed, 3), A, problem);
    // The record itself: its last slot is then padding of nothing, or the next object's head.
    assertThat(SOUND.copy().edit(put(A + ObjectLayout.SIZE_OFFSET, 4)).findings())
        .anyMatch(text -> text.contains("record has another number of slots than its type"));
    assertThat(SOUND.copy().edit(put(A + ObjectLayout.SIZE_OFFSET, 1 << 30)).findings())
        .anyMatch(text -> text.contains("range leaves the image"));
  }

  @Test
  void unknownTypesAreFoundAndRefused() {
    int at = A + RecordLayout.RECORD_TYPE_OFFSET;
    for (int type : new int[] {3, -1}) {
      String problem =
          "unknown type of record: expected below 3, found=" + Integer.toUnsignedString(type);
      SOUND.assertFindings(
          put(at, type),
          "object at " + at + ": " + problem,
          section(
              "RECORD_TYPES", entry(0), "entry of a type that no record has, found=a version 1"));
      assertRefused(put(at, type), A, problem);
    }
  }

  @Test
  void reservedFieldOfARecordIsHeld() {
    int at = A + RecordLayout.RESERVED_OFFSET;
    SOUND.assertFindings(put(at, 1), "object at " + at + ": reserved field, expected=0, found=1");
  }

  @Test
  void bytesOfARecordHaveToBeBytes() {
    int slot = C + RecordLayout.SLOTS_OFFSET;
    int number = SOUND.slot(A + RecordLayout.SLOTS_OFFSET);
    int bytes = SOUND.slot(slot);
    // What nothing leads to counts as a table, which externals may not follow.
    String outOfOrder =
        "object at "
            + X
            + ": object out of order, expected=line and exception tables, found=other objects";
    SOUND.assertFindings(
        forge -> forge.setSlot(slot, number),
        "object at " + slot + ": type of the bytes of a record, expected=bytes, found=int",
        "object at " + bytes + ": nothing leads to the object",
        outOfOrder);
    SOUND.assertFindings(
        forge -> forge.setSlot(slot, 0),
        "object at " + slot + ": slot leads to no object, found=0x0",
        "object at " + bytes + ": nothing leads to the object",
        outOfOrder);
  }

  @Test
  void typesOutOfOrderAndTypesListedTwiceAreFound() {
    int names = TYPES + (int) RecordTypesLayout.entry(3);
    String problem = "types of records are not in order";
    SOUND.assertFindings(
        forge -> forge.bytes.put(names, (byte) 'd'), section("RECORD_TYPES", entry(1), problem));
    SOUND.assertFindings(
        forge -> forge.bytes.put(names + 1, (byte) 'a'),
        section("RECORD_TYPES", entry(1), problem));
    // The same name with another version is another type.
    SOUND.assertFindings(
        forge -> {
          forge.bytes.put(names + 1, (byte) 'a');
          forge.bytes.putInt(entry(1) + RecordTypesLayout.VERSION_OFFSET, 2);
        });
    assertRefused(forge -> forge.bytes.put(names + 1, (byte) 'a'), A, problem);
  }

  @Test
  void fieldsOfTypesAreHeld() {
    String part = "RECORD_TYPES";
    int names = TYPES + (int) RecordTypesLayout.entry(3);
    int flags = entry(0) + RecordTypesLayout.FLAGS_OFFSET;
    SOUND.assertFindings(
        put(flags, 2), section(part, flags, "flags of a type of record: found=0x2"));
    int handle = entry(0) + RecordTypesLayout.HANDLE_OFFSET;
    SOUND.assertFindings(
        put(handle, 0x100), section(part, handle, "bad handle of a type of record: found=0x100"));
    int version = entry(1) + RecordTypesLayout.VERSION_OFFSET;
    SOUND.assertFindings(
        put(version, -1),
        section(part, version, "number of a type of record is too large: found=4294967295"));
    int length = entry(2) + RecordTypesLayout.NAME_LENGTH_OFFSET;
    for (int bad : new int[] {0, -1, 1000}) {
      SOUND.assertFindings(
          put(length, bad),
          section(
              part,
              length,
              "bad length of the name of a type of record: found="
                  + Integer.toUnsignedString(bad)));
    }
    SOUND.assertFindings(
        forge -> forge.bytes.put(names + 1, (byte) 0xFF),
        section(part, entry(1), "name of a type of record is not UTF-8"));
    for (int bad : new int[] {0, -1, 4, RecordTypesLayout.MAX_TYPES + 1}) {
      assertThat(SOUND.copy().edit(put(TYPES, bad)).findings()).as("count " + bad).isNotEmpty();
    }
    int reserved = entry(0) + RecordTypesLayout.RESERVED_OFFSET;
    SOUND.assertFindings(
        put(reserved, 1), section(part, reserved, "bad reserved field: expected=0, found=1"));
  }

  @Test
  void numbersOfExternalsAreHeld() {
    int at = X + ObjectLayout.SIZE_OFFSET;
    SOUND.assertFindings(
        put(at, 2),
        "object at " + at + ": unknown external: expected below 2, found=2",
        section("EXTERNALS", EXTERNALS, "name that no object has, found=0"));
    SOUND.assertFindings(
        put(at, 1),
        section("EXTERNALS", EXTERNALS, "name that no object has, found=0"),
        "object at " + Y + ": another object has the same value");
  }

  @Test
  void namesOfExternalsAreHeld() {
    String part = "EXTERNALS";
    int ends = EXTERNALS + ExternalsLayout.ENDS_OFFSET;
    int text = EXTERNALS + (int) ExternalsLayout.textOffset(2);
    SOUND.assertFindings(
        forge -> forge.bytes.put(text, (byte) 'z'),
        section(part, ends + 4, "names of externals are not in order"));
    SOUND.assertFindings(
        forge -> forge.bytes.put(text, "yyy".getBytes(StandardCharsets.US_ASCII)),
        section(part, EXTERNALS, fingerprint("y", "yy")));
    for (int bad : new int[] {0, -1, 1000}) {
      SOUND.assertFindings(
          put(ends, bad),
          section(
              part,
              ends,
              "bad end of the name of an external: from=0, found="
                  + Integer.toUnsignedString(bad)));
    }
    SOUND.assertFindings(
        forge -> forge.bytes.put(text + 1, (byte) 0xFF),
        section(part, ends + 4, "name of an external is not UTF-8"));
    SOUND.assertFindings(
        forge -> forge.bytes.put(text + 3, (byte) 1),
        section(part, text + 3, "bad padding of externals: expected=0, found=1"));
    for (int bad : new int[] {0, -1, 3, 1000}) {
      assertThat(SOUND.copy().edit(put(EXTERNALS + 8, bad)).findings()).isNotEmpty();
    }
  }

  private static String fingerprint(String... names) {
    long sum = 0;
    for (String name : names) {
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(name, 0));
    }
    return "fingerprint of the externals: expected=0x"
        + Long.toHexString(sum)
        + ", found=0x"
        + Long.toHexString(SOUND.bytes.getLong(EXTERNALS));
  }

  @Test
  void sectionsThatNotEveryImageHasComeLastEachOnceAndInOrder() {
    int types = SOUND.entry(SectionLayout.RECORD_TYPES);
    int externals = SOUND.entry(SectionLayout.EXTERNALS);
    assertThat(SOUND.copy().edit(put(externals, SectionLayout.RECORD_TYPES)).findings())
        .singleElement()
        .asString()
        .contains("section kind");
    assertThat(
            SOUND
                .copy()
                .edit(put(types, SectionLayout.EXTERNALS))
                .edit(put(externals, SectionLayout.RECORD_TYPES))
                .findings())
        .singleElement()
        .asString()
        .contains("section kind");
    assertThat(SOUND.copy().edit(put(types, 10)).findings())
        .contains("section 10 at " + types + ": unknown section, found=10")
        .anyMatch(text -> text.contains("unknown type of record: expected below 0"));
  }
}
