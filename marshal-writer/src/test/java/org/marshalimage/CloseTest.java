package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.writer.ImageWriter;

/**
 * What is left of an image once {@code close()} has returned: no read by any thread, compiled or
 * not, on every JDK.
 */
class CloseTest {
  /** CPU time that each loop gets before the image is closed, so that it is compiled by then. */
  private static final long WARM_UP_NANOS = 300_000_000;

  /** After so long the image is closed anyway, on a machine that is too busy for that. */
  private static final long MOST_WARM_UP_NANOS = 60_000_000_000L;

  /** Within this a loop that sees the close has ended; one that does not never ends. */
  private static final long JOIN_MILLIS = 60_000;

  /** Answered of a closed image: what was known before, without a read. */
  private static final Set<String> KNOWN =
      Set.of(
          "MarshalImage.close",
          "MarshalImage.cursor",
          "MarshalImage.info",
          "MarshalImage.internedCount",
          "MarshalImage.linkReport",
          "MarshalImage.moduleCount",
          "MarshalImage.modules",
          "MarshalImage.path",
          "MarshalImage.toString",
          "MarshalImage.verify",
          "ImageModule.segmentOffset",
          "ImageModule.image",
          "ImageModule.name",
          // The iterator refuses the first item.
          "Iterable.spliterator",
          "ListView.iterator",
          "SetView.iterator",
          "TupleView.iterator",
          "ImageModule.toString",
          "ImageCursor.dataLength",
          "ImageCursor.kind",
          "ImageCursor.length",
          "ImageCursor.offset",
          "ImageCursor.size",
          "ImageCursor.slotCount",
          "ImageCursor.typeHandle",
          "ImageObject.hashCode",
          "ImageObject.offset",
          "BytesView.length",
          "DictView.size",
          "IntView.isLong",
          "IntView.isPython2Long",
          "ListView.size",
          "ListView.toString",
          "SetView.size",
          "StrView.length",
          "TupleView.size",
          "TupleView.toString",
          "Attachments.size");

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void writeImage() throws IOException {
    path = directory.resolve("x.img");
    Value key = StrValue.of("key");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("m", PycFile.read(TestData.path("pyc/3.13/closures.pyc")), false);
      writer.add(
          "values",
          SequenceValue.list(
              IntValue.of(java.math.BigInteger.ONE.shiftLeft(100)),
              IntValue.of(7),
              FloatValue.of(0.5),
              SequenceValue.set(key),
              DictValue.dict(key, Singleton.TRUE),
              Singleton.NONE,
              StrValue.of("\u2603")));
      writer.write(path);
    }
  }

  /** A loop without an end, of its own, so that a compiler sees nothing but what it reads. */
  private interface Loop {
    long run();
  }

  /** Returns a loop for each way of reading. */
  private static Map<String, Loop> loops(MarshalImage image) {
    ImageModule module = image.module("m");
    CodeView code = module.code();
    TupleView names = code.names();
    StrView name = code.name();
    ListView values = (ListView) image.root("values");
    IntView large = (IntView) values.get(0);
    IntView small = (IntView) values.get(1);
    FloatView real = (FloatView) values.get(2);
    DictView dict = (DictView) values.get(4);
    StrView wide = (StrView) values.get(6);
    String text = name.toString();
    Attachments<Object> attachments = Attachments.ofObjects(image, view -> new Object());
    Attachments<Object> strings = Attachments.ofStrings(image, view -> new Object());
    strings.get(names, 0);
    Map<String, Loop> loops = new LinkedHashMap<>();
    loops.put(
        "field of a code object",
        () -> {
          for (long sum = 0; ; sum += code.argCount()) {}
        });
    loops.put(
        "view from a slot",
        () -> {
          for (long sum = 0; ; sum += code.consts().offset()) {}
        });
    loops.put(
        "item of a tuple",
        () -> {
          for (long sum = 0; ; sum += names.get(0).offset()) {}
        });
    loops.put(
        "kind of an item",
        () -> {
          for (long sum = 0; ; sum += names.kind(0)) {}
        });
    loops.put(
        "entry of a dict",
        () -> {
          for (long sum = 0; ; sum += dict.value(0).offset()) {}
        });
    loops.put(
        "small int",
        () -> {
          for (long sum = 0; ; sum += small.longValue()) {}
        });
    loops.put(
        "large int",
        () -> {
          for (long sum = 0; ; sum += large.bigValue().bitLength()) {}
        });
    loops.put(
        "float",
        () -> {
          for (long sum = 0; ; sum += real.bits()) {}
        });
    loops.put(
        "number of a string",
        () -> {
          for (long sum = 0; ; sum += name.internNumber()) {}
        });
    loops.put(
        "text of an interned string",
        () -> {
          for (long sum = 0; ; sum += name.toString().length()) {}
        });
    loops.put(
        "text of two bytes a code point that is not interned",
        () -> {
          for (long sum = 0; ; sum += wide.toString().length()) {}
        });
    loops.put(
        "type",
        () -> {
          for (long sum = 0; ; sum += code.kind()) {}
        });
    loops.put(
        "view of the code",
        () -> {
          for (long sum = 0; ; sum += module.root().offset()) {}
        });
    loops.put(
        "text that is no interned string",
        () -> {
          for (long sum = 0; ; sum += image.internNumber("no such text")) {}
        });
    loops.put(
        "no such module",
        () -> {
          for (long sum = 0; ; sum += image.findModule("no.such").isPresent() ? 1 : 0) {}
        });
    loops.put(
        "object number",
        () -> {
          for (long sum = 0; ; sum += name.objectNumber()) {}
        });
    loops.put(
        "attachment",
        () -> {
          for (long sum = 0; ; sum += attachments.get(code) == null ? 1 : 0) {}
        });
    loops.put(
        "attachment of an item",
        () -> {
          for (long sum = 0; ; sum += strings.get(names, 0) == null ? 1 : 0) {}
        });
    loops.put(
        "interned string by number",
        () -> {
          for (long sum = 0; ; sum += image.intern(0).length()) {}
        });
    loops.put(
        "interned string by text",
        () -> {
          for (long sum = 0; ; sum += image.internNumber(text)) {}
        });
    loops.put(
        "module by name",
        () -> {
          for (long sum = 0; ; sum += image.rootOffset("m")) {}
        });
    loops.put(
        "module's code",
        () -> {
          for (long sum = 0; ; sum += module.code().offset()) {}
        });
    loops.put(
        "module's entry",
        () -> {
          for (long sum = 0; ; sum += module.codeCount()) {}
        });
    loops.put(
        "count",
        () -> {
          for (long sum = 0; ; sum += image.isPinned(code) ? 1 : 0) {}
        });
    loops.put(
        "buffer",
        () -> {
          for (long sum = 0; ; sum += code.bytecode().remaining()) {}
        });
    loops.put("cursor that moves", moving(image.cursor(), code));
    loops.put("cursor that reads fields", reading(image.cursor().moveTo(code)));
    loops.put("cursor that reads slots", following(image.cursor().moveTo(names)));
    loops.put("cursor over text", text(image.cursor(), name));
    return loops;
  }

  private static Loop moving(ImageCursor cursor, CodeView code) {
    return () -> {
      for (long sum = 0; ; sum += cursor.moveTo(code).kind()) {}
    };
  }

  private static Loop reading(ImageCursor cursor) {
    return () -> {
      for (long sum = 0; ; sum += cursor.codeField(CodeLayout.FLAGS_OFFSET)) {}
    };
  }

  private static Loop following(ImageCursor cursor) {
    return () -> {
      for (long sum = 0; ; sum += cursor.slot(0)) {}
    };
  }

  /** Elements are read without a look at whether the image is closed, but not objects. */
  private static Loop text(ImageCursor cursor, StrView name) {
    return () -> {
      for (long sum = 0; ; ) {
        cursor.moveTo(name);
        for (int i = 0; i < cursor.size(); i++) {
          sum += cursor.codePointAt(i);
        }
      }
    };
  }

  /** Closes an image under a thread for each loop; each has to end. */
  private void assertLoopsEnd(MarshalImage image) throws InterruptedException {
    Map<Thread, AtomicReference<Throwable>> threads = new LinkedHashMap<>();
    loops(image)
        .forEach(
            (what, loop) -> {
              AtomicReference<Throwable> end = new AtomicReference<>();
              Thread thread = new Thread(() -> run(loop, end), what);
              thread.setDaemon(true);
              threads.put(thread, end);
            });
    threads.keySet().forEach(Thread::start);
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    while (threads.keySet().stream().anyMatch(each -> isCold(cpu, each))
        && System.nanoTime() - start < MOST_WARM_UP_NANOS) {
      Thread.sleep(50);
    }
    image.close();
    List<String> running = new ArrayList<>();
    for (Map.Entry<Thread, AtomicReference<Throwable>> each : threads.entrySet()) {
      // One that hangs has used up the patience for all others.
      each.getKey().join(running.isEmpty() ? JOIN_MILLIS : 1);
      if (each.getKey().isAlive()) {
        running.add(each.getKey().getName());
      } else {
        assertThat(each.getValue().get())
            .as(each.getKey().getName())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageMatching("image is closed: \\Q" + path + "\\E|Already closed");
      }
    }
    assertThat(running).as("loops that do not see that the image is closed").isEmpty();
  }

  private static boolean isCold(ThreadMXBean cpu, Thread thread) {
    return thread.isAlive() && cpu.getThreadCpuTime(thread.getId()) < WARM_UP_NANOS;
  }

  private static void run(Loop loop, AtomicReference<Throwable> end) {
    try {
      loop.run();
    } catch (Throwable e) {
      end.set(e);
    }
  }

  @Test
  void compiledLoopsEndWhenAnotherThreadCloses() throws Exception {
    assertLoopsEnd(MarshalImage.map(path));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void compiledLoopsEndWhenAnotherThreadClosesAnImageInPlace() throws Exception {
    for (LinkMode mode : List.of(LinkMode.IN_PLACE, LinkMode.PRELINKED)) {
      mode.prepare(path, path, 0);
      assertLoopsEnd(mode.map(path));
    }
  }

  @Test
  void compiledLoopsEndWhenAnotherThreadUnmaps() throws Exception {
    assumeTrue(Runtime.version().feature() >= 22);
    assertLoopsEnd(MarshalImage.map(path, MapOptions.builder().unmapOnClose().build()));
  }

  /** Returns what each method without arguments says of a closed image, by class and name. */
  private static Set<String> answeredBy(Object object) throws IllegalAccessException {
    Set<String> answered = new TreeSet<>();
    for (Method method : object.getClass().getMethods()) {
      Class<?> owner = method.getDeclaringClass();
      if (method.getParameterCount() > 0
          || Modifier.isStatic(method.getModifiers())
          || owner == Object.class) {
        continue;
      }
      try {
        method.invoke(object);
        answered.add(owner.getSimpleName() + "." + method.getName());
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause();
        // The last two: refused by what is known of it, closed or not.
        assertThat(cause.getMessage())
            .as(method + " throws " + cause)
            .matches(
                "image is closed: .*|.*MapOptions\\.inPlace.*|int does not fit .*|not of a .*");
      }
    }
    return answered;
  }

  @Test
  void closedImageAnswersNothingThatItHasToRead() throws Exception {
    for (boolean inPlace : new boolean[] {false, true}) {
      MapOptions.Builder options = MapOptions.builder().types(TypeTable.standard());
      MarshalImage image = MarshalImage.map(path, (inPlace ? options.inPlace() : options).build());
      ImageModule module = image.module("m");
      CodeView code = module.code();
      ListView values = (ListView) image.root("values");
      List<Object> objects = new ArrayList<>(List.of(image, module, code, values));
      objects.add(code.name());
      objects.add(code.code());
      objects.add(code.names());
      for (int i = 0; i < values.size(); i++) {
        objects.add(values.get(i));
        objects.add(image.cursor().moveTo(values.get(i)));
      }
      objects.add(image.cursor().moveTo(code));
      objects.add(image.cursor().moveTo(code.name()));
      objects.add(Attachments.ofObjects(image, view -> view));
      image.close();
      Set<String> answered = new TreeSet<>();
      for (Object object : objects) {
        answered.addAll(answeredBy(object));
      }
      assertThat(answered).isSubsetOf(KNOWN);
    }
  }

  @Test
  void buffersOutliveTheirImage() throws Exception {
    for (boolean inPlace : new boolean[] {false, true}) {
      MapOptions.Builder options = MapOptions.builder();
      MarshalImage image = MarshalImage.map(path, (inPlace ? options.inPlace() : options).build());
      ByteBuffer bytecode = image.module("m").code().bytecode();
      byte first = bytecode.get(0);
      image.close();
      image.close();
      for (int i = 0; i < 5; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertThat(bytecode.get(0)).isEqualTo(first);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void imageIsUnmappedOnCloseIfAskedFor() throws Exception {
    for (LinkMode mode : List.of(LinkMode.READ_ONLY, LinkMode.IN_PLACE, LinkMode.PRELINKED)) {
      mode.prepare(path, path, 0);
      MapOptions.Builder builder = MapOptions.builder().unmapOnClose();
      MapOptions options = (mode.isInPlace() ? builder.inPlace() : builder).build();
      if (Runtime.version().feature() < 22) {
        assertThatThrownBy(() -> MarshalImage.map(path, options))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage(
                "MapOptions.unmapOnClose needs JDK 22 or newer, on older ones the collector"
                    + " unmaps: found="
                    + Runtime.version().feature()
                    + ", file="
                    + path);
        continue;
      }
      MarshalImage image = MarshalImage.map(path, options);
      CodeView code = image.module("m").code();
      ByteBuffer bytecode = code.bytecode();
      assertThat(Memory.mappings(path)).isEqualTo(1);
      image.close();
      assertThat(Memory.mappings(path)).isZero();
      image.close();
      assertThatThrownBy(code::argCount).hasMessage("image is closed: " + path);
      assertThatThrownBy(() -> bytecode.get(0)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusedFilesAreUnmappedToo() throws Exception {
    Path damaged = directory.resolve("damaged.img");
    byte[] bytes = Files.readAllBytes(path);
    bytes[20] ^= 1;
    Files.write(damaged, bytes);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> MarshalImage.map(damaged)).hasMessageContaining(damaged.toString());
    }
    if (OS.LINUX.isCurrentOs()) {
      assertThat(Memory.mappingsAfterCollection(damaged)).isZero();
    }
  }
}
