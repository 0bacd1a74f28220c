package org.marshalimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/** Makes images for tests. */
public final class TestImages {
  private TestImages() {}

  /** Writes an image of files below a folder of testdata; roots are named by their paths in it. */
  public static Path ofFolder(Path directory, String folder) {
    Path target = directory.resolve(folder.replace('/', '-') + ".img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (Path file : TestData.files(folder, ".pyc")) {
        writer.addModule(nameOf(file), PycFile.read(file), false);
      }
      writer.write(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  /** Returns the name that {@link #ofFolder} gives the root of a file. */
  public static String nameOf(Path file) {
    return TestData.path("").relativize(file).toString();
  }

  /** Writes an image of one root. */
  public static Path of(Path directory, Value root) {
    return of(directory, List.of(root));
  }

  /** Writes an image of roots named "0", "1" and so on. */
  public static Path of(Path directory, List<? extends Value> roots) {
    return of(directory, roots, HeaderLayout.COMPACT_WIDTH);
  }

  /** Writes an image of one root with slots of 8 bytes, for tests that forge them. */
  public static Path withAddresses(Path directory, Value root) {
    return of(directory, List.of(root), HeaderLayout.ADDRESS_WIDTH);
  }

  private static Path of(Path directory, List<? extends Value> roots, int pointerWidth) {
    Path target = directory.resolve("values.img");
    try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
      for (int i = 0; i < roots.size(); i++) {
        writer.add(Integer.toString(i), roots.get(i));
      }
      writer.write(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  /** Returns, of the objects that roots lead to, every third: what a start might touch. */
  public static long[] everyThird(MarshalImage image) {
    Set<Long> seen = new LinkedHashSet<>();
    ImageCursor cursor = image.cursor();
    for (ImageModule module : image.modules()) {
      Deque<Long> open = new ArrayDeque<>(List.of(module.rootOffset()));
      while (!open.isEmpty()) {
        long offset = open.pop();
        if (seen.add(offset)) {
          cursor.moveTo(offset);
          for (int i = 0; i < cursor.slotCount(); i++) {
            if (cursor.slot(i) != 0) {
              open.add(cursor.slot(i));
            }
          }
        }
      }
    }
    List<Long> found = new ArrayList<>(seen);
    return IntStream.range(0, found.size())
        .filter(i -> i % 3 == 1)
        .mapToLong(i -> found.get(found.size() - 1 - i))
        .toArray();
  }

  /** Returns a program's state: records of some types, externals, and cycles through all. */
  public static Value state() {
    RecordType module = new RecordType("module", 1, 2, 0, false);
    RecordType function = new RecordType("function", 1, 3, 1, false);
    RecordType older = new RecordType("function", 0, 1, 0, false);
    RecordType pattern = new RecordType("r\u00e9", 7, 0, 2, true);
    RecordValue.Builder owner = RecordValue.unfinished(module);
    RecordValue.Builder made = RecordValue.unfinished(function);
    SequenceValue.Builder self = SequenceValue.unfinished(TypeCode.TUPLE);
    SliceValue.Builder slice = SliceValue.unfinished();
    CodeValue code = code("f", made.value(), ExternalValue.of("builtins.len"), slice.value());
    Value bytes = BytesValue.of(new byte[] {1, 2, 3});
    Value compiled =
        RecordValue.of(pattern, StrValue.of("x", true), null, owner.value(), code, bytes);
    self.finish(new Value[] {owner.value(), self.value(), compiled});
    slice.finish(slice.value(), code, Singleton.NONE);
    made.finish(new Value[] {code, owner.value(), null, self.value(), made.value()});
    Value names =
        DictValue.dict(
            StrValue.of("f", true),
            made.value(),
            ExternalValue.of("builtins.int"),
            ExternalValue.of("\u00e9.x"),
            made.value(),
            RecordValue.of(older, ExternalValue.of("builtins.len")));
    return owner.finish(new Value[] {names, StrValue.of("m", true)});
  }

  /** Returns a code object with these constants and else nothing of note. */
  public static CodeValue code(String name, Value... consts) {
    return code(name, SequenceValue.tuple(consts), SequenceValue.tuple());
  }

  /** Returns a code object with these names and else nothing of note. */
  public static CodeValue codeWithNames(String name, SequenceValue names) {
    return code(name, SequenceValue.tuple(), names);
  }

  private static CodeValue code(String name, SequenceValue consts, SequenceValue names) {
    Value none = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(none)
        .consts(consts)
        .names(names)
        .localNames(SequenceValue.tuple())
        .kinds(none)
        .filename(StrValue.of("f.py"))
        .name(StrValue.of(name))
        .qualName(StrValue.of(name))
        .lineTable(none)
        .exceptionTable(none)
        .build();
  }
}
