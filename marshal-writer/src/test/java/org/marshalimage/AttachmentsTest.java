package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AttachmentsTest {
  private static final int THREADS = 8;

  @TempDir Path directory;
  private MarshalImage image;

  @BeforeEach
  void map() throws Exception {
    image = MarshalImage.map(TestData.path(ImageFiles.SOUND));
  }

  @AfterEach
  void close() {
    image.close();
  }

  private List<ImageObject> objects() {
    Map<Long, ImageObject> objects = new TreeMap<>();
    for (ImageModule module : image.modules()) {
      Walks.views(module.root(), object -> objects.put(object.offset(), object));
    }
    return List.copyOf(objects.values());
  }

  /** Maps an image of one tuple instead, and returns its items. */
  private List<ImageObject> mapItems(Value... values) throws IOException {
    image.close();
    image = MarshalImage.map(TestImages.of(directory, SequenceValue.tuple(values)));
    TupleView tuple = (TupleView) image.root("0");
    List<ImageObject> items = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      items.add(tuple.get(i));
    }
    return items;
  }

  private List<ImageObject> mapStrings(int count) throws IOException {
    Value[] values = new Value[count];
    for (int i = 0; i < count; i++) {
      values[i] = StrValue.of("name" + i, i % 2 == 0);
    }
    return mapItems(values);
  }

  /** Waits until a thread does. */
  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyObjectOfEachKindGetsOneThatStays() {
    Attachments<String> strings = Attachments.ofStrings(image, view -> "s" + view.internNumber());
    Attachments<String> code = Attachments.ofCode(image, view -> "c" + view.codeNumber());
    Attachments<String> all = Attachments.ofObjects(image, view -> "o" + view.offset());
    ImageInfo info = image.info();
    assertThat(strings.size()).isEqualTo(info.strings() + info.bytesObjects());
    assertThat(code.size()).isEqualTo(info.codeObjects());
    assertThat(all.size()).isEqualTo((int) info.objects());

    for (int round = 0; round < 2; round++) {
      for (ImageObject object : objects()) {
        String attached = all.get(object);
        assertThat(attached).isEqualTo("o" + object.offset());
        assertThat(all.getIfPresent(object.objectNumber())).isSameAs(attached);
        if (object instanceof StrView || object instanceof BytesView) {
          int number = image.cursor().moveTo(object).number();
          assertThat(strings.getIfPresent(number) == null).isEqualTo(round == 0);
          assertThat(strings.get(object)).isEqualTo("s" + number);
          assertThat(strings.getIfPresent(number)).isSameAs(strings.get(object));
        } else if (object instanceof CodeView view) {
          assertThat(code.get(view)).isEqualTo("c" + view.codeNumber());
          assertThat(code.getIfPresent(view.codeNumber())).isSameAs(code.get(view));
        }
      }
    }
  }

  @Test
  void numbersOutsideTheTableAreRefused() {
    Attachments<String> code = Attachments.ofCode(image, CodeView::toString);
    for (int number : new int[] {-1, code.size(), Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> code.getIfPresent(number))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("index=" + number);
    }
  }

  @Test
  void namesOfPython2AreTheirBytesObjects() {
    Attachments<String> strings =
        Attachments.ofStrings(image, view -> TypeCode.nameOf(view.kind()) + ' ' + view);
    CodeView module = image.module("python2").code();
    assertThat(strings.get(module.name())).isEqualTo("bytes <module>");
    BytesView name = (BytesView) module.names().get(0);
    assertThat(strings.get(name)).isEqualTo("bytes " + name);
    assertThat(strings.get(image.intern(name.number()))).isSameAs(strings.get(name));
    assertThat(strings.get(image.module("closures").code().name())).isEqualTo("str <module>");
  }

  @Test
  void itemsOfTuplesAreFoundByTheirIndex() throws Exception {
    Attachments<Object> strings = Attachments.ofStrings(image, view -> new Object());
    Attachments<Object> codes = Attachments.ofCode(image, view -> new Object());
    Attachments<Object> all = Attachments.ofObjects(image, view -> new Object());
    for (String name : List.of("python2", "closures")) {
      CodeView module = image.module(name).code();
      for (TupleView tuple : List.of(module.consts(), module.names())) {
        for (int i = 0; i < tuple.size(); i++) {
          int kind = tuple.kind(i);
          assertThat(all.get(tuple, i)).isSameAs(all.get(tuple, i)).isSameAs(all.get(tuple.get(i)));
          if (kind == TypeCode.STR || kind == TypeCode.BYTES) {
            assertThat(strings.get(tuple, i)).isSameAs(strings.get(tuple.get(i)));
          } else if (kind == TypeCode.CODE) {
            assertThat(codes.get(tuple, i)).isSameAs(codes.get(tuple.get(i)));
          } else {
            int index = i;
            assertThatThrownBy(() -> strings.get(tuple, index))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table is of strings: found=" + TypeCode.nameOf(kind));
            assertThatThrownBy(() -> codes.get(tuple, index))
                .isInstanceOf(IllegalArgumentException.class);
          }
        }
        assertThatThrownBy(() -> all.get(tuple, tuple.size()))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> all.get(tuple, -1)).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
    try (MarshalImage again = MarshalImage.map(image.path())) {
      TupleView other = again.module("closures").code().consts();
      assertThatThrownBy(() -> all.get(other, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("view of another image");
    }
  }

  @Test
  void itemsOfPickedNamesAreThoseThatShow() {
    Attachments<String> strings = Attachments.ofStrings(image, StrView::toString);
    CodeView code =
        (CodeView)
            objects().stream()
                .filter(object -> object instanceof CodeView view && view.qualName() != null)
                .filter(object -> ((CodeView) object).freevars().size() > 0)
                .findFirst()
                .orElseThrow();
    TupleView picked = code.freevars();
    for (int i = 0; i < picked.size(); i++) {
      assertThat(strings.get(picked, i)).isEqualTo(picked.get(i).toString());
    }
  }

  @Test
  void makerGetsTheWholeObjectWhicheverViewIsAskedWith() {
    CodeView code =
        (CodeView)
            objects().stream()
                .filter(object -> object instanceof CodeView view && view.qualName() != null)
                .filter(object -> ((CodeView) object).freevars().size() > 0)
                .filter(object -> ((CodeView) object).varnames().size() > 0)
                .findFirst()
                .orElseThrow();
    assertThat(code.freevars().size()).isLessThan(code.localNames().size());
    Attachments<ImageObject> all = Attachments.ofObjects(image, view -> view);
    TupleView attached = (TupleView) all.get(code.freevars());
    assertThat(attached.size()).isEqualTo(code.localNames().size());
    assertThat(all.get(code.localNames())).isSameAs(attached);
    assertThat(all.get(image.module("python2").code().name())).isInstanceOf(BytesView.class);
  }

  @Test
  void manyThreadsMakeEachObjectOnceAndSeeTheSame() throws Exception {
    for (int round = 0; round < 50; round++) {
      List<ImageObject> objects = objects();
      Attachments<int[]>[] table = newTable();
      AtomicIntegerArray made = new AtomicIntegerArray((int) image.info().objects());
      table[0] =
          Attachments.ofObjects(
              image,
              view -> {
                made.incrementAndGet(view.objectNumber());
                return new int[] {view.objectNumber()};
              });
      List<Set<Object>> seen = new ArrayList<>();
      CyclicBarrier start = new CyclicBarrier(THREADS);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Set<Object> mine = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(mine);
        threads.add(
            start(
                failure,
                () -> {
                  await(start);
                  for (ImageObject object : objects) {
                    int[] attached = table[0].get(object);
                    assertThat(attached[0]).isEqualTo(object.objectNumber());
                    mine.add(attached);
                  }
                }));
      }
      join(threads, failure);
      for (Set<Object> each : seen) {
        assertThat(each).isEqualTo(seen.get(0)).hasSize(objects.size());
      }
      for (ImageObject object : objects) {
        assertThat(made.get(object.objectNumber())).isOne();
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Attachments<T>[] newTable() {
    return new Attachments[2];
  }

  private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void join(List<Thread> threads, AtomicReference<Throwable> failure)
      throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  /** Threads wait for one another all the time, and never in a circle. */
  @Test
  void makersThatDependOnLowerNumbersNeverFail() throws Exception {
    List<ImageObject> items = mapStrings(300);
    for (int round = 0; round < 100; round++) {
      Attachments<Integer>[] tables = newTable();
      Function<StrView, Integer> maker =
          view -> {
            int index = Integer.parseInt(view.toString().substring(4));
            if (index == 0) {
              return 0;
            }
            Attachments<Integer> other = tables[index % 2];
            return 1 + Math.max(other.get(items.get(index - 1)), other.get(items.get(index / 2)));
          };
      tables[0] = Attachments.ofStrings(image, maker);
      tables[1] = Attachments.ofStrings(image, maker);
      CyclicBarrier start = new CyclicBarrier(THREADS);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int from = i;
        threads.add(
            start(
                failure,
                () -> {
                  await(start);
                  for (int k = 0; k < items.size(); k += 3) {
                    int index = (k + from * 37) % items.size();
                    assertThat(tables[from % 2].get(items.get(index))).isEqualTo(index);
                  }
                }));
      }
      join(threads, failure);
    }
  }

  @Test
  void threadsThatAskForOtherObjectsDoNotWait() throws Exception {
    List<ImageObject> items = mapStrings(2);
    CountDownLatch otherIsMade = new CountDownLatch(1);
    Attachments<String> table =
        Attachments.ofStrings(
            image,
            view -> {
              if (view.toString().equals("name0")) {
                try {
                  assertThat(otherIsMade.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
              return view.toString();
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread first = start(failure, () -> table.get(items.get(0)));
    awaitTimedWaiting(first);
    assertThat(table.getIfPresent(((StrView) items.get(0)).internNumber())).isNull();
    assertThat(table.get(items.get(1))).isEqualTo("name1");
    otherIsMade.countDown();
    join(List.of(first), failure);
    assertThat(table.get(items.get(0))).isEqualTo("name0");
  }

  private static void awaitTimedWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
  }

  @Test
  void makerThatAsksForItsOwnObjectIsTold() throws Exception {
    List<ImageObject> items = mapStrings(2);
    Attachments<String>[] tables = newTable();
    AtomicInteger calls = new AtomicInteger();
    tables[0] =
        Attachments.ofStrings(
            image, view -> calls.incrementAndGet() == 2 ? "fine" : tables[1].get(items.get(1)));
    tables[1] = Attachments.ofStrings(image, view -> tables[0].get(items.get(0)));
    assertThatThrownBy(() -> tables[0].get(items.get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("recursive")
        .hasMessageContaining(Long.toHexString(items.get(0).offset()))
        .hasMessageEndingWith("file=" + image.path());
    // Nothing is left behind.
    assertThat(tables[1].get(items.get(1))).isEqualTo("fine");
  }

  @Test
  void makersThatWaitForOneAnotherAreToldInsteadOfWaitingForEver() throws Exception {
    for (int count = 2; count <= 4; count++) {
      List<ImageObject> items = mapStrings(count);
      int threadCount = count;
      CyclicBarrier allClaimed = new CyclicBarrier(count);
      AtomicInteger calls = new AtomicInteger();
      Attachments<String>[] table = newTable();
      table[0] =
          Attachments.ofStrings(
              image,
              view -> {
                int index = Integer.parseInt(view.toString().substring(4));
                if (calls.getAndIncrement() >= threadCount) {
                  return view.toString();
                }
                await(allClaimed);
                return table[0].get(items.get((index + 1) % threadCount));
              });
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      for (ImageObject item : items) {
        threads.add(
            start(
                new AtomicReference<>(),
                () -> {
                  Throwable failure = catchThrowable(() -> table[0].get(item));
                  if (failure != null) {
                    failures.add(failure);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      // The one that closed the circle; it made room for the others.
      assertThat(failures).hasSize(1);
      assertThat(failures.get(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("recursive: makers on several threads wait for one another");
      for (ImageObject item : items) {
        assertThat(table[0].get(item)).startsWith("name");
      }
    }
  }

  @Test
  void exceptionOfAMakerGoesToItsCallerAndOthersTryAgain() throws Exception {
    List<ImageObject> items = mapStrings(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    Attachments<String> table =
        Attachments.ofStrings(
            image,
            view -> {
              if (calls.incrementAndGet() > 1) {
                return "second";
              }
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              throw new UnsupportedOperationException("first");
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<Throwable> none = new AtomicReference<>();
    Thread first = start(failure, () -> table.get(items.get(0)));
    awaitWaiting(first);
    Thread second = start(none, () -> assertThat(table.get(items.get(0))).isEqualTo("second"));
    awaitWaiting(second);
    goOn.countDown();
    first.join();
    join(List.of(second), none);
    assertThat(failure.get()).isInstanceOf(UnsupportedOperationException.class).hasMessage("first");
    assertThat(calls).hasValue(2);
  }

  @Test
  void waitersGoOnWaitingWhenInterruptedAndStayInterrupted() throws Exception {
    List<ImageObject> items = mapStrings(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Attachments<String> table =
        Attachments.ofStrings(
            image,
            view -> {
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return "made";
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread maker = start(failure, () -> table.get(items.get(0)));
    awaitWaiting(maker);
    Thread waiter =
        start(
            failure,
            () -> {
              assertThat(table.get(items.get(0))).isEqualTo("made");
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
    awaitWaiting(waiter);
    waiter.interrupt();
    waiter.join(100);
    assertThat(waiter.isAlive()).isTrue();
    goOn.countDown();
    join(List.of(maker, waiter), failure);
  }

  @Test
  void makersMustExistAndMustNotGiveNull() throws Exception {
    List<ImageObject> items = mapStrings(1);
    AtomicInteger calls = new AtomicInteger();
    Attachments<String> table =
        Attachments.ofStrings(image, view -> calls.incrementAndGet() == 1 ? null : "made");
    assertThatThrownBy(() -> table.get(items.get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("maker gave null")
        .hasMessageEndingWith("file=" + image.path());
    assertThat(table.get(items.get(0))).isEqualTo("made");
    assertThatThrownBy(() -> Attachments.ofCode(image, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void viewsOfOtherImagesAndTypesAreRefused() throws Exception {
    Attachments<String> strings = Attachments.ofStrings(image, StrView::toString);
    Attachments<String> code = Attachments.ofCode(image, CodeView::toString);
    Attachments<Object> all = Attachments.ofObjects(image, view -> new Object());
    CodeView module = image.module("closures").code();
    try (MarshalImage again = MarshalImage.map(image.path())) {
      CodeView other = again.module("closures").code();
      assertThatThrownBy(() -> strings.get(other.name()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("view of another image");
      assertThatThrownBy(() -> code.get(other)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> all.get(other)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> strings.get(module))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table is of strings: found=code");
    assertThatThrownBy(() -> code.get(module.name()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table is of code objects: found=str");
  }

  private void damage(Path path, long offset, int word) throws IOException {
    byte[] bytes = Files.readAllBytes(image.path());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt((int) offset, word);
    image.close();
    Files.write(path, bytes);
    image = MarshalImage.map(path);
  }

  @Test
  void numbersThatTheImageDoesNotHaveAreFoundOut() throws Exception {
    Path damaged = directory.resolve("damaged.img");
    int strings = image.info().strings() + image.info().bytesObjects();
    long name = image.module("closures").code().name().offset();
    damage(damaged, name + StrLayout.NUMBER_OFFSET, strings << StrLayout.NUMBER_SHIFT);
    assertRefused(
        Attachments.ofStrings(image, StrView::toString),
        image.module("closures").code().name(),
        "number is none of the image's strings: found=" + strings + ", count=" + strings);

    for (int number : new int[] {-1, image.info().codeObjects()}) {
      damage(damaged, image.module("shop").rootOffset() + ObjectLayout.SIZE_OFFSET, number);
      assertRefused(
          Attachments.ofCode(image, CodeView::toString),
          image.module("shop").root(),
          "number is none of the image's code objects: found=" + number);
    }

    damage(damaged, image.module("shop").rootOffset() + ObjectLayout.COUNT_OFFSET, -1);
    assertRefused(
        Attachments.ofObjects(image, ImageObject::toString),
        image.module("shop").root(),
        "number is none of the image's objects: found=" + ((1 << 30) - 1));
    damage(damaged, image.module("shop").rootOffset() + ObjectLayout.COUNT_OFFSET, 7);
    assertThatThrownBy(
            () -> Attachments.ofObjects(image, ImageObject::toString).get(image.root("shop")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not pinned");
  }

  private static void assertRefused(Attachments<?> table, ImageObject object, String message) {
    assertThatThrownBy(() -> table.get(object))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("offset=0x" + Long.toHexString(object.offset()))
        .hasMessageContaining("damaged.img");
  }

  @Test
  void whatIsAttachedOutlivesItsImage() {
    Attachments<String> code = Attachments.ofCode(image, CodeView::toString);
    CodeView first = image.module("closures").code();
    CodeView second = image.module("shop").code();
    int number = first.codeNumber();
    int otherNumber = second.codeNumber();
    String attached = code.get(first);
    image.close();
    assertThat(code.getIfPresent(number)).isSameAs(attached);
    assertThat(code.getIfPresent(otherNumber)).isNull();
    for (CodeView view : List.of(first, second)) {
      assertThatThrownBy(() -> code.get(view))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("image is closed: " + image.path());
    }
    assertThatThrownBy(() -> Attachments.ofCode(image, CodeView::toString))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesMemoryWhereNumbersAreUsedAndNoneForLooking() throws Exception {
    int count = 100_000;
    List<ImageObject> items = new ArrayList<>();
    Value[] values = new Value[count];
    for (int i = 0; i < count; i++) {
      values[i] = IntValue.of(i);
    }
    items.addAll(mapItems(values));
    Attachments<String>[] table = newTable();
    Runnable start = () -> table[0] = Attachments.ofObjects(image, view -> "made");
    // Once for the classes.
    start.run();
    table[0].get(items.get(0));

    long empty = allocated(start);
    assertThat(empty).isLessThan(10_000);
    long first = allocated(() -> table[0].get(items.get(count / 2)));
    assertThat(first).isLessThan(10_000);
    int number = items.get(count / 2).objectNumber();
    long looked =
        allocated(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                if (table[0].getIfPresent(number) != table[0].get(items.get(count / 2))
                    || table[0].getIfPresent(number / 2) != null) {
                  throw new AssertionError();
                }
              }
            });
    assertThat(looked).isLessThan(1_000);
    long all = allocated(() -> items.forEach(table[0]::get));
    assertThat(all).isGreaterThan(4L * count);
  }

  private static long allocated(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
