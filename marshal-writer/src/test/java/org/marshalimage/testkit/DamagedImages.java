package org.marshalimage.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.StrLayout;

/**
 * Damages a sound image: every bit in turn, or by chance in ways that know the format. Immutable;
 * safe for use by many threads.
 */
public final class DamagedImages {
  /** Numbers that offsets, lengths and counts are most likely to be taken wrong with. */
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    7,
    8,
    0xFF,
    0x100,
    Short.MAX_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << Integer.SIZE,
    (1L << Integer.SIZE) - 8,
    1L << 47,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 7
  };

  private static final int SLOT = -1;
  private static final int KIND = -2;

  private final byte[] sound;
  private final int pointerWidth;

  /** Of each field its offset, and its width in bytes, or what it is. */
  private final List<int[]> fields = new ArrayList<>();

  /** Where objects start. */
  private final List<Integer> objects = new ArrayList<>();

  /**
   * A damaged image.
   *
   * @param bytes of the file
   * @param what was done
   * @param isSealed whether checksums were made to fit
   */
  public record Damaged(byte[] bytes, String what, boolean isSealed) {}

  /**
   * Makes a source of damaged images.
   *
   * @param sound an image that is not prelinked for types
   */
  public DamagedImages(byte[] sound) {
    this.sound = sound.clone();
    ByteBuffer bytes = ByteBuffer.wrap(this.sound).order(ByteOrder.LITTLE_ENDIAN);
    this.pointerWidth = bytes.getInt(HeaderLayout.POINTER_WIDTH_OFFSET);
    findFields(bytes);
  }

  private void findFields(ByteBuffer bytes) {
    int headerLength = bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    for (int at = 0; at < headerLength; at += Integer.BYTES) {
      fields.add(new int[] {at, at % Long.BYTES == 0 ? Long.BYTES : Integer.BYTES});
    }
    for (int index = 1; index <= sectionCount(bytes); index++) {
      // Those behind the ones that every image has are not numbered as they stand.
      int kind = bytes.getInt(sectionEntry(index) + SectionLayout.KIND_OFFSET);
      int start = sectionStart(bytes, index);
      int end = start + sectionLength(bytes, index);
      if (kind == SectionLayout.SHARED) {
        findObjects(bytes, start, end);
      } else if (kind == SectionLayout.SEGMENTS) {
        int modules = sectionStart(bytes, SectionLayout.MODULES);
        int modulesEnd = modules + sectionLength(bytes, SectionLayout.MODULES);
        for (int entry = modules; entry < modulesEnd; entry += ModuleLayout.SIZE) {
          int segment = (int) bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
          int length = (int) bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET);
          fields.add(new int[] {segment + SegmentLayout.ROOT_OFFSET, Long.BYTES});
          fields.add(new int[] {segment + SegmentLayout.INDEX_OFFSET, Integer.BYTES});
          fields.add(new int[] {segment + SegmentLayout.NAME_LENGTH_OFFSET, Integer.BYTES});
          int nameLength = bytes.getInt(segment + SegmentLayout.NAME_LENGTH_OFFSET);
          int head = (int) SegmentLayout.headSize(nameLength);
          findObjects(bytes, segment + head, segment + length);
          int cold = (int) bytes.getLong(entry + ModuleLayout.COLD_OFFSET);
          int coldLength = (int) bytes.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET);
          findObjects(bytes, cold, cold + coldLength);
        }
      } else {
        for (int at = start; at < end; at += Integer.BYTES) {
          fields.add(new int[] {at, at % Long.BYTES == 0 ? Long.BYTES : Integer.BYTES});
        }
      }
    }
  }

  private void findObjects(ByteBuffer bytes, int start, int end) {
    int at = start;
    while (at < end) {
      objects.add(at);
      Kind kind = Kind.of((int) bytes.getLong(at + ObjectLayout.TYPE_OFFSET));
      int size = bytes.getInt(at + ObjectLayout.SIZE_OFFSET);
      fields.add(new int[] {at + ObjectLayout.COUNT_OFFSET, Integer.BYTES});
      fields.add(new int[] {at + ObjectLayout.SIZE_OFFSET, Integer.BYTES});
      fields.add(new int[] {at + ObjectLayout.TYPE_OFFSET, KIND});
      int width =
          kind.hasWidth() ? bytes.getInt(at + StrLayout.NUMBER_OFFSET) & StrLayout.WIDTH_MASK : 0;
      int slots = (int) kind.slotCount(size);
      if (kind.hasSlots() || kind.isSized()) {
        for (int field = ObjectLayout.HEAD_SIZE; field < kind.bodyOffset(); field += 4) {
          fields.add(new int[] {at + field, Integer.BYTES});
        }
      }
      addSlots(at + kind.bodyOffset(), slots);
      at += (int) kind.length(size, width, pointerWidth);
    }
  }

  private void addSlots(int start, int count) {
    for (int i = 0; i < count; i++) {
      fields.add(new int[] {start + i * pointerWidth, SLOT});
    }
  }

  /** Returns how many sections an image says that it has, if it may have so many. */
  private static int sectionCount(ByteBuffer bytes) {
    int count = bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    int end = HeaderLayout.SECTIONS_OFFSET + SectionLayout.LAST * SectionLayout.SIZE;
    boolean isLikely =
        count >= SectionLayout.COUNT && count <= SectionLayout.LAST && end <= bytes.capacity();
    return isLikely ? count : SectionLayout.COUNT;
  }

  private static int sectionEntry(int kind) {
    return HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
  }

  private static int sectionStart(ByteBuffer bytes, int kind) {
    return (int) bytes.getLong(sectionEntry(kind) + SectionLayout.START_OFFSET);
  }

  private static int sectionLength(ByteBuffer bytes, int kind) {
    return (int) bytes.getLong(sectionEntry(kind) + SectionLayout.LENGTH_OFFSET);
  }

  /**
   * Returns the sound image.
   *
   * @return a copy
   */
  public byte[] sound() {
    return sound.clone();
  }

  /**
   * Returns how many single-bit flips there are.
   *
   * @return eight for each byte
   */
  public long bitCount() {
    return (long) sound.length * Byte.SIZE;
  }

  /**
   * Flips one bit.
   *
   * @param bit 0 to {@code bitCount() - 1}
   * @param seal whether to make checksums fit
   * @return the image
   */
  public Damaged flip(long bit, boolean seal) {
    byte[] bytes = sound.clone();
    bytes[(int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
    return finish(bytes, "bit " + bit % Byte.SIZE + " of byte " + bit / Byte.SIZE, seal);
  }

  /**
   * Cuts the image.
   *
   * @param length bytes that are left
   * @return the image
   */
  public Damaged cut(int length) {
    return new Damaged(Arrays.copyOf(sound, length), "cut at " + length, false);
  }

  /**
   * Damages the image by chance, in one to four places. Of half of the seeds checksums fit.
   *
   * @param seed the same gives the same
   * @return the image
   */
  public Damaged mutant(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    byte[] bytes = sound.clone();
    StringBuilder what = new StringBuilder("seed " + seed + ':');
    int changes = 1 + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
    for (int i = 0; i < changes; i++) {
      bytes = change(bytes, random, what);
    }
    return finish(bytes, what.toString(), random.nextBoolean());
  }

  private byte[] change(byte[] bytes, Random random, StringBuilder what) {
    switch (random.nextInt(10)) {
      case 0:
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) random.nextInt();
        what.append(" byte ").append(at);
        return bytes;
      case 1:
        return splice(bytes, random, what);
      case 2:
        if (random.nextInt(4) == 0) {
          int length = random.nextInt(bytes.length);
          what.append(" cut at ").append(length);
          return Arrays.copyOf(bytes, length);
        }
        return splice(bytes, random, what);
      default:
        field(bytes, random, what);
        return bytes;
    }
  }

  /** Copies a range, mostly of whole words, to another place. */
  private static byte[] splice(byte[] bytes, Random random, StringBuilder what) {
    int unit = random.nextInt(4) == 0 ? 1 : Long.BYTES;
    int length = Math.min(bytes.length, unit * (1 + random.nextInt(16)));
    int from = random.nextInt(bytes.length - length + 1) / unit * unit;
    int to = random.nextInt(bytes.length - length + 1) / unit * unit;
    System.arraycopy(bytes, from, bytes, to, length);
    what.append(" splice ").append(from).append("->").append(to).append('+').append(length);
    return bytes;
  }

  private void field(byte[] bytes, Random random, StringBuilder what) {
    int[] field = fields.get(random.nextInt(fields.size()));
    int at = field[0];
    int width = field[1] == SLOT ? pointerWidth : field[1] == KIND ? Long.BYTES : field[1];
    if (at + width > bytes.length) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long old = width == Integer.BYTES ? buffer.getInt(at) : buffer.getLong(at);
    long value;
    switch (random.nextInt(field[1] < 0 ? 8 : 5)) {
      case 0:
        value = EXTREMES[random.nextInt(EXTREMES.length)];
        break;
      case 1:
        value = old + random.nextInt(33) - 16;
        break;
      case 2:
        value = old ^ 1L << random.nextInt(width * Byte.SIZE);
        break;
      case 3:
        value = random.nextInt(bytes.length + 16);
        break;
      case 4:
        value = random.nextLong();
        break;
      default:
        value = plausible(field[1], random);
        break;
    }
    if (width == Integer.BYTES) {
      buffer.putInt(at, (int) value);
    } else {
      buffer.putLong(at, value);
    }
    what.append(" field ").append(at).append('=').append(value);
  }

  /** Another object, the middle of one, or another type. */
  private long plausible(int field, Random random) {
    if (field == KIND) {
      int[] kinds = TypeTable.imageTypes();
      return kinds[random.nextInt(kinds.length)];
    }
    int object = objects.get(random.nextInt(objects.size()));
    long target = random.nextInt(3) == 0 ? object + 8L * random.nextInt(16) : object;
    return pointerWidth == HeaderLayout.COMPACT_WIDTH ? target / HeaderLayout.ALIGNMENT : target;
  }

  private static Damaged finish(byte[] bytes, String what, boolean seal) {
    if (seal) {
      seal(bytes);
    }
    return new Damaged(bytes, what + (seal ? ", sealed" : ""), seal);
  }

  /**
   * Makes all checksums of an image fit, its header's length, and its id if it is not prelinked, so
   * that only what they guard is wrong. What its tables say may be anything.
   *
   * @param image whose bytes are changed
   */
  public static void seal(byte[] image) {
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int least = HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
    if (image.length < least) {
      return;
    }
    bytes.putLong(HeaderLayout.LENGTH_OFFSET, image.length);
    int modules = sectionEntry(SectionLayout.MODULES);
    long start = bytes.getLong(modules + SectionLayout.START_OFFSET);
    long length = bytes.getLong(modules + SectionLayout.LENGTH_OFFSET);
    if (isInside(image, start, length)) {
      for (int entry = (int) start;
          entry + ModuleLayout.SIZE <= start + length;
          entry += ModuleLayout.SIZE) {
        long crc =
            crc(
                image,
                bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET),
                bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET));
        bytes.putInt(entry + ModuleLayout.CHECKSUM_OFFSET, (int) crc);
        long cold = bytes.getLong(entry + ModuleLayout.COLD_OFFSET);
        if (cold != 0) {
          crc = crc(image, cold, bytes.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET));
          bytes.putInt(entry + ModuleLayout.COLD_CHECKSUM_OFFSET, (int) crc);
        }
      }
    }
    for (int kind = 1; kind <= sectionCount(bytes); kind++) {
      int entry = sectionEntry(kind);
      long crc =
          crc(
              image,
              bytes.getLong(entry + SectionLayout.START_OFFSET),
              bytes.getLong(entry + SectionLayout.LENGTH_OFFSET));
      bytes.putLong(entry + SectionLayout.CHECKSUM_OFFSET, crc);
    }
    int headerLength = bytes.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    if (headerLength < least || headerLength > image.length || headerLength % Long.BYTES != 0) {
      headerLength = least;
    }
    sealId(bytes, headerLength);
    long sum = 0;
    for (int at = 0; at < headerLength; at += Long.BYTES) {
      if (at != HeaderLayout.CHECKSUM_OFFSET) {
        sum = HashLayout.foldChecksum(sum, bytes.getLong(at));
      }
    }
    bytes.putLong(HeaderLayout.CHECKSUM_OFFSET, sum);
  }

  private static void sealId(ByteBuffer bytes, int headerLength) {
    byte[] image = bytes.array();
    long shared = bytes.getLong(sectionEntry(SectionLayout.SHARED) + SectionLayout.START_OFFSET);
    boolean isPrelinked =
        bytes.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0
            || bytes.getLong(HeaderLayout.LINK_BASE_OFFSET) != 0;
    int front =
        HeaderLayout.SECTIONS_OFFSET
            + bytes.getInt(HeaderLayout.SECTION_COUNT_OFFSET) * SectionLayout.SIZE;
    if (isPrelinked
        || front < 0
        || front > headerLength
        || shared < headerLength
        || shared > image.length) {
      return;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(image, (int) shared, image.length - (int) shared);
      digest.update(image, front, (int) shared - front);
      bytes.put(HeaderLayout.IMAGE_ID_OFFSET, digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isInside(byte[] image, long start, long length) {
    return start >= 0 && length >= 0 && start <= image.length - length;
  }

  private static long crc(byte[] image, long start, long length) {
    CRC32C crc = new CRC32C();
    if (isInside(image, start, length)) {
      crc.update(image, (int) start, (int) length);
    }
    return crc.getValue();
  }
}
