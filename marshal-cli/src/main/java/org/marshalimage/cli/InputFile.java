package org.marshalimage.cli;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;

/**
 * An input that an argument names: a file, a pipe, or "-" for standard input. It is opened once and
 * read from front to end; its first bytes tell what it is. What has to be a file, as an image has
 * to be to be mapped, is copied from a pipe to a private temporary file that {@link #close}
 * deletes.
 */
final class InputFile implements AutoCloseable {
  /** By which the system names standard input. */
  static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  private static final Set<Path> STANDARD_INPUTS =
      Set.of(Path.of("-"), STANDARD_INPUT, Path.of("/dev/fd/0"), Path.of("/proc/self/fd/0"));

  /** Of a file's mode, what kind it is; a pipe. */
  private static final int KIND_MASK = 0170000;

  private static final int PIPE = 0010000;

  private static final int BUFFER_SIZE = 1 << 16;

  /** The first that can unmap a file. */
  private static final int UNMAPPING_JDK = 22;

  private static final boolean IS_WINDOWS = File.separatorChar == '\\';

  /** Characters of a name that a message repeats at most. */
  private static final int MOST_SHOWN = 200;

  /** What temporary files hold, by their paths: messages name that. */
  private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

  private final Path path;
  private @Nullable InputStream in;
  private byte[] start = new byte[0];
  private @Nullable Path folder;
  private @Nullable Path copy;

  private InputFile(Path path) {
    this.path = path;
  }

  /** Returns an input that is opened when it is first used. */
  static InputFile of(Path path) {
    return new InputFile(path);
  }

  /** Tells whether a path names standard input. */
  static boolean isStandardInput(Path path) {
    return STANDARD_INPUTS.contains(path);
  }

  /** Tells whether a path is that of a pipe, or names standard input. */
  static boolean isPipe(Path path) {
    if (isStandardInput(path)) {
      return true;
    }
    try {
      return ((Integer) Files.getAttribute(path, "unix:mode") & KIND_MASK) == PIPE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Names inputs as the user did, where a text has the paths of their temporary files. */
  static String named(String text) {
    String result = text;
    for (Map.Entry<String, String> each : NAMES.entrySet()) {
      result = result.replace(each.getKey(), each.getValue());
    }
    return result;
  }

  private InputStream in() throws IOException {
    if (in == null) {
      if (Files.isDirectory(path)) {
        throw new IOException("is a directory, expected a file: " + path);
      }
      in = isStandardInput(path) ? System.in : Files.newInputStream(path);
      start = in.readNBytes(Long.BYTES);
    }
    return in;
  }

  /** Tells an image from all else by its first bytes. */
  boolean isImage() throws IOException {
    in();
    return start.length == Long.BYTES
        && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong() == HeaderLayout.MAGIC;
  }

  /**
   * Reads a {@code .pyc} file. To be called once.
   *
   * @throws IOException also if it is longer than {@link PycBytes#MAX_LENGTH}
   */
  byte[] pyc() throws IOException {
    InputStream rest = in();
    if (Files.isRegularFile(path)) {
      PycBytes.checkLength(Files.size(path), path);
    }
    return PycBytes.read(new SequenceInputStream(new ByteArrayInputStream(start), rest), path);
  }

  /** Maps an image. */
  MarshalImage map() throws IOException {
    Path file = image();
    return copy == null ? MarshalImage.map(file) : mapBriefly(file);
  }

  /**
   * Maps a file that is to be deleted or replaced when the image is closed. Windows refuses that
   * for what is mapped, so that it is unmapped at once where the JDK can.
   */
  static MarshalImage mapBriefly(Path file) throws IOException {
    return Runtime.version().feature() < UNMAPPING_JDK
        ? MarshalImage.map(file)
        : MarshalImage.map(file, MapOptions.builder().unmapOnClose().build());
  }

  /** Deletes a temporary file; on Windows, one that is still mapped stays. */
  static void deleteTemporary(Path file) throws IOException {
    try {
      Files.deleteIfExists(file);
    } catch (FileSystemException e) {
      if (!IS_WINDOWS) {
        throw e;
      }
    }
  }

  /** Returns the file of an image: the one that is named, or a copy of what comes from a pipe. */
  Path image() throws IOException {
    if (copy != null) {
      return copy;
    }
    if (!isPipe(path)) {
      return path;
    }
    if (!isImage()) {
      throw new BadInputException("not an image: " + path);
    }
    return copy("image");
  }

  /**
   * Returns a file or folder for {@link PycInputs}: what is named, or a copy of what comes from a
   * pipe, an archive or a {@code .pyc} file. The module has the name of the pipe if that ends in
   * {@code .pyc}, else the name that the code has for its source.
   */
  Path module() throws IOException {
    if (!isPipe(path)) {
      return path;
    }
    if (isImage()) {
      throw new BadInputException("is an image, expected a .pyc file or an archive: " + path);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK") || text.startsWith("#!")) {
      return copy("archive.zip");
    }
    byte[] bytes = pyc();
    start = bytes;
    in = InputStream.nullInputStream();
    String name = path.getFileName().toString();
    if (name.endsWith(".pyc")) {
      return copy(name);
    }
    copy(sourceName(PycFile.parse(bytes, path.toString()).root()) + ".pyc");
    return folder;
  }

  /** Returns the path of a module below its folder, without a suffix. */
  private String sourceName(Value root) {
    if (!(root instanceof CodeValue code) || !(code.filename() instanceof StrValue filename)) {
      return "root";
    }
    String[] parts = filename.toString().split("[/\\\\]");
    String stem = parts[parts.length - 1].replaceFirst("\\.py$", "");
    String name =
        stem.equals("__init__") && parts.length > 1 ? parts[parts.length - 2] + "/" + stem : stem;
    if (!name.matches("[\\p{L}\\p{N}_-]+(?:/__init__)?") || name.equals("__init__")) {
      throw new BadInputException(
          "no name for the module: its source is called '"
              + shown(filename.toString())
              + "', and the pipe does not end in .pyc: "
              + path);
    }
    return name;
  }

  private static String shown(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  /** Copies what is read to a file that no other user can open. */
  private Path copy(String name) throws IOException {
    InputStream rest = in();
    folder = Files.createTempDirectory("marshal-").toRealPath();
    folder.toFile().deleteOnExit();
    try {
      copy = folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new BadInputException(
          "locale cannot spell the name of a file: '" + name + "'; try LC_ALL=C.UTF-8: " + path);
    }
    Files.createDirectories(copy.getParent());
    copy.getParent().toFile().deleteOnExit();
    copy.toFile().deleteOnExit();
    NAMES.put(copy.toString(), path.toString());
    long length = start.length;
    try (OutputStream out = Files.newOutputStream(copy)) {
      out.write(start);
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int count; (count = rest.read(buffer)) >= 0; length += count) {
        if (length + count > Integer.MAX_VALUE) {
          throw new BadInputException("longer than 2 GiB: " + path);
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new IOException(
          "cannot copy to " + folder.getParent() + ": " + e.getMessage() + ": " + path, e);
    }
    return copy;
  }

  /** Returns the name that messages give. */
  @Override
  public String toString() {
    return path.toString();
  }

  @Override
  public void close() throws IOException {
    if (in != null && in != System.in) {
      in.close();
    }
    if (copy != null) {
      deleteTemporary(copy);
      if (!copy.getParent().equals(folder)) {
        deleteTemporary(copy.getParent());
      }
    }
    if (folder != null) {
      deleteTemporary(folder);
    }
  }
}
