package org.marshalimage.jython.compiled;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * The sources of modules whose state is in an image, as they were when it was made. A source in an
 * archive is found as Jython finds it. Not thread-safe.
 */
public final class SourceFiles {
  /** The root of an image that has them: a tuple of a tuple for each. */
  public static final String ROOT = "jython.sources";

  private static final int FIELDS = 5;

  private final List<Value> files = new ArrayList<>();

  /** Makes an empty list. */
  public SourceFiles() {}

  /**
   * Enters the source of a module; nothing if it is not there.
   *
   * @param root of the module's state
   * @param file as the module has it: the source, or what was compiled of it beside it
   * @throws IOException if it cannot be read
   */
  public void add(String root, String file) throws IOException {
    String path = ClassFiles.absolute(source(file));
    byte[] bytes = ClassFiles.readAt(path);
    if (bytes != null) {
      files.add(
          SequenceValue.tuple(
              StrValue.of(root),
              StrValue.of(path),
              IntValue.of(bytes.length),
              IntValue.of(checksum(bytes)),
              IntValue.of(new File(path).lastModified())));
    }
  }

  private static String source(String file) {
    if (file.endsWith(CompiledFile.FILE_SUFFIX)) {
      return file.substring(0, file.length() - CompiledFile.FILE_SUFFIX.length()) + ".py";
    }
    return file.endsWith(".pyc") ? file.substring(0, file.length() - 1) : file;
  }

  private static long checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  /**
   * Returns what has been entered.
   *
   * @return a new tuple, for the root {@link #ROOT}
   */
  public Value toValue() {
    return SequenceValue.tuple(files.toArray(new Value[0]));
  }

  /**
   * Compares the sources of an image with those that are there. One that is gone is none that has
   * changed; contents count, and not the time.
   *
   * @param image whose state is to be used
   * @return what has changed, for a person; null if nothing has
   */
  public static @Nullable String misfit(MarshalImage image) {
    ImageObject root = image.hasModule(ROOT) ? image.module(ROOT).root() : null;
    if (!(root instanceof TupleView all)) {
      return "no sources are recorded, image=" + image.path();
    }
    for (ImageObject each : all) {
      if (each instanceof TupleView file
          && file.size() == FIELDS
          && file.get(0) instanceof StrView module
          && file.get(1) instanceof StrView path
          && file.get(2) instanceof IntView length
          && file.get(3) instanceof IntView checksum
          && file.get(4) instanceof IntView modified) {
        boolean isKept = image.hasModule(module.toString());
        if (isKept
            && hasChanged(path.toString(), number(length), number(checksum), number(modified))) {
          return "source has changed: " + path;
        }
      } else {
        return "sources are not recorded as they have to be, image=" + image.path();
      }
    }
    return null;
  }

  private static long number(IntView view) {
    return view.isLong() ? view.longValue() : -1;
  }

  private static boolean hasChanged(String path, long length, long checksum, long modified) {
    File file = new File(path);
    if (modified != 0 && file.lastModified() == modified && file.length() == length) {
      return false;
    }
    try {
      byte[] bytes = ClassFiles.readAt(path);
      return bytes != null && (bytes.length != length || checksum(bytes) != checksum);
    } catch (IOException e) {
      return true;
    }
  }
}
