package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;

/** Sections, module table and hash tables, each wrong in one way, and what is said of that. */
class VerifierTest {
  private static final int HEADER_LENGTH =
      HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;

  private static Forge forge() {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer
                .add("a", SequenceValue.list(StrValue.of("x", true), IntValue.of(1)))
                .add("b", SequenceValue.list(StrValue.of("x", true), IntValue.of(2)))
                .add("long name", SequenceValue.list(StrValue.of("y", true))));
  }

  private static final String[] SECTIONS = {
    "", "DIRECTORY", "MODULES", "SHARED", "SEGMENTS", "TYPES", "STRINGS"
  };

  @Test
  void checksumOfEachSectionIsCompared() {
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      Forge forge = forge().seal();
      int field = forge.entry(kind) + SectionLayout.CHECKSUM_OFFSET;
      long sound = forge.bytes.getLong(field);
      forge.bytes.putLong(field, sound ^ 1);
      sealHeader(forge.bytes);
      assertThat(forge.findingsUnsealed())
          .containsExactly(
              "section "
                  + SECTIONS[kind]
                  + " at "
                  + forge.start(kind)
                  + ": checksum is off, expected=0x"
                  + Long.toHexString(sound ^ 1)
                  + ", found=0x"
                  + Long.toHexString(sound));
    }
  }

  private static void sealHeader(ByteBuffer bytes) {
    long sum = 0;
    for (int at = 0; at < bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET); at += 8) {
      if (at != HeaderLayout.CHECKSUM_OFFSET) {
        sum = HashLayout.foldChecksum(sum, bytes.getLong(at));
      }
    }
    bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
  }

  @Test
  void checksumOfASegmentAloneIsCompared() {
    Forge forge = forge();
    int entry = forge.module(1);
    int sound = forge.bytes.getInt(entry + ModuleLayout.CHECKSUM_OFFSET);
    forge.flip(entry + ModuleLayout.CHECKSUM_OFFSET, 0x80000001);
    // All but the segment's own checksum fit.
    byte[] image = forge.bytes.array();
    int modules = forge.entry(SectionLayout.MODULES);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(image, forge.start(SectionLayout.MODULES), forge.length(SectionLayout.MODULES));
    forge.bytes.putLong(modules + SectionLayout.CHECKSUM_OFFSET, crc.getValue());
    sealHeader(forge.bytes);
    assertThat(forge.findingsUnsealed())
        .hasSize(2)
        .contains(
            "module b at "
                + forge.segment(1)
                + ": checksum of the segment is off, expected=0x"
                + Long.toHexString((sound ^ 0x80000001) & 0xFFFFFFFFL)
                + ", found=0x"
                + Long.toHexString(sound & 0xFFFFFFFFL))
        .last()
        .asString()
        .startsWith("header at 40: image id is not the hash of the content");
  }

  @Test
  void bytesBehindTheLastSectionAreFound() {
    byte[] bytes = forge().bytes.array();
    int end = bytes.length;
    Forge forge = Forge.of(Arrays.copyOf(bytes, end + 8));
    assertThat(forge.findings())
        .containsExactly(
            "end of the file at "
                + end
                + ": bytes behind the last section, expected="
                + end
                + ", found="
                + (end + 8));
  }

  @Test
  void gapsBetweenSectionsAreFound() {
    Forge old = forge();
    byte[] bytes = old.bytes.array();
    int strings = old.start(SectionLayout.STRINGS);
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes, 0, strings).putLong(0).put(bytes, strings, bytes.length - strings);
    int entry = old.entry(SectionLayout.STRINGS);
    longer.putLong(entry + SectionLayout.START_OFFSET, strings + 8);
    assertThat(Forge.of(longer.array()).findings())
        .containsExactly(
            "section STRINGS at "
                + entry
                + ": section does not start where the one before ends, expected="
                + strings
                + ", found="
                + (strings + 8));
  }

  @Test
  void unknownSectionsAreFound() {
    // An empty section behind the others: its entry stands where DIRECTORY would start.
    for (int kind : new int[] {SectionLayout.LAST + 1, 64, 0, -1}) {
      Forge forge = emptyForge(kind);
      int entry = HEADER_LENGTH;
      assertThat(forge.findings())
          .containsExactly("section " + kind + " at " + entry + ": unknown section, found=" + kind);
    }
  }

  /** An image of no root with a section more, which moves nothing but tables without offsets. */
  private static Forge emptyForge(int kind) {
    Forge old = Forge.of(HeaderLayout.COMPACT_WIDTH, writer -> {});
    byte[] bytes = old.bytes.array();
    int more = SectionLayout.SIZE;
    ByteBuffer longer = ByteBuffer.allocate(bytes.length + more).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes, 0, HEADER_LENGTH);
    longer.putInt(kind).putInt(0).putLong(bytes.length + more).putLong(0).putLong(0);
    longer.put(bytes, HEADER_LENGTH, bytes.length - HEADER_LENGTH);
    longer.putInt(HeaderLayout.HEADER_LENGTH_OFFSET, HEADER_LENGTH + more);
    longer.putInt(HeaderLayout.SECTION_COUNT_OFFSET, SectionLayout.COUNT + 1);
    for (int i = 1; i <= SectionLayout.COUNT; i++) {
      int start = HeaderLayout.SECTIONS_OFFSET + (i - 1) * SectionLayout.SIZE + 8;
      longer.putLong(start, longer.getLong(start) + more);
    }
    return Forge.of(longer.array());
  }

  @Test
  void imageOfNoRootIsSound() {
    Forge.of(HeaderLayout.COMPACT_WIDTH, writer -> {}).assertFindings(each -> {});
  }

  @Test
  void extraTypesAreFoundAndMissingOnes() {
    Forge forge = forge();
    int types = forge.start(SectionLayout.TYPES);
    int length = forge.length(SectionLayout.TYPES);
    // List, int, str; the count of ints.
    int ints = types + TypesLayout.SIZE;
    forge.assertFindings(
        each -> each.bytes.putInt(ints + TypesLayout.OBJECTS_OFFSET, 3),
        "section TYPES at " + ints + ": entry of int, expected=2 objects, found=3 of int");
    forge.assertFindings(
        each -> each.bytes.putInt(ints + TypesLayout.CODE_OFFSET, 'g'),
        "section TYPES at " + ints + ": entry of int, expected=2 objects, found=2 of float");
    byte[] bytes = forge.bytes.array();
    int strings = forge.start(SectionLayout.STRINGS);
    ByteBuffer longer =
        ByteBuffer.allocate(bytes.length + TypesLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(bytes, 0, strings).putInt('{').putInt(1).putLong(0);
    longer.put(bytes, strings, bytes.length - strings);
    longer.putLong(forge.entry(SectionLayout.TYPES) + 16, length + TypesLayout.SIZE);
    longer.putLong(forge.entry(SectionLayout.STRINGS) + 8, strings + TypesLayout.SIZE);
    assertThat(Forge.of(longer.array()).findings())
        .containsExactly("section TYPES at " + strings + ": entry of a type that no object has");
    ByteBuffer shorter =
        ByteBuffer.allocate(bytes.length - TypesLayout.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    int last = strings - TypesLayout.SIZE;
    shorter.put(bytes, 0, last).put(bytes, strings, bytes.length - strings);
    shorter.putLong(forge.entry(SectionLayout.TYPES) + 16, length - TypesLayout.SIZE);
    shorter.putLong(forge.entry(SectionLayout.STRINGS) + 8, last);
    assertThat(Forge.of(shorter.array()).findings())
        .containsExactly(
            "section TYPES at " + last + ": entry of str, expected=5 objects, found=none");
  }

  @Test
  void handlesInAnImageThatIsNotPrelinkedAreFound() {
    Forge forge = forge();
    int handle = forge.start(SectionLayout.TYPES) + TypesLayout.HANDLE_OFFSET;
    forge.assertFindings(
        each -> each.bytes.putLong(handle, 0x111),
        "section TYPES at " + handle + ": bad handle of a type: found=0x111");
  }

  @Test
  void namesOfModulesStandInOrderAndAreNotEmpty() {
    Forge forge = forge();
    int first = forge.start(SectionLayout.SHARED);
    int data = first + 24;
    Forge copy = forge.copy();
    copy.bytes.put(data, (byte) 'c').putInt(first + 20, 'c');
    copy.bytes.putChar(copy.segment(0) + SegmentLayout.NAME_OFFSET, 'c');
    assertThat(copy.findings())
        .contains("module b at " + forge.module(1) + ": names are not in order, found=c");
    copy = forge.copy();
    copy.bytes.putLong(first + ObjectLayout.TYPE_OFFSET, 's');
    assertThat(copy.findings())
        .contains("module 0 at " + first + ": no str where the name should be")
        .noneMatch(finding -> finding.startsWith("section DIRECTORY"));
    copy = forge.copy();
    int field = forge.module(1) + ModuleLayout.NAME_OFFSET;
    copy.bytes.putLong(field, first);
    assertThat(copy.findings())
        .contains(
            "module 1 at "
                + field
                + ": name is not the next in SHARED, expected=0x"
                + Integer.toHexString(first + 32)
                + ", found=0x"
                + Integer.toHexString(first))
        .noneMatch(finding -> finding.startsWith("section DIRECTORY"));
  }

  @Test
  void emptyNameIsFound() {
    Forge forge = forge();
    int first = forge.start(SectionLayout.SHARED);
    Forge copy = forge.copy();
    copy.bytes.putInt(first + ObjectLayout.SIZE_OFFSET, 0);
    assertThat(copy.findings()).contains("module  at " + first + ": name is empty");
  }

  private static Forge module(PythonVersion version, PycHeader header) {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer -> writer.addModule("m", new PycFile(version, header, Singleton.NONE), false));
  }

  @Test
  void flagsMakeSense() {
    Forge forge = module(PythonVersion.V3_13, PycHeader.timestamp(5, 6));
    int flags = forge.module(0) + ModuleLayout.FLAGS_OFFSET;
    int pyc = ModuleLayout.FLAG_PYC;
    int mtime = ModuleLayout.FLAG_MTIME;
    int size = ModuleLayout.FLAG_SOURCE_SIZE;
    int hash = ModuleLayout.FLAG_HASH;
    int check = ModuleLayout.FLAG_CHECK_SOURCE;
    for (int bad :
        new int[] {
          pyc,
          pyc | size,
          pyc | mtime | size | hash,
          pyc | mtime | size | check,
          pyc | mtime | size | 64,
          pyc | mtime | size | 1 << 31,
          pyc | hash | size
        }) {
      assertThat(forge.copy().edit(each -> each.bytes.putInt(flags, bad)).findings())
          .as("flags %x", bad)
          .contains(
              "module m at " + flags + ": flags make no sense, found=0x" + Long.toHexString(bad));
    }
    for (int good :
        new int[] {
          pyc | mtime | size,
          pyc | mtime | size | ModuleLayout.FLAG_PACKAGE,
          pyc | hash,
          pyc | hash | check,
          pyc | hash | check | ModuleLayout.FLAG_PACKAGE
        }) {
      forge.assertFindings(each -> each.bytes.putInt(flags, good));
    }
  }

  @Test
  void whatIsRecordedOfTheSourceIsWhatThePythonRecords() {
    int flags = ModuleLayout.FLAGS_OFFSET;
    int source = ModuleLayout.SOURCE_OFFSET;
    for (PythonVersion version : PythonVersion.values()) {
      Forge forge = module(version, PycHeader.timestamp(5, version.isPython2() ? 0 : 6));
      int entry = forge.module(0);
      forge.assertFindings(each -> {});
      int hash = ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_HASH;
      List<String> found =
          forge.copy().edit(each -> each.bytes.putInt(entry + flags, hash)).findings();
      if (version.hasPycFlags()) {
        assertThat(found).isEmpty();
      } else {
        assertThat(found)
            .containsExactly(
                "module m at "
                    + (entry + flags)
                    + ": source hash in a module of Python "
                    + version
                    + ", found=0x12");
      }
      forge.assertFindings(
          each -> each.flip(entry + flags, ModuleLayout.FLAG_SOURCE_SIZE),
          version.isPython2()
              ? new String[] {
                "module m at "
                    + (entry + flags)
                    + ": size of the source in a module of Python 2.7, found=0xe"
              }
              : new String[] {
                "module m at "
                    + (entry + flags)
                    + ": size of the source in a module of Python "
                    + version
                    + ", found=0x6",
                "module m at "
                    + (entry + source)
                    + ": source of a modification time alone, expected=0x5, found=0x600000005"
              });
    }
  }

  @Test
  void magicNumberIsThatOfAPythonWithItsLineEnd() {
    Forge forge = module(PythonVersion.V3_13, PycHeader.timestamp(5, 6));
    int magic = forge.module(0) + ModuleLayout.MAGIC_OFFSET;
    for (int bit = 16; bit < 32; bit++) {
      int flip = 1 << bit;
      int sound = PythonVersion.V3_13.magicWord();
      forge.assertFindings(
          each -> each.flip(magic, flip),
          "module m at "
              + magic
              + ": magic number, expected=0x"
              + Integer.toHexString(sound)
              + ", found=0x"
              + Long.toHexString(sound ^ flip));
    }
    forge.assertFindings(
        each -> each.bytes.putInt(magic, 0x0A0D0001),
        "module m at " + magic + ": magic number of no known Python, found=0xa0d0001");
  }

  @Test
  void rootsOfAProgramRecordNoSource() {
    Forge forge = forge();
    int entry = forge.module(1);
    forge.assertFindings(
        each -> each.bytes.putInt(entry + ModuleLayout.MAGIC_OFFSET, 5),
        "module b at "
            + (entry + ModuleLayout.MAGIC_OFFSET)
            + ": magic number of no .pyc, expected=0, found=5");
    forge.assertFindings(
        each -> each.bytes.putLong(entry + ModuleLayout.SOURCE_OFFSET, 5),
        "module b at "
            + (entry + ModuleLayout.SOURCE_OFFSET)
            + ": source of no .pyc, expected=0x0, found=0x5");
    forge.assertFindings(
        each -> each.bytes.putInt(entry + ModuleLayout.FLAGS_OFFSET, ModuleLayout.FLAG_MTIME),
        "module b at " + (entry + ModuleLayout.FLAGS_OFFSET) + ": flags make no sense, found=0x4");
    forge.assertFindings(
        each -> each.bytes.putInt(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, 5),
        "module b at "
            + (entry + ModuleLayout.COLD_CHECKSUM_OFFSET)
            + ": reserved field, expected=0, found=5");
  }

  @Test
  void headsOfSegmentsAreThoseOfTheirEntries() {
    Forge forge = forge();
    int segment = forge.segment(2);
    forge.assertFindings(
        each -> each.bytes.putInt(segment + SegmentLayout.INDEX_OFFSET, 1),
        "module long name at "
            + (segment + SegmentLayout.INDEX_OFFSET)
            + ": index in the segment, expected=2, found=1");
    forge.assertFindings(
        each -> each.bytes.putChar(segment + SegmentLayout.NAME_OFFSET + 16, 'X'),
        "module long name at " + segment + ": name in the segment is another");
    for (int at = SegmentLayout.NAME_OFFSET + 18; at < SegmentLayout.headSize(9); at++) {
      int padding = segment + at;
      assertThat(forge.copy().edit(each -> each.bytes.put(padding, (byte) 1)).findings())
          .contains(
              "module long name at " + padding + ": padding is not zero, expected=0, found=1");
    }
  }

  @Test
  void segmentsLieBehindEachOther() {
    Forge forge = forge();
    int entry = forge.module(1);
    int field = entry + ModuleLayout.SEGMENT_OFFSET;
    int start = forge.segment(1);
    int length = (int) forge.bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    String said =
        "module b at " + field + ": segment is not behind the one before, expected=" + start;
    for (int bad : new int[] {start - 8, start + 4, 1 << 20, -8}) {
      assertThat(forge.copy().edit(each -> each.bytes.putLong(field, bad)).findings())
          .contains(said + ", found=" + bad + ".." + length);
    }
    for (int bad : new int[] {16, 4, -8, length + 4, 1 << 20}) {
      assertThat(
              forge
                  .copy()
                  .edit(each -> each.bytes.putLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET, bad))
                  .findings())
          .contains(said + ", found=" + start + ".." + bad);
    }
  }

  /**
   * Two modules whose segments would cross a page: the second is moved, which is as it should be.
   */
  @Test
  void whatIsLeftFreeBeforeASegmentIsZeroAndNoMoreThanItMustBe() {
    Value large = BytesValue.of(new byte[3250]);
    byte[] other = new byte[3900];
    other[0] = 1;
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(large))
                    .add("b", SequenceValue.list(BytesValue.of(other))));
    forge.assertFindings(each -> {});
    int end =
        forge.segment(0)
            + (int) forge.bytes.getLong(forge.module(0) + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    int gap = forge.segment(1) - end;
    assertThat(gap).isPositive();
    assertThat(forge.segment(1) % HeaderLayout.PAGE_SIZE).isZero();
    forge.assertFindings(
        each -> each.bytes.putLong(end, 3),
        "module b at " + end + ": padding is not zero, expected=0x0, found=0x3");
    forge.assertFindings(
        each -> each.bytes.put(forge.segment(1) - 1, (byte) 1),
        "module b at "
            + (forge.segment(1) - 8)
            + ": padding is not zero, expected=0x0, found=0x100000000000000");
  }

  @Test
  void directoryHasPartOfTheHashOfEachName() {
    Forge forge = forge();
    int table = forge.start(SectionLayout.DIRECTORY);
    for (int place = 0; place < 3; place++) {
      int check = table + (int) (HashLayout.valueOffset(place, 3) + HashLayout.checkDistance(3));
      int right = forge.bytes.getInt(check);
      forge.assertFindings(
          each -> each.flip(check, 1 << 30),
          "section DIRECTORY at "
              + check
              + ": check of a name, expected="
              + right
              + ", found="
              + (right ^ 1 << 30));
    }
    int padding = table + (int) HashLayout.directoryLength(3) - Integer.BYTES;
    forge.assertFindings(
        each -> each.flip(padding, 1),
        "section DIRECTORY at " + padding + ": padding is not zero, expected=0, found=1");
  }

  @Test
  void hashTablesLeadEachTextToItsValueAndNothingElseAnywhere() {
    Forge forge = forge();
    int table = forge.start(SectionLayout.DIRECTORY);
    int buckets = 3;
    for (int slot = 0; slot < 3; slot++) {
      int value = table + (int) HashLayout.valueOffset(slot, buckets);
      assertThat(forge.copy().edit(each -> each.flip(value, 1)).findings())
          .singleElement()
          .asString()
          .startsWith("section DIRECTORY at " + value + ": text leads to another value, expected=");
    }
    int empty = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      int redirect = table + (int) HashLayout.redirectOffset(bucket);
      if (forge.bytes.getInt(redirect) == 0) {
        empty++;
        forge.assertFindings(
            each -> each.bytes.putInt(redirect, 1),
            "section DIRECTORY at " + redirect + ": redirect of a bucket of 0, found=1");
      } else {
        assertThat(forge.copy().edit(each -> each.bytes.putInt(redirect, 0)).findings())
            .anyMatch(
                finding ->
                    finding.startsWith(
                        "section DIRECTORY at " + table + ": text leads to another value"));
        assertThat(forge.copy().edit(each -> each.bytes.putInt(redirect, -9)).findings())
            .anyMatch(
                finding ->
                    finding.startsWith(
                        "section DIRECTORY at "
                            + redirect
                            + ": perfect hash leads outside its table"));
      }
    }
    assertThat(empty).isPositive();
  }

  @Test
  void stringsTableIsHeld() {
    Forge forge = forge();
    int table = forge.start(SectionLayout.STRINGS);
    // Three names and two strings.
    int count = forge.bytes.getInt(HeaderLayout.INTERNED_COUNT_OFFSET);
    assertThat(count).isEqualTo(5);
    int buckets = StringsLayout.bucketCount(count);
    int hashPadding = table + (int) HashLayout.valueOffset(count, buckets);
    forge.assertFindings(
        each -> each.bytes.putInt(hashPadding, 6),
        "section STRINGS at " + hashPadding + ": padding is not zero, expected=0, found=6");
    int tail = table + (int) StringsLayout.offsetOffset(count, count);
    forge.assertFindings(
        each -> each.bytes.putInt(tail, 6),
        "section STRINGS at " + tail + ": padding is not zero, expected=0, found=6");
    for (int number = 0; number < count; number++) {
      int at = table + (int) StringsLayout.offsetOffset(number, count);
      int other = table + (int) StringsLayout.offsetOffset((number + 1) % count, count);
      int offset = forge.bytes.getInt(other);
      forge.assertFindings(
          each -> each.bytes.putInt(at, offset),
          "section STRINGS at "
              + at
              + ": not the string of number "
              + number
              + ", found=0x"
              + Integer.toHexString(offset * HeaderLayout.ALIGNMENT));
      forge.assertFindings(
          each -> each.bytes.putInt(at, -1),
          "section STRINGS at "
              + at
              + ": not the string of number "
              + number
              + ", found=0x7fffffff8");
    }
    for (int slot = 0; slot < count; slot++) {
      int value = table + (int) HashLayout.valueOffset(slot, buckets);
      assertThat(forge.copy().edit(each -> each.flip(value, 16)).findings())
          .singleElement()
          .asString()
          .startsWith("section STRINGS at " + value + ": text leads to another value");
    }
  }

  @Test
  void badHeaderIsTheOnlyFinding() {
    Forge forge = forge();
    forge.bytes.putLong(0, 1);
    Findings findings = new Findings(9);
    assertThat(Verifier.verify(forge.image(), findings)).isZero();
    assertThat(findings.items())
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.part()).isEqualTo("header");
              assertThat(item.problem()).startsWith("not an image");
            });
  }

  @Test
  void findingsAreKeptUpToALimitAndAllCounted() {
    Forge forge = forge();
    for (int kind = 1; kind <= SectionLayout.COUNT; kind++) {
      forge.flip(forge.entry(kind) + SectionLayout.CHECKSUM_OFFSET, 1);
    }
    sealHeader(forge.bytes);
    Findings findings = new Findings(2);
    Verifier.verify(forge.image(), findings);
    assertThat(findings.items()).hasSize(2);
    assertThat(findings.total()).isEqualTo(6);
  }
}
