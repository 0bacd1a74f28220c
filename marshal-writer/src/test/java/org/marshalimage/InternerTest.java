package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class InternerTest {
  private static final int THREADS = 8;

  @TempDir Path directory;

  /** An interpreter's string. */
  private record Name(int kind, List<Integer> codePoints) {
    static Name of(StrView view) {
      List<Integer> codePoints = new ArrayList<>();
      for (int i = 0; i < view.length(); i++) {
        codePoints.add(view.codePointAt(i));
      }
      return new Name(view.kind(), codePoints);
    }
  }

  private MarshalImage map(String file, Value... values) throws IOException {
    Path path = directory.resolve(file);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("root", SequenceValue.tuple(values)).write(path);
    }
    return MarshalImage.map(path);
  }

  private static ImageObject item(MarshalImage image, int index) {
    return ((TupleView) image.root("root")).get(index);
  }

  @Test
  void equalInternedStringsOfAllImagesAreOneObject() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Interner<Name> interner =
        Interner.create(
            view -> {
              made.incrementAndGet();
              return Name.of(view);
            });
    Map<Name, Name> expected = new HashMap<>();
    int strings = 0;
    for (Path path :
        List.of(
            TestData.path(ImageFiles.SOUND),
            TestImages.ofFolder(directory, "pyc/2.7"),
            TestImages.ofFolder(directory, "pyc/3.8"),
            TestImages.ofFolder(directory, "pyc/3.13"),
            TestImages.ofFolder(directory, "streams/3.13"),
            TestData.path(ImageFiles.SOUND))) {
      try (MarshalImage image = MarshalImage.map(path)) {
        Attachments<Name> table = interner.attachments(image);
        for (int number = 0; number < image.internedCount(); number++) {
          StrView view = image.intern(number);
          Name name = table.get(view);
          Name known = expected.putIfAbsent(Name.of(view), name);
          assertThat(name).isEqualTo(Name.of(view));
          assertThat(known == null || known == name).isTrue();
          assertThat(table.get(view)).isSameAs(name);
          strings++;
        }
      }
    }
    assertThat(made.get()).isEqualTo(expected.size()).isLessThan(strings);
    assertThat(expected.keySet()).extracting(Name::kind).contains(TypeCode.STR, TypeCode.BYTES);
  }

  @Test
  void stringsDifferByTypeAndByCodePoints() throws Exception {
    int[] pair = {0xD83D, 0xDC0D};
    int[] pairs = {0xD83D, 0xDC0D, 0x1F40D};
    int[] mirrored = {0x1F40D, 0xD83D, 0xDC0D};
    byte[] latin1 = "na\u00EFve".getBytes(StandardCharsets.ISO_8859_1);
    Value[] values = {
      StrValue.of("\uD83D\uDC0D", true),
      StrValue.ofCodePoints(pair, 0, pair.length, true),
      StrValue.ofCodePoints(pairs, 0, pairs.length, true),
      StrValue.ofCodePoints(mirrored, 0, mirrored.length, true),
      StrValue.of("na\u00EFve", true),
      BytesValue.of(latin1, 0, latin1.length, true),
      StrValue.of("", true),
      BytesValue.of(new byte[0], 0, 0, true),
      StrValue.of("\uDC0D", true),
      StrValue.of("\uDC0D\uD83D", true)
    };
    Interner<Object> interner = Interner.create(view -> new Object());
    try (MarshalImage first = map("first.img", values);
        MarshalImage second = map("second.img", values)) {
      Attachments<Object> ofFirst = interner.attachments(first);
      Attachments<Object> ofSecond = interner.attachments(second);
      List<Object> made = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        Object object = ofFirst.get(item(first, i));
        assertThat(ofSecond.get(item(second, i))).isSameAs(object);
        made.add(object);
      }
      assertThat(made).doesNotHaveDuplicates();
    }
  }

  @Test
  void stringsThatAreNotInternedAreNotShared() throws Exception {
    Interner<Name> interner = Interner.create(Name::of);
    try (MarshalImage first = map("first.img", StrValue.of("prose", false));
        MarshalImage second = map("second.img", StrValue.of("prose", false));
        MarshalImage third = map("third.img", StrValue.of("prose", true))) {
      Attachments<Name> table = interner.attachments(first);
      Name name = table.get(item(first, 0));
      assertThat(table.get(item(first, 0))).isSameAs(name);
      assertThat(interner.attachments(second).get(item(second, 0)))
          .isEqualTo(name)
          .isNotSameAs(name);
      assertThat(interner.attachments(third).get(item(third, 0))).isEqualTo(name).isNotSameAs(name);
    }
  }

  @Test
  void manyThreadsMakeEachStringOnceAmongManyImages() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (MarshalImage first = MarshalImage.map(TestData.path(ImageFiles.SOUND));
        MarshalImage second = MarshalImage.map(TestImages.ofFolder(directory, "pyc/3.13"))) {
      for (int round = 0; round < 30; round++) {
        AtomicInteger made = new AtomicInteger();
        Interner<Name> interner =
            Interner.create(
                view -> {
                  made.incrementAndGet();
                  return Name.of(view);
                });
        List<Attachments<Name>> tables =
            List.of(interner.attachments(first), interner.attachments(second));
        List<Callable<Map<Name, Name>>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          MarshalImage image = i % 2 == 0 ? first : second;
          Attachments<Name> table = tables.get(i % 2);
          tasks.add(
              () -> {
                Map<Name, Name> seen = new HashMap<>();
                for (int number = 0; number < image.internedCount(); number++) {
                  Name name = table.get(image.intern(number));
                  seen.put(name, name);
                }
                return seen;
              });
        }
        Map<Name, Name> all = new HashMap<>();
        for (Future<Map<Name, Name>> each : pool.invokeAll(tasks)) {
          for (Name name : each.get().values()) {
            Name known = all.putIfAbsent(name, name);
            assertThat(known == null || known == name).isTrue();
          }
        }
        assertThat(made.get()).isEqualTo(all.size());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void makerThatFailsMayTryAgainFromAnyImage() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Interner<Name> interner =
        Interner.create(
            view -> {
              switch (calls.incrementAndGet()) {
                case 1:
                  throw new UnsupportedOperationException("first");
                case 2:
                  return null;
                default:
                  return Name.of(view);
              }
            });
    try (MarshalImage first = map("first.img", StrValue.of("a", true));
        MarshalImage second = map("second.img", StrValue.of("a", true))) {
      Attachments<Name> ofFirst = interner.attachments(first);
      Attachments<Name> ofSecond = interner.attachments(second);
      assertThatThrownBy(() -> ofFirst.get(item(first, 0)))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> ofSecond.get(item(second, 0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("maker gave null");
      assertThat(ofFirst.get(item(first, 0))).isSameAs(ofSecond.get(item(second, 0)));
    }
    assertThatThrownBy(() -> Interner.create(null)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The way back to the same string leads through another image. */
  @Test
  void makerThatAsksForItsOwnStringIsTold() throws Exception {
    try (MarshalImage first = map("first.img", StrValue.of("a", true));
        MarshalImage second = map("second.img", StrValue.of("a", true))) {
      List<Attachments<Name>> tables = new ArrayList<>();
      Interner<Name> interner = Interner.create(view -> tables.get(1).get(item(second, 0)));
      tables.add(interner.attachments(first));
      tables.add(interner.attachments(second));
      assertThatThrownBy(() -> tables.get(0).get(item(first, 0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("recursive");
    }
  }

  @Test
  void holdsNoImage() throws Exception {
    Interner<Name> interner = Interner.create(Name::of);
    WeakReference<MarshalImage> image = use(interner);
    for (int i = 0; i < 100 && image.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(image.get()).isNull();
    try (MarshalImage again = MarshalImage.map(TestData.path(ImageFiles.SOUND))) {
      assertThat(interner.attachments(again).get(again.intern(0)))
          .isEqualTo(Name.of(again.intern(0)));
    }
  }

  /** Not closed, so that only the collector can find that it is used no more. */
  @SuppressWarnings("resource")
  private static WeakReference<MarshalImage> use(Interner<Name> interner) throws IOException {
    MarshalImage image = MarshalImage.map(TestData.path(ImageFiles.SOUND));
    Attachments<Name> table = interner.attachments(image);
    for (int number = 0; number < image.internedCount(); number++) {
      table.get(image.intern(number));
    }
    return new WeakReference<>(image);
  }
}
