package org.marshalimage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.writer.ImageWriter;

/**
 * The images of testdata: sound ones in {@code compat/v1}, one of each pointer width, and damaged
 * copies of one of them in {@code corrupt}, each with one flaw; and those of {@link UnsoundImages}.
 * {@link #main} writes them anew, and what the library says of damaged files.
 */
final class ImageFiles {
  /** With slots of 8 bytes. */
  static final String SOUND = "compat/v1/small.img";

  /** The same with slots of 4 bytes. */
  static final String COMPACT = "compat/v1/small-compact.img";

  private static final String RECORD = "compat/v1/small.json";

  private ImageFiles() {}

  /**
   * Writes the files below testdata.
   *
   * @param args none
   * @throws IOException if they cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path sound = TestData.path(SOUND);
    Files.createDirectories(sound.getParent());
    write(sound, HeaderLayout.ADDRESS_WIDTH);
    write(TestData.path(COMPACT), HeaderLayout.COMPACT_WIDTH);
    Files.writeString(TestData.path(RECORD), record(sound));
    for (Map.Entry<String, byte[]> each : damaged(Files.readAllBytes(sound)).entrySet()) {
      Files.write(TestData.path("corrupt/" + each.getKey()), each.getValue());
    }
    Expected.record("corrupt");
    Path unsound = Files.createDirectories(TestData.path("unsound"));
    for (Map.Entry<String, byte[]> each : UnsoundImages.all(unsound).entrySet()) {
      Files.write(unsound.resolve(each.getKey()), each.getValue());
    }
    Files.delete(unsound.resolve("scratch.img"));
    Expected.record("unsound");
  }

  /** Writes the sound image: every type, Python 2 and 3, a package, a root that is no module. */
  static void write(Path target, int pointerWidth) throws IOException {
    try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
      writer.addModule("closures", pyc("pyc/3.13/closures.pyc"), false);
      writer.addModule("python2", pyc("pyc/2.7/closures.pyc"), false);
      writer.addModule("python38", pyc("pyc/3.8/positional_only.pyc"), false);
      writer.addModule("shop", pyc("pyc/3.13/shop/__init__.pyc"), true);
      writer.addModule(
          "tiny", pyc("pyc/3.13-headers/checked-hash/__pycache__/tiny.cpython-313.pyc"), false);
      writer.add("values", pyc("streams/3.13/v4-everything.pyc").root());
      writer.add("slices", pyc("pyc/3.14/slice_constants.pyc").root());
      writer.write(target);
    }
  }

  private static PycFile pyc(String name) throws IOException {
    return PycFile.read(TestData.path(name));
  }

  /** Returns a line for each root: its name and its canonical JSON. */
  static String record(Path image) throws IOException {
    StringBuilder lines = new StringBuilder();
    try (MarshalImage mapped = MarshalImage.map(image)) {
      for (ImageModule module : mapped.modules()) {
        lines
            .append(module.name())
            .append(' ')
            .append(CanonicalJson.write(module.root().toValue()));
        lines.append('\n');
      }
    }
    return lines.toString();
  }

  static String recorded() throws IOException {
    return Files.readString(TestData.path(RECORD));
  }

  /** Returns damaged copies of an image by the names of their files. */
  static Map<String, byte[]> damaged(byte[] sound) {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("image-empty.img", new byte[0]);
    files.put("image-cut-in-header.img", Arrays.copyOf(sound, 100));
    files.put("image-cut-in-section-table.img", Arrays.copyOf(sound, 200));
    files.put("image-cut-in-objects.img", Arrays.copyOf(sound, sound.length - 8));
    files.put("image-grown.img", Arrays.copyOf(sound, sound.length + 8));
    files.put("image-text.img", "not an image\n".repeat(20).getBytes(StandardCharsets.US_ASCII));
    edit(files, "image-magic-off.img", sound, bytes -> bytes.putInt(4, 0));
    edit(
        files,
        "image-format-version-2.img",
        sound,
        bytes -> bytes.putInt(HeaderLayout.VERSION_OFFSET, HeaderLayout.VERSION + 1));
    edit(
        files,
        "image-big-endian.img",
        sound,
        bytes ->
            bytes.putInt(
                HeaderLayout.BYTE_ORDER_OFFSET,
                Integer.reverseBytes(HeaderLayout.BYTE_ORDER_MARK)));
    edit(
        files,
        "image-pointer-width-2.img",
        sound,
        bytes -> bytes.putInt(HeaderLayout.POINTER_WIDTH_OFFSET, Short.BYTES));
    edit(
        files,
        "image-header-checksum-off.img",
        sound,
        bytes ->
            bytes.put(HeaderLayout.CHECKSUM_OFFSET, (byte) ~sound[HeaderLayout.CHECKSUM_OFFSET]));
    int shared = HeaderLayout.SECTIONS_OFFSET + 2 * SectionLayout.SIZE;
    edit(
        files,
        "image-section-outside-file.img",
        sound,
        bytes -> {
          bytes.putLong(shared + SectionLayout.START_OFFSET, 1L << 40);
          seal(bytes);
        });
    // Found by ImageFuzzTest.
    edit(
        files,
        "image-prelinked-for-an-unknown-type.img",
        sound,
        bytes -> {
          int last = prelinkTypes(bytes) - TypesLayout.SIZE;
          bytes.putInt(last + TypesLayout.CODE_OFFSET, '~');
          sealAll(bytes);
        });
    files.put("image-prelinked-for-256-types.img", allTypes(sound));
    return files;
  }

  /** Writes handles into TYPES, without a change to objects; returns its end. */
  private static int prelinkTypes(ByteBuffer bytes) {
    bytes.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, 1);
    int types = entry(SectionLayout.TYPES);
    int start = (int) bytes.getLong(types + SectionLayout.START_OFFSET);
    int end = start + (int) bytes.getLong(types + SectionLayout.LENGTH_OFFSET);
    for (int at = start; at < end; at += TypesLayout.SIZE) {
      bytes.putLong(at + TypesLayout.HANDLE_OFFSET, TypeCode.LIMIT + at);
    }
    return end;
  }

  /** Returns a copy whose TYPES lists every number that a type code could be. */
  private static byte[] allTypes(byte[] sound) {
    ByteBuffer old = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    int types = entry(SectionLayout.TYPES);
    int start = (int) old.getLong(types + SectionLayout.START_OFFSET);
    int end = start + (int) old.getLong(types + SectionLayout.LENGTH_OFFSET);
    int grown = TypeCode.LIMIT * TypesLayout.SIZE;
    ByteBuffer bytes =
        ByteBuffer.allocate(sound.length + grown - (end - start)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(sound, 0, start);
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      bytes.putInt(code).putInt(1).putLong(0);
    }
    bytes.put(sound, end, sound.length - end);
    bytes.putLong(HeaderLayout.LENGTH_OFFSET, bytes.capacity());
    bytes.putLong(types + SectionLayout.LENGTH_OFFSET, grown);
    int last = HeaderLayout.SECTIONS_OFFSET;
    last += bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET) * SectionLayout.SIZE;
    for (int at = entry(SectionLayout.STRINGS); at < last; at += SectionLayout.SIZE) {
      int field = at + SectionLayout.START_OFFSET;
      bytes.putLong(field, bytes.getLong(field) - end + start + grown);
    }
    prelinkTypes(bytes);
    sealAll(bytes);
    return bytes.array();
  }

  private static void edit(
      Map<String, byte[]> files, String name, byte[] sound, Consumer<ByteBuffer> edit) {
    byte[] copy = sound.clone();
    edit.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    files.put(name, copy);
  }

  /** Puts all checksums right again, and the image id, so that only what they guard is wrong. */
  static void sealAll(ByteBuffer bytes) {
    DamagedImages.seal(bytes.array());
  }

  private static int entry(int kind) {
    return HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
  }

  /** Puts the header's checksum right again, so that what it guards is reached. */
  static void seal(ByteBuffer bytes) {
    int length = bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    long sum = 0;
    for (int at = 0; at < length; at += Long.BYTES) {
      if (at != HeaderLayout.CHECKSUM_OFFSET) {
        sum = HashLayout.foldChecksum(sum, bytes.getLong(at));
      }
    }
    bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
  }
}
