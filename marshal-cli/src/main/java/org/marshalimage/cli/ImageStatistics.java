package org.marshalimage.cli;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageInfo;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.RecordType;

/**
 * Counts what an image holds, by a walk over all that its roots lead to.
 *
 * @param header what the header says
 * @param kinds by the name of the type
 * @param recordTypes number of records by name and version of their type
 * @param slots number of slots
 * @param bytesWithoutSharing bytes of all objects if each module had its own of what several use
 * @param bytesSaved what sharing saved
 * @param hotBytes what lies together since a start touches it; 0 if the image is not laid out by
 *     one
 */
record ImageStatistics(
    ImageInfo header,
    Map<String, KindCount> kinds,
    Map<String, Long> recordTypes,
    long slots,
    long bytesWithoutSharing,
    long bytesSaved,
    long hotBytes) {

  /**
   * Objects of one type.
   *
   * @param objects how many
   * @param headBytes bytes of their heads
   * @param fieldBytes bytes of their fields of fixed length, a number's value among them
   * @param slotBytes bytes of their slots
   * @param dataBytes bytes of their text, their bytes or their digits
   * @param paddingBytes bytes that are there for the alignment alone
   */
  record KindCount(
      long objects,
      long headBytes,
      long fieldBytes,
      long slotBytes,
      long dataBytes,
      long paddingBytes) {
    long bytes() {
      return headBytes + fieldBytes + slotBytes + dataBytes + paddingBytes;
    }

    KindCount plus(ImageCursor cursor, int pointerWidth) {
      long slots = (long) cursor.slotCount() * pointerWidth;
      long data = cursor.dataLength();
      long fields = Kind.of(cursor.kind()).bodyOffset() - ObjectLayout.HEAD_SIZE;
      return new KindCount(
          objects + 1,
          headBytes + ObjectLayout.HEAD_SIZE,
          fieldBytes + fields,
          slotBytes + slots,
          dataBytes + data,
          paddingBytes + cursor.length() - ObjectLayout.HEAD_SIZE - fields - slots - data);
    }
  }

  private static final KindCount NONE = new KindCount(0, 0, 0, 0, 0, 0);

  static ImageStatistics of(MarshalImage image) {
    ImageInfo header = image.info();
    int words = Math.toIntExact(header.length() / Long.BYTES);
    BitSet counted = new BitSet(words);
    BitSet seen = new BitSet(words);
    Map<String, KindCount> kinds = new TreeMap<>();
    Map<String, Long> recordTypes = new TreeMap<>();
    List<RecordType> types = image.recordTypes();
    LongStack stack = new LongStack();
    ImageCursor cursor = image.cursor();
    long total = 0;
    long withoutSharing = 0;
    long slots = 0;
    long hotBytes = header.sharedHotLength();
    for (ImageModule module : image.modules()) {
      if (module.coldOffset() != 0) {
        hotBytes += module.segmentLength() - module.coldLength();
      }
      seen.clear();
      stack.push(module.rootOffset());
      while (!stack.isEmpty()) {
        long object = stack.pop();
        int word = (int) (object / Long.BYTES);
        if (seen.get(word)) {
          continue;
        }
        seen.set(word);
        cursor.moveTo(object);
        long length = cursor.length();
        withoutSharing += length;
        for (int i = 0; i < cursor.slotCount(); i++) {
          long target = cursor.slot(i);
          if (target != 0) {
            stack.push(target);
          }
        }
        if (!counted.get(word)) {
          counted.set(word);
          total += length;
          slots += cursor.slotCount();
          if (cursor.kind() == TypeCode.RECORD) {
            recordTypes.merge(types.get(cursor.recordType()).toString(), 1L, Long::sum);
          }
          kinds.merge(
              TypeCode.nameOf(cursor.kind()),
              NONE.plus(cursor, header.pointerWidth()),
              (a, b) -> a.plus(cursor, header.pointerWidth()));
        }
      }
    }
    return new ImageStatistics(
        header, kinds, recordTypes, slots, withoutSharing, withoutSharing - total, hotBytes);
  }

  /** Offsets that are still to be visited. */
  private static final class LongStack {
    private long[] values = new long[128];
    private int count;

    boolean isEmpty() {
      return count == 0;
    }

    void push(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    long pop() {
      return values[--count];
    }
  }
}
