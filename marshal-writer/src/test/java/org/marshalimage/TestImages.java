package org.marshalimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
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
