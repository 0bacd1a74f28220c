package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Numbers of strings and of objects, and the way from a text to its number and back. */
class InternedStringsTest {
  @TempDir Path dir;

  private static Value tuple(List<? extends Value> items) {
    return SequenceValue.tuple(items.toArray(new Value[0]));
  }

  private Path write(String file, Value root, MarshalImage older) throws IOException {
    Path path = dir.resolve(file);
    try (ImageWriter writer = ImageWriter.create()) {
      if (older != null) {
        writer.internTable(older);
      }
      writer.add("root", root);
      writer.write(path);
    }
    return path;
  }

  @Test
  void everyInternedStringIsFoundByTextAndNumber() throws Exception {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      items.add(StrValue.of("name" + i, true));
      items.add(StrValue.of("text " + i, false));
    }
    items.add(StrValue.of("", true));
    items.add(StrValue.of("na\u00EFve", true));
    items.add(StrValue.of("\u4E16\u754C", true));
    items.add(StrValue.of("\uD83D\uDC0D snake", true));
    items.add(StrValue.of("\uDC80 lone", true));
    try (MarshalImage image = MarshalImage.map(write("a.img", tuple(items), null))) {
      // The root's own name is one more.
      assertThat(image.internedCount()).isEqualTo(5006);
      assertThat(image.info().internedStrings()).isEqualTo(5006);
      for (int number = 0; number < image.internedCount(); number++) {
        StrView view = image.intern(number);
        assertThat(view.isInterned()).isTrue();
        assertThat(view.internNumber()).isEqualTo(number);
        assertThat(image.internNumber(view.toString())).isEqualTo(number);
        assertThat(image.internNumber(new StringBuilder(view.toString()))).isEqualTo(number);
      }
      assertThat(image.internNumber("text 7")).isEqualTo(-1);
      assertThat(image.internNumber("absent")).isEqualTo(-1);
      for (int number : new int[] {-1, 5006, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> image.intern(number))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void numbersOfStringsAndObjectsAreDense() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestData.path(ImageFiles.SOUND))) {
      ImageInfo info = image.info();
      BitSet strings = new BitSet();
      BitSet objects = new BitSet();
      TreeMap<Long, ImageObject> byOffset = new TreeMap<>();
      for (ImageModule module : image.modules()) {
        Walks.views(module.root(), object -> byOffset.put(object.offset(), object));
      }
      // The names of the roots are among these.
      for (int number = 0; number < image.internedCount(); number++) {
        byOffset.putIfAbsent(image.intern(number).offset(), image.intern(number));
      }
      int last = -1;
      for (ImageObject object : byOffset.values()) {
        assertThat(object.objectNumber()).isGreaterThan(last);
        last = object.objectNumber();
        objects.set(object.objectNumber());
        if (object instanceof StrView string) {
          strings.set(string.internNumber());
          assertThat(string.isInterned()).isEqualTo(string.internNumber() < info.internedStrings());
        } else if (object instanceof BytesView bytes) {
          strings.set(bytes.number());
          assertThat(bytes.isInterned()).isEqualTo(bytes.number() < info.internedStrings());
        }
      }
      assertThat(objects.cardinality()).isEqualTo((int) info.objects());
      assertThat(objects.length()).isEqualTo((int) info.objects());
      assertThat(strings.cardinality()).isEqualTo(info.strings() + info.bytesObjects());
      assertThat(strings.length()).isEqualTo(info.strings() + info.bytesObjects());
    }
  }

  @Test
  void textOfPython2IsFoundAmongBytes() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestData.path(ImageFiles.SOUND))) {
      int number = image.internNumber("counter");
      assertThat(number).isGreaterThanOrEqualTo(0);
      int ofPython2 = -1;
      for (int i = 0; i < image.internedCount(); i++) {
        if (image.intern(i).kind() == TypeCode.BYTES) {
          ofPython2 = i;
          StrView name = image.intern(i);
          assertThat(image.intern(image.internNumber(name.toString())).toString())
              .isEqualTo(name.toString());
        }
      }
      assertThat(ofPython2).isGreaterThanOrEqualTo(0);
    }
  }

  @Test
  void internedStringIsTheSameJavaStringEachTime() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestData.path(ImageFiles.SOUND))) {
      for (int number = 0; number < image.internedCount(); number++) {
        String text = image.intern(number).toString();
        assertThat(image.intern(number).toString()).isSameAs(text);
        assertThat(image.intern(number).contentEquals(text)).isTrue();
        assertThat(image.intern(number).stringHashCode()).isEqualTo(text.hashCode());
      }
      // Names of Python 2: a bytes object, which has views of two types.
      CodeView python2 = image.module("python2").code();
      BytesView name = (BytesView) python2.names().get(0);
      assertThat(name.isInterned()).isTrue();
      assertThat(name.toString()).isSameAs(image.intern(name.number()).toString());
      assertThat(name.toString())
          .isSameAs(image.module("python2").code().names().get(0).toString());

      BytesView code = python2.code();
      assertThat(code.isInterned()).isFalse();
      assertThat(code.toString()).isEqualTo(code.toString()).isNotSameAs(code.toString());
    }
    try (MarshalImage image = MarshalImage.map(write("a.img", StrValue.of("prose"), null))) {
      ImageObject prose = image.root("root");
      assertThat(prose.toString()).isEqualTo("prose").isNotSameAs(prose.toString());
    }
  }

  @Test
  void manyThreadsGetTheSameJavaString() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 100; round++) {
        try (MarshalImage image = MarshalImage.map(TestData.path(ImageFiles.SOUND))) {
          List<Callable<List<String>>> tasks = new ArrayList<>();
          for (int i = 0; i < threads; i++) {
            tasks.add(
                () -> {
                  List<String> texts = new ArrayList<>();
                  for (int number = 0; number < image.internedCount(); number++) {
                    texts.add(image.intern(number).toString());
                  }
                  return texts;
                });
          }
          List<String> first = null;
          for (Future<List<String>> each : pool.invokeAll(tasks)) {
            first = first == null ? each.get() : first;
            for (int i = 0; i < first.size(); i++) {
              assertThat(each.get().get(i)).isSameAs(first.get(i));
            }
          }
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void stringsThatShareANumberAreFoundOut() throws Exception {
    Value root = tuple(List.of(StrValue.of("a", true), StrValue.of("b", true)));
    Path path = write("a.img", root, null);
    int taken;
    int count;
    long second;
    try (MarshalImage image = MarshalImage.map(path)) {
      taken = image.internNumber("a");
      count = image.internedCount();
      second = image.intern(image.internNumber("b")).offset();
    }
    assertRefused(path, second, taken, "two strings have one number: number=" + taken);
    assertRefused(
        path,
        second,
        count,
        "number is none of the image's interned strings: found=" + count + ", count=" + count);
  }

  /** Gives the second string of the root another number. */
  private void assertRefused(Path sound, long second, int number, String message) throws Exception {
    byte[] bytes = Files.readAllBytes(sound);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(
            (int) second + StrLayout.NUMBER_OFFSET,
            number << StrLayout.NUMBER_SHIFT | StrLayout.FLAG_INTERNED);
    try (MarshalImage image = MarshalImage.map(Files.write(dir.resolve("damaged.img"), bytes))) {
      TupleView tuple = (TupleView) image.root("root");
      assertThat(tuple.get(0).toString()).isEqualTo("a");
      assertThatThrownBy(() -> tuple.get(1).toString())
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("offset=0x" + Long.toHexString(second));
      assertThat(tuple.get(0).toString()).isEqualTo("a");
    }
  }

  @Test
  void tableOfOlderImageKeepsItsNumbers() throws Exception {
    Value first =
        tuple(
            List.of(
                StrValue.of("alpha", true),
                StrValue.of("beta", true),
                BytesValue.of(new byte[] {1, 2}, 0, 2, true),
                StrValue.of("prose", false)));
    Path older = write("old.img", first, null);
    Value second =
        tuple(
            List.of(
                StrValue.of("gamma", true),
                StrValue.of("beta", false),
                StrValue.of("prose", true),
                StrValue.of("more prose", false)));
    try (MarshalImage old = MarshalImage.map(older)) {
      Path newer = write("new.img", second, old);
      try (MarshalImage image = MarshalImage.map(newer)) {
        for (int number = 0; number < old.internedCount(); number++) {
          assertThat(image.intern(number).toValue().typeCode())
              .isEqualTo(old.intern(number).toValue().typeCode());
          assertThat(image.intern(number).toString()).isEqualTo(old.intern(number).toString());
        }
        assertThat(image.internedCount()).isEqualTo(old.internedCount() + 2);
        assertThat(image.internNumber("gamma")).isGreaterThanOrEqualTo(old.internedCount());
        assertThat(image.internNumber("prose")).isGreaterThanOrEqualTo(old.internedCount());
        assertThat(image.internNumber("more prose")).isEqualTo(-1);
        assertThat(image.root("root").toValue()).isNotNull();
        // A table of a table is the same table.
        Path third = write("third.img", second, image);
        assertThat(third).hasSameBinaryContentAs(newer);
      }
    }
  }
}
