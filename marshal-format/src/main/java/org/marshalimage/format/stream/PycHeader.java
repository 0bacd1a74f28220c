package org.marshalimage.format.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;

/**
 * What the header of a {@code .pyc} file records of the source, by which an importer tells whether
 * the file is current.
 *
 * @param kind which of the fields below mean anything
 * @param mtime modification time: unsigned 32-bit seconds since 1970; 0 unless the kind is
 *     TIMESTAMP
 * @param sourceSize bytes modulo 2^32; 0 unless the kind is TIMESTAMP, and in 2.7
 * @param hash the eight bytes of the source hash, the first one lowest; 0 unless the kind is a hash
 */
public record PycHeader(Kind kind, long mtime, long sourceSize, long hash) {
  /** How a file is compared with its source (PEP 552). */
  public enum Kind {
    /** By modification time and, from 3.3 on, size. */
    TIMESTAMP,
    /** By a hash of the source. */
    CHECKED_HASH,
    /** Not at all, though the hash is there. */
    UNCHECKED_HASH
  }

  private static final int FLAG_HASH = 1;
  private static final int FLAG_CHECK_SOURCE = 2;
  private static final int MAGIC_LENGTH = 4;

  /** Bytes; far above any real source. A hash needs them all in memory. */
  private static final int MAX_HASHED_LENGTH = 256 << 20;

  private static final double SECONDS_PER_NANO = 1e-9;

  static PycHeader parse(byte[] bytes, PythonVersion version, @Nullable String file) {
    int at = MAGIC_LENGTH;
    if (version.hasPycFlags()) {
      long flags = unsignedInt(bytes, at);
      if ((flags & ~(FLAG_HASH | FLAG_CHECK_SOURCE)) != 0) {
        throw new MarshalStreamException(
            "unknown flags in the .pyc header: expected 0 to 3, found 0x" + Long.toHexString(flags),
            at,
            file);
      }
      at += Integer.BYTES;
      if ((flags & FLAG_HASH) != 0) {
        long hash = unsignedInt(bytes, at) | unsignedInt(bytes, at + Integer.BYTES) << Integer.SIZE;
        boolean checked = (flags & FLAG_CHECK_SOURCE) != 0;
        return new PycHeader(checked ? Kind.CHECKED_HASH : Kind.UNCHECKED_HASH, 0, 0, hash);
      }
    }
    long size = version.isPython2() ? 0 : unsignedInt(bytes, at + Integer.BYTES);
    return new PycHeader(Kind.TIMESTAMP, unsignedInt(bytes, at), size, 0);
  }

  /** Writes the magic word and the header of a version to the start of an array. */
  void write(byte[] bytes, PythonVersion version) {
    putInt(bytes, 0, version.magicWord());
    int at = MAGIC_LENGTH;
    if (!version.hasPycFlags() && kind != Kind.TIMESTAMP) {
      throw new IllegalArgumentException(
          "a .pyc file of Python " + version + " holds no hash: that came with 3.7");
    }
    if (version.hasPycFlags()) {
      int flags =
          kind == Kind.TIMESTAMP
              ? 0
              : kind == Kind.CHECKED_HASH ? FLAG_HASH | FLAG_CHECK_SOURCE : FLAG_HASH;
      putInt(bytes, at, flags);
      at += Integer.BYTES;
    }
    if (kind != Kind.TIMESTAMP) {
      putInt(bytes, at, (int) hash);
      putInt(bytes, at + Integer.BYTES, (int) (hash >>> Integer.SIZE));
      return;
    }
    putInt(bytes, at, (int) mtime);
    if (!version.isPython2()) {
      putInt(bytes, at + Integer.BYTES, (int) sourceSize);
    }
  }

  private static void putInt(byte[] bytes, int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> Byte.SIZE * i);
    }
  }

  /**
   * Makes the header of a file that is compared with its source by modification time and size.
   *
   * @param mtime seconds since 1970; kept modulo 2^32, as CPython does
   * @param sourceSize bytes; kept modulo 2^32
   * @return the header
   */
  public static PycHeader timestamp(long mtime, long sourceSize) {
    return new PycHeader(Kind.TIMESTAMP, mtime & 0xFFFFFFFFL, sourceSize & 0xFFFFFFFFL, 0);
  }

  /**
   * Makes the header of a file that holds its source's hash.
   *
   * @param hash what {@link SourceHash} gives
   * @param checked whether an importer is to compare it with the source
   * @return the header
   */
  public static PycHeader hash(long hash, boolean checked) {
    return new PycHeader(checked ? Kind.CHECKED_HASH : Kind.UNCHECKED_HASH, 0, 0, hash);
  }

  /**
   * Makes the header that CPython would write now if it compiled a source.
   *
   * <p>Source: {@code SourceLoader.get_code} in CPython's {@code
   * Lib/importlib/_bootstrap_external.py}, {@code fill_time} in {@code Modules/posixmodule.c}.
   *
   * @param source the source; of a link what it leads to
   * @param kind which header
   * @param version the Python whose header it is
   * @return the header
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if it cannot be read, is no regular file, or is too large to be hashed
   * @throws IllegalArgumentException if that Python's files hold no hash and one is asked for
   */
  public static PycHeader ofSource(Path source, Kind kind, PythonVersion version)
      throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(source, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(source.toString(), null, "not a regular file");
    }
    if (kind == Kind.TIMESTAMP) {
      return timestamp(
          seconds(attributes.lastModifiedTime().toInstant()),
          version.isPython2() ? 0 : attributes.size());
    }
    try (InputStream in = Files.newInputStream(source)) {
      byte[] bytes = in.readNBytes(MAX_HASHED_LENGTH + 1);
      if (bytes.length > MAX_HASHED_LENGTH) {
        throw new IOException(
            "source is too large to be hashed: max=" + MAX_HASHED_LENGTH + ", file=" + source);
      }
      return hash(SourceHash.of(bytes, version), kind == Kind.CHECKED_HASH);
    }
  }

  /**
   * Returns a time in seconds as CPython does, through a double: what lies within about 0.12 µs of
   * the next second is that second, and before 1970 a part of a second is cut off towards 1970.
   */
  private static long seconds(Instant time) {
    return (long) (time.getEpochSecond() + SECONDS_PER_NANO * time.getNano());
  }

  private static long unsignedInt(byte[] bytes, int at) {
    return (bytes[at] & 0xFFL)
        | (bytes[at + 1] & 0xFFL) << 8
        | (bytes[at + 2] & 0xFFL) << 16
        | (bytes[at + 3] & 0xFFL) << 24;
  }
}
