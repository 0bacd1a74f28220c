package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.testkit.Touch;
import org.marshalimage.writer.ImageWriter;

/**
 * Random graphs of every kind, with cycles through all that can hold something: written, mapped,
 * read by views, by cursor and by copy, and written again. The seeds are fixed; the setting {@code
 * marshalimage.stateGraphs} is the number of graphs.
 */
class StateGraphsTest {
  private static final int COUNT = Integer.getInteger("marshalimage.stateGraphs", 1000);
  private static final LinkMode[] MODES = {
    LinkMode.READ_ONLY, LinkMode.IN_PLACE, LinkMode.IN_PLACE_ALL, LinkMode.HEAP_BUFFER
  };

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void findPlace() throws IOException {
    Path memory = Path.of("/dev/shm");
    path =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "state", ".img")
            : directory.resolve("state.img");
  }

  @AfterEach
  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  /** Makes one graph. */
  private static final class Maker {
    final Random random;
    final List<Value> nodes = new ArrayList<>();

    /** What fills the containers among the nodes, once all are there. */
    final List<Runnable> fillers = new ArrayList<>();

    Maker(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    Value make() {
      Kind[] kinds = Kind.values();
      // A root that holds something, then any.
      nodes.add(list(TypeCode.LIST));
      int count = 2 + random.nextInt(60);
      for (int i = 0; i < count; i++) {
        nodes.add(node(kinds[random.nextInt(kinds.length)]));
      }
      fillers.forEach(Runnable::run);
      return nodes.get(0);
    }

    Value node(Kind kind) {
      return switch (kind) {
        case NONE, TRUE, FALSE, ELLIPSIS, STOP_ITERATION -> Singleton.of(kind.typeCode());
        case INT -> IntValue.of(random.nextInt(5));
        case LONG -> IntValue.python2Long(BigInteger.valueOf(random.nextInt(3)));
        case FLOAT -> FloatValue.of(random.nextInt(3) == 0 ? Double.NaN : random.nextInt(3) / 2.0);
        case COMPLEX -> ComplexValue.ofBits(random.nextInt(3), 0);
        case BYTES -> BytesValue.of(new byte[random.nextInt(4)]);
        case STR -> StrValue.of("s" + random.nextInt(5), random.nextBoolean());
        case TUPLE, LIST -> list(kind.typeCode());
        case SET, FROZENSET -> {
          SequenceValue.Builder set = SequenceValue.unfinished(kind.typeCode());
          fillers.add(() -> set.finish(keys()));
          yield set.value();
        }
        case DICT, FROZENDICT -> dict(kind.typeCode());
        case SLICE -> {
          SliceValue.Builder slice = SliceValue.unfinished();
          fillers.add(() -> slice.finish(any(), any(), any()));
          yield slice.value();
        }
        case CODE -> TestImages.code("f" + random.nextInt(3), list(TypeCode.TUPLE));
        case RECORD -> record();
        case EXTERNAL -> ExternalValue.of("x" + random.nextInt(8));
      };
    }

    Value any() {
      return nodes.get(random.nextInt(nodes.size()));
    }

    Value list(int code) {
      SequenceValue.Builder list = SequenceValue.unfinished(code);
      fillers.add(
          () -> {
            Value[] items = new Value[random.nextInt(6)];
            for (int i = 0; i < items.length; i++) {
              items[i] = any();
            }
            list.finish(items);
          });
      return list.value();
    }

    /** Makes keys that differ whatever Python takes for equal. */
    Value[] keys() {
      List<Value> keys = new ArrayList<>();
      Set<Value> records = Collections.newSetFromMap(new IdentityHashMap<>());
      for (int i = 0, count = random.nextInt(5); i < count; i++) {
        switch (random.nextInt(4)) {
          case 0 -> keys.add(IntValue.of(100 + i));
          case 1 -> keys.add(StrValue.of("k" + i));
          case 2 -> keys.add(ExternalValue.of("y" + i));
          default -> {
            Value key = any();
            if (key.kind() == Kind.RECORD && records.add(key)) {
              keys.add(key);
            }
          }
        }
      }
      return keys.toArray(new Value[0]);
    }

    Value dict(int code) {
      DictValue.Builder dict = DictValue.unfinished(code);
      fillers.add(
          () -> {
            Value[] keys = keys();
            Value[] entries = new Value[2 * keys.length];
            for (int i = 0; i < keys.length; i++) {
              entries[2 * i] = keys[i];
              entries[2 * i + 1] = any();
            }
            dict.finish(entries);
          });
      return dict.value();
    }

    Value record() {
      int shape = random.nextInt(6);
      RecordType type =
          new RecordType("t" + shape / 2, shape % 2, shape % 3, shape / 2, shape % 2 == 1);
      RecordValue.Builder record = RecordValue.unfinished(type);
      fillers.add(
          () -> {
            int others = type.fixedSlots() + type.repeatedSlots() * random.nextInt(3);
            Value[] slots = new Value[others + (type.hasBytes() ? 1 : 0)];
            for (int i = 0; i < others; i++) {
              slots[i] = random.nextInt(5) == 0 ? null : any();
            }
            if (type.hasBytes()) {
              slots[others] = BytesValue.of(new byte[random.nextInt(5)]);
            }
            record.finish(slots);
          });
      return record.value();
    }
  }

  /**
   * Says where a graph and what was read of it differ. Equal immutable values may have become one;
   * what is kept apart must not.
   */
  private static String difference(Value root, Value read, Set<Kind> met) {
    Map<Value, Value> matched = new IdentityHashMap<>();
    Map<Value, Value> back = new IdentityHashMap<>();
    Deque<Value> open = new ArrayDeque<>(List.of(root, read));
    while (!open.isEmpty()) {
      Value a = open.poll();
      Value b = open.poll();
      Value known = matched.putIfAbsent(a, b);
      if (known == b) {
        continue;
      }
      if (known != null) {
        return "one object has become two: " + a;
      }
      if (a.kind() != b.kind() || a.childCount() != b.childCount()) {
        return a + " and " + b;
      }
      met.add(a.kind());
      if (!a.kind().isMerged() && back.put(b, a) != null) {
        return "two objects have become one: " + a;
      }
      if (a instanceof RecordValue one && !one.type().equals(((RecordValue) b).type())) {
        return a + " and " + b;
      }
      if (a instanceof CodeValue one && one.version() != ((CodeValue) b).version()) {
        return a + " and " + b;
      }
      if (!a.kind().hasSlots() && !CanonicalJson.write(a).equals(CanonicalJson.write(b))) {
        return a + " and " + b;
      }
      for (int i = 0; i < a.childCount(); i++) {
        if ((a.child(i) == null) != (b.child(i) == null)) {
          return a + ", slot " + i;
        }
        if (a.child(i) != null) {
          open.add(a.child(i));
          open.add(b.child(i));
        }
      }
    }
    return null;
  }

  /** Holds what a cursor and views say of each object against its value. */
  private static void compareByCursor(MarshalImage image, ImageObject root, Value value) {
    ImageCursor cursor = image.cursor();
    Map<Value, Long> seen = new IdentityHashMap<>();
    Deque<Value> open = new ArrayDeque<>();
    seen.put(value, root.offset());
    open.add(value);
    while (!open.isEmpty()) {
      Value each = open.poll();
      long offset = seen.get(each);
      cursor.moveTo(offset);
      assertThat(cursor.kind()).isEqualTo(each.typeCode());
      assertThat(cursor.slotCount()).isEqualTo(each.childCount());
      ImageObject view = Views.at(image.bytes(), offset);
      if (view instanceof RecordView record) {
        assertThat(record.recordType()).isEqualTo(((RecordValue) each).type());
        assertThat(record.slotCount()).isEqualTo(each.childCount());
      }
      for (int i = 0; i < each.childCount(); i++) {
        Value child = each.child(i);
        long target = cursor.slot(i);
        assertThat(target == 0).isEqualTo(child == null);
        if (view instanceof RecordView record) {
          ImageObject slot = record.slot(i);
          assertThat(slot == null ? 0 : slot.offset()).isEqualTo(target);
        }
        if (child != null) {
          Long known = seen.putIfAbsent(child, target);
          if (known == null) {
            open.add(child);
          } else {
            assertThat(known).isEqualTo(target);
          }
        }
      }
    }
  }

  @Test
  void comeBackAsTheyWere() throws Exception {
    Set<Kind> met = EnumSet.noneOf(Kind.class);
    for (int seed = 0; seed < COUNT; seed++) {
      Value graph = new Maker(seed).make();
      int width = seed % 2 == 0 ? HeaderLayout.COMPACT_WIDTH : HeaderLayout.ADDRESS_WIDTH;
      Files.deleteIfExists(path);
      write(graph, width);
      byte[] bytes = Files.readAllBytes(path);
      assertThat(MarshalImage.verify(path, 10).findings()).as("seed " + seed).isEmpty();
      Value copy;
      try (MarshalImage image = MODES[seed / 2 % MODES.length].map(path)) {
        copy = image.root("x").toValue();
        assertThat(difference(graph, copy, met)).as("seed " + seed).isNull();
        compareByCursor(image, image.root("x"), copy);
        assertThat(Touch.all(image).first()).as("seed " + seed).isNull();
      }
      Files.delete(path);
      write(copy, width);
      assertThat(Files.readAllBytes(path)).as("seed " + seed).isEqualTo(bytes);
    }
    assertThat(met).containsExactlyInAnyOrder(Kind.values());
  }

  @Test
  void stateOfAProgramIsReadInEveryMode() throws Exception {
    int number = 0;
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      for (LinkMode mode : LinkMode.values()) {
        Files.deleteIfExists(path);
        write(TestImages.state(), width);
        Path target = directory.resolve("mode" + number + ".img");
        mode.prepare(path, target, number++);
        assertThat(MarshalImage.verify(target, 10).findings()).as(mode.toString()).isEmpty();
        try (MarshalImage image = mode.map(target)) {
          Value copy = image.root("x").toValue();
          assertThat(Graphs.difference(Graphs.of(image).get("x"), copy)).isNull();
          assertThat(difference(TestImages.state(), copy, EnumSet.noneOf(Kind.class))).isNull();
          assertThat(Touch.all(image).first()).isNull();
        }
      }
    }
  }

  private void write(Value graph, int width) throws IOException {
    try (ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      writer.add("x", graph).write(path);
    }
  }
}
