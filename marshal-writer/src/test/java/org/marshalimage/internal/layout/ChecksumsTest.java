package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.internal.verify.Forge;

/** Which checksum each check compares, and what it says of one that is off. */
class ChecksumsTest {
  private static final String[] NAMES = {
    "",
    "DIRECTORY",
    "MODULES",
    "SHARED",
    "SEGMENTS",
    "TYPES",
    "STRINGS",
    "RECORD_TYPES",
    "EXTERNALS",
    "RELOCATIONS"
  };

  private final Forge forge =
      Forge.of(
          HeaderLayout.ADDRESS_WIDTH,
          writer ->
              writer
                  .add("a", SequenceValue.list(IntValue.of(1)))
                  .add(
                      "b",
                      SequenceValue.list(
                          RecordValue.of(new RecordType("r", 1, 0, 0, false)),
                          ExternalValue.of("x"))));

  private Checksums checks() {
    return new Checksums(forge.image(), new ImageHeader(forge.image()));
  }

  private static void assertOff(ThrowingCallable call, String part, int offset) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).startsWith("checksum of " + part + " is off: expected=0x");
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  /** Changes the last byte of a range while a check is made. */
  private void damaged(int start, int length, Runnable check) {
    int at = start + length - 1;
    forge.bytes.put(at, (byte) ~forge.bytes.get(at));
    check.run();
    forge.bytes.put(at, (byte) ~forge.bytes.get(at));
  }

  @Test
  void soundImagePasses() {
    Checksums checks = checks();
    assertThatCode(checks::checkAll).doesNotThrowAnyException();
    assertThatCode(checks::checkFile).doesNotThrowAnyException();
    assertThatCode(checks::checkSections).doesNotThrowAnyException();
  }

  @Test
  void sectionsThatAllModulesUseAreComparedWithEach() {
    for (int kind = 1; kind <= SectionLayout.LAST; kind++) {
      String part = "section " + NAMES[kind];
      int start = forge.start(kind);
      boolean isUsed = kind != SectionLayout.SEGMENTS && kind != SectionLayout.STRINGS;
      // Linking uses it, modules do not.
      boolean isLinked = kind == SectionLayout.RELOCATIONS;
      damaged(
          start,
          forge.length(kind),
          () -> {
            Checksums checks = checks();
            assertOff(checks::checkSections, part, start);
            assertOff(checks()::checkFile, part, start);
            if (isLinked) {
              assertOff(checks()::checkAll, part, start);
            }
            if (isUsed && !isLinked) {
              assertOff(() -> checks().checkModule(forge.module(0)), part, start);
              assertOff(checks()::checkAll, part, start);
              // Again, since it has not been found sound.
              assertOff(checks::checkSections, part, start);
            } else {
              assertThatCode(() -> checks().checkModule(forge.module(0)))
                  .doesNotThrowAnyException();
            }
          });
    }
  }

  @Test
  void segmentIsComparedWithItsModule() {
    for (int index = 0; index < 2; index++) {
      int entry = forge.module(index);
      int other = forge.module(1 - index);
      int start = forge.segment(index);
      int length = (int) forge.bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
      damaged(
          start,
          length,
          () -> {
            Checksums checks = checks();
            assertOff(() -> checks.checkModule(entry), "the module's segment", start);
            assertOff(() -> checks.checkModule(entry), "the module's segment", start);
            assertThatCode(() -> checks.checkModule(other)).doesNotThrowAnyException();
            assertOff(checks::checkAll, "the module's segment", start);
          });
    }
  }

  /** All sections have their bytes, and a module another checksum than its segment. */
  @Test
  void checkOfTheFileComparesSegmentsToo() {
    forge.flip(forge.module(1) + ModuleLayout.CHECKSUM_OFFSET, 1);
    int modules = forge.start(SectionLayout.MODULES);
    forge.bytes.putLong(
        forge.entry(SectionLayout.MODULES) + SectionLayout.CHECKSUM_OFFSET,
        Checksums.crc(forge.image(), modules, forge.length(SectionLayout.MODULES)));
    forge.bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, ImageHeader.checksum(forge.image()));
    assertThatCode(() -> checks().checkSections()).doesNotThrowAnyException();
    assertOff(() -> checks().checkFile(), "the module's segment", forge.segment(1));
  }

  @Test
  void segmentAndFrontThatWereSoundAreNotReadAgain() {
    Checksums checks = checks();
    checks.checkModule(forge.module(0));
    int shared = forge.start(SectionLayout.SHARED);
    damaged(forge.segment(0), 16, () -> checks.checkModule(forge.module(0)));
    damaged(
        shared,
        forge.length(SectionLayout.SHARED),
        () -> assertThatCode(() -> checks.checkModule(forge.module(1))).doesNotThrowAnyException());
  }

  @Test
  void segmentIsProvenBeforeItIsRead() {
    int entry = forge.module(1);
    Checksums checks = checks();
    checks.checkModule(forge.module(0));
    forge.bytes.putLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET, 1L << 40);
    assertThatThrownBy(() -> checks.checkModule(entry))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageStartingWith("bad segment of a module");
  }

  @Test
  void checksumIsThatOfTheWholeRange() {
    byte[] data = new byte[200_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 31 + (i >> 8));
    }
    Forge large =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer -> writer.add("a", SequenceValue.list(BytesValue.of(data))));
    for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 190_000}) {
      CRC32C crc = new CRC32C();
      crc.update(large.bytes.array(), 100, length);
      assertThat(Checksums.crc(large.image(), 100, length)).isEqualTo(crc.getValue());
    }
  }
}
