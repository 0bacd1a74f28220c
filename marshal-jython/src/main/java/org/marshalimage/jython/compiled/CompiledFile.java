package org.marshalimage.jython.compiled;

import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A class of Jython's compiler: of a module, in a class file, or of text.
 *
 * @param className of the class in it: {@code json.decoder$py}; of a package's {@code __init__}
 *     that of the package, {@code json$py}
 * @param source what Jython took its code from, as tracebacks show it: a {@code .py} file, there or
 *     not, or the class file itself
 * @param path of the class file where the reference was made. It may go on inside an archive, or
 *     start with {@code __pyclasspath__/}
 * @param length of the file in bytes
 * @param checksum of all of its bytes, CRC-32, which archives have of their entries
 * @param modified when the file was last changed, in milliseconds since 1970; 0 of an entry of an
 *     archive and of what a class loader finds
 * @param contents the file itself, of a class that was compiled from text and lies in no file; null
 *     of all others. Not to be changed
 */
public record CompiledFile(
    String className,
    String source,
    String path,
    int length,
    int checksum,
    long modified,
    byte @Nullable [] contents) {
  /** What the name of a class file, and of a class, ends with. */
  static final String SUFFIX = "$py";

  static final String FILE_SUFFIX = SUFFIX + ".class";

  private static final String INIT = "__init__" + FILE_SUFFIX;

  static CompiledFile of(
      String className, String source, String path, byte[] bytes, long modified) {
    return new CompiledFile(className, source, path, bytes.length, checksum(bytes), modified, null);
  }

  /** Returns what stands for a class that was compiled from text. */
  static CompiledFile ofText(String className, String source, byte[] bytes) {
    return new CompiledFile(className, source, "", bytes.length, checksum(bytes), 0, bytes);
  }

  private static int checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /** Tells whether these are the bytes of the file. */
  boolean has(byte[] bytes) {
    return bytes.length == length && checksum(bytes) == checksum;
  }

  /** Returns what {@link #has} compares, of these bytes. */
  static String describe(byte[] bytes) {
    return describe(bytes.length, checksum(bytes));
  }

  String describe() {
    return describe(length, checksum);
  }

  private static String describe(int length, int checksum) {
    return "length " + length + " checksum 0x" + Integer.toHexString(checksum);
  }

  /** Returns where the file lies below an entry of {@code sys.path}, with slashes. */
  String relativePath() {
    String module = className.substring(0, className.length() - SUFFIX.length()).replace('.', '/');
    String name = path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
    return name.equals(INIT) ? module + "/" + INIT : module + FILE_SUFFIX;
  }
}
