package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/**
 * Images made to hurt. Objects and segments that lie over each other: read one by one, each is
 * sound and no longer than the file, but all of them together would cost the square of its length.
 * And every damaged file of testdata, in every way of mapping.
 */
class HostileImageTest {
  private static final int CHUNK = 1 << 20;

  /** What is added to slots; and, in its upper half, the size of every object of the chunk. */
  private static final long LINK_BASE = 0x1000L << Integer.SIZE;

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;

  private Path path;
  private ByteBuffer bytes;
  private int chunk;

  /** An image of a tuple whose two items are a chunk of bytes and an empty tuple. */
  private void write() throws Exception {
    Value root = SequenceValue.list(BytesValue.of(new byte[CHUNK]), SequenceValue.tuple());
    path = TestImages.withAddresses(directory, root);
    bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    try (MarshalImage image = MarshalImage.map(path)) {
      ListView list = (ListView) image.root("0");
      chunk = (int) list.get(0).offset() + BytesLayout.DATA_OFFSET;
      chunk = (chunk + 15) & -16;
      // The second item leads into the chunk.
      bytes.putLong((int) list.offset() + ObjectLayout.SLOTS_OFFSET + Long.BYTES, chunk);
    }
  }

  private void seal() throws Exception {
    ImageFiles.sealAll(bytes);
    Files.write(path, bytes.array());
  }

  /** A tuple of strings that each reach to the end of the chunk. */
  private void overlapStrings() throws Exception {
    write();
    int count = CHUNK / 2 / 32;
    bytes.putInt(chunk, ObjectLayout.PINNED | 3);
    bytes.putInt(chunk + ObjectLayout.SIZE_OFFSET, count);
    bytes.putLong(chunk + ObjectLayout.TYPE_OFFSET, TypeCode.TUPLE);
    int strings = chunk + CHUNK / 4;
    for (int i = 0; i < count; i++) {
      int at = strings + 24 * i;
      bytes.putLong(chunk + ObjectLayout.SLOTS_OFFSET + Long.BYTES * i, at);
      bytes.putInt(at, ObjectLayout.PINNED | 3);
      bytes.putInt(
          at + ObjectLayout.SIZE_OFFSET, chunk + CHUNK - 64 - (at + StrLayout.DATA_OFFSET));
      bytes.putLong(at + ObjectLayout.TYPE_OFFSET, TypeCode.STR);
    }
    seal();
  }

  /**
   * Tuples that each begin within the one before: what are counts, sizes and types as heads are
   * addresses as slots, since a prelinked image has any link base and any handle.
   */
  private void overlapTuples() throws Exception {
    write();
    int types = 0;
    bytes.putLong(HeaderLayout.LINK_BASE_OFFSET, LINK_BASE);
    bytes.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, 1);
    int entry = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.TYPES - 1) * SectionLayout.SIZE;
    int start = (int) bytes.getLong(entry + SectionLayout.START_OFFSET);
    int end = start + (int) bytes.getLong(entry + SectionLayout.LENGTH_OFFSET);
    long[] handles = new long[TypeCode.LIMIT];
    for (int at = start; at < end; at += TypesLayout.SIZE) {
      int code = bytes.getInt(at + TypesLayout.CODE_OFFSET);
      handles[code] = LINK_BASE + chunk + 16L * ++types;
      bytes.putLong(at + TypesLayout.HANDLE_OFFSET, handles[code]);
    }
    try (MarshalImage image = MarshalImage.map(path)) {
      ListView list = (ListView) image.root("0");
      bytes.putLong((int) list.offset() + ObjectLayout.TYPE_OFFSET, handles[TypeCode.LIST]);
      bytes.putLong((int) list.get(0).offset() + 8, handles[TypeCode.BYTES]);
      bytes.putLong((int) list.get(1).offset() + 8, handles[TypeCode.TUPLE]);
      int modules = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.MODULES - 1) * SectionLayout.SIZE;
      int module = (int) bytes.getLong(modules + SectionLayout.START_OFFSET);
      int name = (int) bytes.getLong(module + ModuleLayout.NAME_OFFSET);
      bytes.putLong(name + ObjectLayout.TYPE_OFFSET, handles[TypeCode.STR]);
      long slots = list.offset() + ObjectLayout.SLOTS_OFFSET;
      bytes.putLong((int) slots, LINK_BASE + list.get(0).offset());
      bytes.putLong((int) slots + Long.BYTES, LINK_BASE + chunk);
    }
    int last = chunk + CHUNK - 64;
    for (int at = chunk; at < last; at += 16) {
      boolean fits = at + 16 + (0x1000 + 2) * Long.BYTES < last;
      // Of those that would leave the chunk nothing is said to lead there.
      bytes.putLong(at, LINK_BASE + (fits ? Math.min(at + 16, last - 0x9000) & -16 : chunk));
      bytes.putLong(at + 8, handles[TypeCode.TUPLE]);
    }
    seal();
  }

  private static void assertRefused(String problem, Executable use) {
    Assertions.assertTimeoutPreemptively(
        LONG,
        () ->
            assertThatThrownBy(use::execute)
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining(problem));
  }

  private void assertVerifyFindsQuickly(String problem) {
    VerifyReport report =
        Assertions.assertTimeoutPreemptively(LONG, () -> MarshalImage.verify(path, 50));
    assertThat(report.findings()).anyMatch(finding -> finding.problem().contains(problem));
  }

  @Test
  void stringsThatOverlapAreRefusedByToValue() throws Exception {
    overlapStrings();
    try (MarshalImage image = MarshalImage.map(path)) {
      assertRefused("objects overlap", () -> image.root("0").toValue());
    }
    assertVerifyFindsQuickly("slot leads to no object");
  }

  private long bytesOfObjects() {
    int shared = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.SHARED - 1) * SectionLayout.SIZE;
    int segments = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.SEGMENTS - 1) * SectionLayout.SIZE;
    return bytes.getLong(segments + SectionLayout.START_OFFSET)
        + bytes.getLong(segments + SectionLayout.LENGTH_OFFSET)
        - bytes.getLong(shared + SectionLayout.START_OFFSET);
  }

  @Test
  void tuplesThatOverlapAreRefusedByToValueAndByLinking() throws Exception {
    overlapTuples();
    try (MarshalImage image = MarshalImage.map(path)) {
      assertRefused("objects overlap", () -> image.root("0").toValue());
    }
    try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
      ImageObject root = image.root("0");
      assertRefused("objects overlap", () -> ((ListView) root).get(1).kind());
      // As many bytes as there are for objects; one object more than they can hold.
      long most = bytesOfObjects();
      assertThatThrownBy(() -> ((ListView) root).get(1).kind())
          .isInstanceOfSatisfying(
              CorruptImageException.class,
              e -> {
                assertThat(e.problem())
                    .startsWith(
                        "objects overlap: expected at most " + most + " bytes in all, found=");
                assertThat(Long.parseLong(e.problem().replaceFirst(".*found=", "")))
                    .isBetween(most + 1, most + CHUNK);
              });
    }
    assertVerifyFindsQuickly("slot leads to no object");
  }

  static Stream<Path> damaged() {
    return TestData.files("corrupt", ".img").stream();
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void damagedFilesAreRefusedForTheirFlawInEveryWayOfMapping(Path file) throws Exception {
    String flaw = Expected.messages("corrupt").get(file.getFileName().toString());
    String problem = flaw.replaceFirst(" at 0x[0-9a-f]+$", "");
    for (MapOptions options :
        List.of(
            MapOptions.defaults(),
            MapOptions.builder().types(TypeTable.standard()).build(),
            MapOptions.builder().checksums(true).build(),
            MapOptions.builder().inPlace().build(),
            MapOptions.builder().inPlace().linkAll().build())) {
      Assertions.assertTimeoutPreemptively(
          LONG,
          () ->
              assertThatThrownBy(() -> MarshalImage.map(file, options).close())
                  .isInstanceOf(MarshalFormatException.class)
                  .hasMessageContaining(problem));
    }
    path = file;
    assertVerifyFindsQuickly(problem);
    Path copy = directory.resolve("copy.img");
    assertThatThrownBy(() -> ImageWriter.prelink(file, copy, 0, null))
        .isInstanceOf(MarshalFormatException.class)
        .hasMessageContaining(problem);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void segmentsThatOverlapAreRefused() throws Exception {
    Value[] roots = new Value[40];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = SequenceValue.list(BytesValue.of(new byte[] {(byte) i}));
    }
    path = TestImages.of(directory, List.of(roots));
    bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int sections = HeaderLayout.SECTIONS_OFFSET;
    int segments = sections + (SectionLayout.SEGMENTS - 1) * SectionLayout.SIZE;
    int modules = sections + (SectionLayout.MODULES - 1) * SectionLayout.SIZE;
    int at = (int) bytes.getLong(modules + SectionLayout.START_OFFSET);
    for (int i = 0; i < roots.length; i++, at += ModuleLayout.SIZE) {
      bytes.putLong(
          at + ModuleLayout.SEGMENT_OFFSET, bytes.getLong(segments + SectionLayout.START_OFFSET));
      bytes.putLong(
          at + ModuleLayout.SEGMENT_LENGTH_OFFSET,
          bytes.getLong(segments + SectionLayout.LENGTH_OFFSET));
    }
    seal();
    MapOptions options = MapOptions.builder().checksums(true).build();
    try (MarshalImage image = MarshalImage.map(path, options)) {
      assertRefused("bad segment of a module", () -> image.root("0"));
      assertRefused("segment and module table disagree", () -> image.root("1"));
    }
    try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
      assertRefused("bad segment of a module", image::linkAll);
    }
    assertVerifyFindsQuickly("segment is not behind the one before");
  }
}
