package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.marshalimage.TypeTable;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Tables that have more than they should, or the right thing in the wrong place; the image id. */
class VerifierTablesTest {
  private static Forge ints() {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer.add("a", IntValue.of(1)).add("b", IntValue.of(2)).add("c", IntValue.of(3)));
  }

  private static Forge strings() {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer.add(
                "a",
                SequenceValue.list(
                    StrValue.of("x", true),
                    StrValue.of("\u20ac\u0101", true),
                    StrValue.of("\ud83d\ude00", true),
                    StrValue.of("zz", true),
                    BytesValue.of(new byte[] {'x'}, 0, 1, true),
                    BytesValue.of(new byte[] {(byte) 0xE9, 7}, 0, 2, true))));
  }

  /** Inserts 8 zero bytes; sections that start there or behind are moved. */
  private static Forge insert(Forge old, int at) {
    byte[] bytes = old.bytes.array();
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes, 0, at).putLong(0).put(bytes, at, bytes.length - at);
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      if (old.start(kind) >= at) {
        longer.putLong(old.entry(kind) + SectionLayout.START_OFFSET, old.start(kind) + 8);
      }
    }
    return Forge.of(longer.array());
  }

  private static void lengthen(Forge forge, int kind) {
    forge.bytes.putLong(forge.entry(kind) + SectionLayout.LENGTH_OFFSET, forge.length(kind) + 8);
  }

  @Test
  void bytesBehindTheLastSegmentAreFound() {
    Forge old = ints();
    int end = old.start(SectionLayout.TYPES);
    Forge forge = insert(old, end);
    lengthen(forge, SectionLayout.SEGMENTS);
    assertThat(forge.findings())
        .containsExactly(
            "section SEGMENTS at "
                + end
                + ": bytes behind the last segment, expected="
                + end
                + ", found="
                + (end + 8));
  }

  @Test
  void bytesBeforeASegmentThatNeedNotBeThereAreFound() {
    Forge old = ints();
    int segment = old.segment(2);
    Forge forge = insert(old, segment);
    lengthen(forge, SectionLayout.SEGMENTS);
    int field = forge.module(2) + ModuleLayout.SEGMENT_OFFSET;
    forge.bytes.putLong(field, segment + 8);
    forge.bytes.putLong(
        segment + 8 + SegmentLayout.ROOT_OFFSET, 8 + forge.bytes.getLong(segment + 8));
    int directory = forge.start(SectionLayout.DIRECTORY);
    for (int place = 0; place < 3; place++) {
      int value = directory + (int) HashLayout.valueOffset(place, 3);
      if (forge.bytes.getInt(value) == segment / 8) {
        forge.bytes.putInt(value, segment / 8 + 1);
      }
    }
    assertThat(forge.findings())
        .containsExactly(
            "module c at " + field + ": bytes left free before the segment, expected=0, found=8");
  }

  @Test
  void segmentBehindABadOneIsHeldAgainstTheLastGoodOne() {
    Forge forge = ints();
    int start = forge.segment(1);
    int field = forge.module(1) + ModuleLayout.SEGMENT_OFFSET;
    int length = (int) forge.bytes.getLong(field + 8);
    assertThat(forge.edit(each -> each.bytes.putLong(field, start - 8)).findings())
        .contains(
            "module b at "
                + field
                + ": segment is not behind the one before, expected="
                + start
                + ", found="
                + (start - 8)
                + ".."
                + length,
            "module c at "
                + (forge.module(2) + ModuleLayout.SEGMENT_OFFSET)
                + ": bytes left free before the segment, expected=0, found="
                + length);
  }

  @Test
  void nameThatStandsTwiceIsOutOfOrder() {
    Forge forge = ints();
    int second = (int) forge.bytes.getLong(forge.module(1) + ModuleLayout.NAME_OFFSET);
    int data = second + 24;
    assertThat(forge.bytes.get(data)).isEqualTo((byte) 'b');
    forge.bytes.put(data, (byte) 'a').putInt(second + 20, 'a');
    forge.bytes.putChar(forge.segment(1) + SegmentLayout.NAME_OFFSET, 'a');
    assertThat(forge.findings())
        .contains("module a at " + forge.module(1) + ": names are not in order, found=a");
  }

  @Test
  void nameThatCannotBeReadIsNone() {
    Forge forge = ints();
    int name = (int) forge.bytes.getLong(forge.module(1) + ModuleLayout.NAME_OFFSET);
    for (int bad : new int[] {-1, Integer.MAX_VALUE}) {
      assertThat(
              forge
                  .copy()
                  .edit(each -> each.bytes.putInt(name + ObjectLayout.SIZE_OFFSET, bad))
                  .findings())
          .contains("module 1 at " + name + ": no str where the name should be");
    }
  }

  @Test
  void sectionOfStringsHasTheLengthOfItsNumber() {
    Forge old = ints();
    int table = old.start(SectionLayout.STRINGS);
    int length = old.length(SectionLayout.STRINGS);
    Forge forge = insert(old, table + length);
    lengthen(forge, SectionLayout.STRINGS);
    assertThat(forge.findings())
        .containsExactly(
            "section STRINGS at "
                + table
                + ": length, expected="
                + length
                + ", found="
                + (length + 8));
  }

  @Test
  void bucketOfSeveralTextsHasASeed() {
    Forge forge = strings();
    int count = forge.bytes.getInt(HeaderLayout.INTERNED_COUNT_OFFSET);
    int buckets = StringsLayout.bucketCount(count);
    int table = forge.start(SectionLayout.STRINGS);
    int shared = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      int at = table + (int) HashLayout.redirectOffset(bucket);
      if (forge.bytes.getInt(at) <= 0) {
        continue;
      }
      shared++;
      for (int bad : new int[] {0, -1}) {
        assertThat(forge.copy().edit(each -> each.bytes.putInt(at, bad)).findings())
            .anyMatch(
                finding ->
                    finding.matches(
                        "section STRINGS at "
                            + at
                            + ": redirect of a bucket of [23456], found="
                            + bad));
      }
    }
    assertThat(shared).isPositive();
  }

  @Test
  void internedStringsOfEveryWidthAreFoundByTheirTexts() {
    strings().assertFindings(each -> {});
  }

  @Test
  void typeWordIsBetweenTheLeastAndTheGreatestTypeCode() {
    Forge forge = ints();
    int root = forge.root(0);
    for (long bad : new long[] {0, TypeCode.LIMIT, TypeCode.LIMIT + TypeCode.INT, -1}) {
      assertThat(
              forge
                  .copy()
                  .edit(each -> each.bytes.putLong(root + ObjectLayout.TYPE_OFFSET, bad))
                  .findings())
          .anyMatch(
              finding ->
                  finding.startsWith(
                      "object at "
                          + root
                          + ": unknown type code: found=0x"
                          + Long.toHexString(bad)
                          + " ("));
    }
  }

  @Test
  void objectWhoseHeadIsCutIsAllThatIsSaidOfItsSegment() {
    Forge old = ints();
    int end = old.start(SectionLayout.TYPES);
    Forge forge = insert(old, end);
    lengthen(forge, SectionLayout.SEGMENTS);
    int field = forge.module(2) + ModuleLayout.SEGMENT_LENGTH_OFFSET;
    forge.bytes.putLong(field, forge.bytes.getLong(field) + 8);
    // Nor of the numbers of objects, which cannot be known.
    assertThat(forge.findings())
        .containsExactly("object at " + end + ": object is cut by the end of its segment");
  }

  /** Whoever copies an image out of a jar compares nothing else. */
  @Test
  void idThatIsNotThatOfTheContentIsRefused() {
    Forge forge = strings().seal();
    assertThatCode(() -> Verifier.checkId(forge.image())).doesNotThrowAnyException();
    byte[] sound = new byte[HeaderLayout.IMAGE_ID_LENGTH];
    forge.bytes.get(HeaderLayout.IMAGE_ID_OFFSET, sound);
    byte[] other = sound.clone();
    other[31] ^= 1;
    forge.bytes.put(HeaderLayout.IMAGE_ID_OFFSET, other);
    sealHeader(forge.bytes);
    assertThatThrownBy(() -> Verifier.checkId(forge.image()))
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem())
                  .isEqualTo(
                      "image id is not the hash of the content: expected="
                          + HexFormat.of().formatHex(sound)
                          + ", found="
                          + HexFormat.of().formatHex(other));
              assertThat(e.offset()).isEqualTo(HeaderLayout.IMAGE_ID_OFFSET);
            });
  }

  @Test
  void ofSectionsThatAreDamagedTheIdIsNotCompared() {
    Forge forge = strings().seal();
    int strings = forge.start(SectionLayout.STRINGS);
    long sound = forge.bytes.getLong(forge.entry(SectionLayout.STRINGS) + 24);
    forge.bytes.putLong(forge.entry(SectionLayout.STRINGS) + 24, sound + 1);
    // Nor is the id.
    forge.flip(HeaderLayout.IMAGE_ID_OFFSET, 1);
    sealHeader(forge.bytes);
    assertThatThrownBy(() -> Verifier.checkId(forge.image()))
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem())
                  .isEqualTo(
                      "checksum is off: expected=0x"
                          + Long.toHexString(sound + 1)
                          + ", found=0x"
                          + Long.toHexString(sound));
              assertThat(e.offset()).isEqualTo(strings);
            });
  }

  @Test
  void imageThatIsPrelinkedIsCheckedAsAWhole() {
    for (TypeTable types : new TypeTable[] {null, TypeTable.standard()}) {
      for (long base : new long[] {0, 0x7000_0000_0000L}) {
        Forge forge =
            Forge.of(
                HeaderLayout.ADDRESS_WIDTH,
                writer -> writer.prelink(base, types).add("a", SequenceValue.list(IntValue.of(7))));
        assertThat(forge.findingsUnsealed()).isEmpty();
        assertThatCode(() -> Verifier.checkId(forge.image())).doesNotThrowAnyException();
        if (types == null && base == 0) {
          continue;
        }
        // The root's list: only who looks at objects finds that it has another number.
        Forge copy = forge.copy();
        copy.flip(forge.root(0), 8);
        assertThatThrownBy(() -> Verifier.checkId(copy.seal().image()))
            .isInstanceOfSatisfying(
                CorruptImageException.class,
                e -> {
                  assertThat(e.problem())
                      .isEqualTo("count and number: expected=0xc0000001, found=0xc0000009");
                  assertThat(e.offset()).isEqualTo(forge.root(0));
                });
      }
    }
  }

  /** Larger than what the hash is made of at once, with types of records and free bytes between. */
  @Test
  void idOfAPrelinkedImageIsThatOfTheSameImageThatIsNot() {
    Value[] items = new Value[3000];
    for (int i = 0; i < items.length; i++) {
      items[i] = FloatValue.of(i + 0.5);
    }
    Value record = RecordValue.of(new RecordType("r", 1, 2, 0, false), null, IntValue.of(5));
    Value other = RecordValue.of(new RecordType("s", 1, 1, 0, false), StrValue.of("t"));
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      byte[] id = null;
      for (TypeTable types : new TypeTable[] {null, TypeTable.standard()}) {
        for (long base : new long[] {0, 0x7000_0000_0000L}) {
          Forge forge =
              Forge.of(
                  width,
                  writer ->
                      writer
                          .prelink(base, types)
                          .add("a", SequenceValue.list(items))
                          .add("b", SequenceValue.list(record, BytesValue.of(new byte[3000])))
                          .add("c", SequenceValue.list(other, BytesValue.of(new byte[3900])))
                          .add("d", SequenceValue.list(IntValue.of(6))));
          assertThat(forge.findingsUnsealed()).isEmpty();
          byte[] found = new byte[HeaderLayout.IMAGE_ID_LENGTH];
          forge.bytes.get(HeaderLayout.IMAGE_ID_OFFSET, found);
          assertThat(found).isEqualTo(id == null ? found : id);
          id = found;
        }
      }
    }
  }

  @Test
  void unknownHandleIsFound() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .prelink(0, TypeTable.standard())
                    .add("a", SequenceValue.list(IntValue.of(7))));
    int root = forge.root(0);
    assertThat(
            forge
                .copy()
                .edit(each -> each.bytes.putLong(root + ObjectLayout.TYPE_OFFSET, TypeCode.LIST))
                .findings())
        .anyMatch(
            finding -> finding.startsWith("object at " + root + ": unknown type code: found=0x5b"));
  }

  private static void sealHeader(ByteBuffer bytes) {
    bytes.putLong(
        HeaderLayout.CHECKSUM_OFFSET,
        HashLayout.headerChecksum(bytes, bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET)));
  }
}
