package org.marshalimage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.RelocationsLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.writer.ImageWriter;

/**
 * Images that map and read, and that break the specification in one way each, which {@code verify}
 * alone finds: checksums, and but for one the image id, are right.
 */
final class UnsoundImages {
  /** What prelinked ones are prelinked for. */
  static final long BASE = 0x2000_0000_0000L;

  private final Path scratch;

  private UnsoundImages(Path scratch) {
    this.scratch = scratch;
  }

  /** What does something to an image that may fail. */
  private interface Edit {
    void apply(ByteBuffer bytes, MarshalImage image);
  }

  /**
   * Makes them all.
   *
   * @param directory for files that are needed meanwhile
   * @return the images by the names of their files
   */
  static Map<String, byte[]> all(Path directory) throws IOException {
    return new UnsoundImages(directory.resolve("scratch.img")).make();
  }

  private Map<String, byte[]> make() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    values(files);
    modules(files);
    segments(files);
    state(files);
    return files;
  }

  private void values(Map<String, byte[]> files) throws IOException {
    Value one = IntValue.of(1);
    Value two = IntValue.of(2);
    Value pair = SequenceValue.tuple(one, two);
    Value list = SequenceValue.list(pair, SequenceValue.tuple(one, one), two);
    byte[] plain = written(writer -> writer.add("r", list));
    ByteBuffer id = wrap(plain.clone());
    id.put(HeaderLayout.IMAGE_ID_OFFSET, (byte) ~plain[HeaderLayout.IMAGE_ID_OFFSET]);
    ImageFiles.seal(id);
    files.put("image-id-of-other-content.img", id.array());
    files.put(
        "int-stands-twice.img",
        edited(
            plain,
            (bytes, image) -> {
              int at = (int) ((ListView) image.root("r")).get(2).offset();
              bytes.putLong(at + ObjectLayout.VALUE_OFFSET, 1);
            }));
    files.put(
        "tuple-stands-twice.img",
        edited(
            plain,
            (bytes, image) -> {
              ListView items = (ListView) image.root("r");
              int from = (int) items.get(1).offset() + ObjectLayout.SLOTS_OFFSET;
              int to = (int) items.get(0).offset() + ObjectLayout.SLOTS_OFFSET;
              bytes.putLong(to, bytes.getLong(from));
            }));
    files.put(
        "int-before-a-tuple.img",
        edited(
            plain,
            (bytes, image) -> {
              ListView items = (ListView) image.root("r");
              swap(
                  bytes,
                  (int) items.get(1).offset(),
                  (int) ((TupleView) items.get(1)).get(0).offset());
            }));
    Value numbers = SequenceValue.list(one, FloatValue.of(1.5));
    Files.write(scratch, written(writer -> writer.add("r", numbers)));
    ImageWriter.prelink(scratch, scratch, BASE, TypeTable.standard());
    ByteBuffer handles = wrap(Files.readAllBytes(scratch));
    // List, float, int, str.
    int types = section(handles, SectionLayout.TYPES) + TypesLayout.HANDLE_OFFSET;
    handles.putLong(types + TypesLayout.SIZE, TypeCode.LIMIT + TypeCode.INT);
    handles.putLong(types + 2 * TypesLayout.SIZE, TypeCode.LIMIT + TypeCode.FLOAT);
    ImageFiles.sealAll(handles);
    files.put("prelinked-with-handles-exchanged.img", handles.array());
    byte[] wide =
        written(writer -> writer.pointerWidth(HeaderLayout.ADDRESS_WIDTH).add("r", numbers));
    files.put(
        "relocation-of-the-word-behind-a-slot.img",
        edited(
            wide,
            (bytes, image) -> {
              // One of the bits of two slots moves on: their number stays.
              int last = bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
              int bits = section(bytes, last) + RelocationsLayout.BLOCKS_OFFSET;
              bits += RelocationsLayout.SLOTS;
              long second = image.root("r").offset() + ObjectLayout.SLOTS_OFFSET + 8;
              int word = (int) (second - section(bytes, SectionLayout.SHARED)) / 8;
              bytes.putLong(bits, bytes.getLong(bits) ^ 3L << word);
            }));
  }

  private void state(Map<String, byte[]> files) throws IOException {
    RecordType cell = new RecordType("a", 1, 1, 0, false);
    Value record = RecordValue.of(cell, IntValue.of(1));
    Value other = RecordValue.of(cell, IntValue.of(2));
    Value last = RecordValue.of(new RecordType("b", 1, 1, 0, false), IntValue.of(3));
    Value names = SequenceValue.tuple(ExternalValue.of("x"), ExternalValue.of("y"));
    byte[] plain =
        written(writer -> writer.add("r", SequenceValue.list(record, other, last, names)));
    files.put(
        "record-with-slots-beyond-its-type.img",
        edited(
            plain,
            (bytes, image) -> {
              int entry = recordTypes(bytes) + (int) RecordTypesLayout.entry(1);
              bytes.putInt(entry + RecordTypesLayout.FIXED_SLOTS_OFFSET, 0);
            }));
    files.put(
        "record-of-an-unknown-type.img",
        edited(
            plain,
            (bytes, image) -> {
              int at = (int) ((ListView) image.root("r")).get(1).offset();
              bytes.putInt(at + RecordLayout.RECORD_TYPE_OFFSET, 2);
            }));
    files.put(
        "type-of-record-listed-twice.img",
        edited(
            plain,
            (bytes, image) -> {
              int text = recordTypes(bytes) + (int) RecordTypesLayout.entry(2);
              bytes.put(text + 1, (byte) 'a');
            }));
    files.put(
        "names-of-externals-out-of-order.img",
        edited(
            plain,
            (bytes, image) -> {
              int text =
                  section(bytes, SectionLayout.EXTERNALS) + (int) ExternalsLayout.textOffset(2);
              bytes.put(text, (byte) 'z');
            }));
  }

  private static int recordTypes(ByteBuffer bytes) {
    return section(bytes, SectionLayout.RECORD_TYPES);
  }

  private void modules(Map<String, byte[]> files) throws IOException {
    byte[] three =
        written(
            writer ->
                writer.addModule(
                    "m",
                    new PycFile(
                        PythonVersion.V3_13,
                        PycHeader.timestamp(7, 9),
                        TestImages.code("outer", TestImages.code("inner"))),
                    false));
    byte[] two =
        written(
            writer ->
                writer.addModule(
                    "m",
                    new PycFile(PythonVersion.V2_7, PycHeader.timestamp(7, 0), IntValue.of(1)),
                    false));
    int flags = ModuleLayout.FLAGS_OFFSET;
    files.put(
        "module-magic-without-line-end.img",
        entry(three, at -> bytes -> bytes.putShort(at + ModuleLayout.MAGIC_OFFSET + 2, (short) 0)));
    files.put(
        "module-of-3.13-without-source-size.img",
        entry(
            three,
            at ->
                bytes -> {
                  bytes.putInt(at + flags, ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_MTIME);
                  bytes.putInt(at + ModuleLayout.SOURCE_OFFSET + Integer.BYTES, 0);
                }));
    files.put(
        "module-of-2.7-with-source-hash.img",
        entry(
            two,
            at ->
                bytes -> bytes.putInt(at + flags, ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_HASH)));
    files.put(
        "module-of-2.7-with-source-size.img",
        entry(
            two,
            at ->
                bytes ->
                    bytes.putInt(
                        at + flags,
                        ModuleLayout.FLAG_PYC
                            | ModuleLayout.FLAG_MTIME
                            | ModuleLayout.FLAG_SOURCE_SIZE)));
    files.put(
        "module-with-mtime-of-33-bits.img",
        entry(
            two, at -> bytes -> bytes.putInt(at + ModuleLayout.SOURCE_OFFSET + Integer.BYTES, 1)));
    files.put(
        "code-of-3.12-in-a-module-of-3.13.img",
        edited(
            three,
            (bytes, image) -> {
              int inner = (int) image.module("m").code().consts().get(0).offset();
              bytes.putShort(
                  inner + CodeLayout.MAGIC_OFFSET, (short) PythonVersion.V3_12.magicNumber());
            }));
  }

  private void segments(Map<String, byte[]> files) throws IOException {
    Value shared = StrValue.of("shared", true);
    byte[] plain =
        written(
            writer ->
                writer.add("a", shared).add("b", SequenceValue.list(shared)).add("c", shared));
    ByteBuffer bytes = wrap(plain);
    int entry = section(bytes, SectionLayout.MODULES) + 2 * ModuleLayout.SIZE;
    int last = (int) bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
    ByteBuffer moved = wrap(inserted(plain, last));
    moved.putLong(entry + ModuleLayout.SEGMENT_OFFSET, last + Long.BYTES);
    int directory = section(moved, SectionLayout.DIRECTORY);
    for (int i = 0; i < 3; i++) {
      int value = directory + (int) HashLayout.valueOffset(i, 3);
      if (moved.getInt(value) == last / HeaderLayout.ALIGNMENT) {
        moved.putInt(value, last / HeaderLayout.ALIGNMENT + 1);
      }
    }
    files.put("gap-before-a-segment.img", sealed(moved));
    int end = last + (int) bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
    files.put("zeros-behind-the-last-segment.img", sealed(wrap(inserted(plain, end))));
    Value other = StrValue.of("other", true);
    byte[] two =
        written(
            writer ->
                writer
                    .add("a", SequenceValue.list(shared, other))
                    .add("b", SequenceValue.list(shared, other)));
    files.put(
        "unused-string-not-at-the-end.img",
        edited(
            two,
            (buffer, image) -> {
              for (String root : new String[] {"a", "b"}) {
                int slots = (int) image.root(root).offset() + ObjectLayout.SLOTS_OFFSET;
                buffer.putInt(slots, buffer.getInt(slots + Integer.BYTES));
              }
            }));
  }

  /** Returns an image with 8 zeros more in SEGMENTS. */
  private static byte[] inserted(byte[] image, int at) {
    ByteBuffer longer =
        ByteBuffer.allocate(image.length + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    longer.put(image, 0, at).putLong(0).put(image, at, image.length - at);
    longer.putLong(HeaderLayout.LENGTH_OFFSET, longer.capacity());
    int entries = HeaderLayout.SECTIONS_OFFSET;
    int segments = entries + (SectionLayout.SEGMENTS - 1) * SectionLayout.SIZE;
    add(longer, segments + SectionLayout.LENGTH_OFFSET);
    for (int kind : new int[] {SectionLayout.TYPES, SectionLayout.STRINGS}) {
      add(longer, entries + (kind - 1) * SectionLayout.SIZE + SectionLayout.START_OFFSET);
    }
    return longer.array();
  }

  private static void add(ByteBuffer bytes, int at) {
    bytes.putLong(at, bytes.getLong(at) + Long.BYTES);
  }

  /** Exchanges two objects that are equally long, whose numbers stay in the order of the file. */
  private static void swap(ByteBuffer bytes, int first, int second) {
    int length = ObjectLayout.NUMBER_SIZE;
    byte[] old = bytes.array().clone();
    int content = ObjectLayout.SIZE_OFFSET;
    System.arraycopy(old, first + content, bytes.array(), second + content, length - content);
    System.arraycopy(old, second + content, bytes.array(), first + content, length - content);
    int start = section(bytes, SectionLayout.SHARED);
    for (int at = start; at < section(bytes, SectionLayout.TYPES); at += Integer.BYTES) {
      if (bytes.getInt(at) == first / HeaderLayout.ALIGNMENT) {
        bytes.putInt(at, second / HeaderLayout.ALIGNMENT);
      } else if (bytes.getInt(at) == second / HeaderLayout.ALIGNMENT) {
        bytes.putInt(at, first / HeaderLayout.ALIGNMENT);
      }
    }
  }

  private byte[] written(Consumer<ImageWriter> roots) throws IOException {
    try (ImageWriter writer = ImageWriter.create()) {
      roots.accept(writer);
      writer.write(scratch);
    }
    return Files.readAllBytes(scratch);
  }

  private byte[] edited(byte[] sound, Edit edit) throws IOException {
    Files.write(scratch, sound);
    ByteBuffer bytes = wrap(sound.clone());
    try (MarshalImage image = MarshalImage.map(scratch)) {
      edit.apply(bytes, image);
    }
    return sealed(bytes);
  }

  /** What is done to the entry of a module at an offset. */
  private interface EntryEdit {
    Consumer<ByteBuffer> at(int offset);
  }

  private static byte[] entry(byte[] sound, EntryEdit edit) {
    ByteBuffer bytes = wrap(sound.clone());
    edit.at(section(bytes, SectionLayout.MODULES)).accept(bytes);
    return sealed(bytes);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int section(ByteBuffer bytes, int kind) {
    int entry = HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
    return (int) bytes.getLong(entry + SectionLayout.START_OFFSET);
  }

  private static byte[] sealed(ByteBuffer bytes) {
    ImageFiles.sealAll(bytes);
    return bytes.array();
  }
}
