package org.marshalimage.format.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.Value;

/**
 * A {@code .pyc} file: its header and the object behind it, mostly a code object.
 *
 * <p>Immutable. Source of the header: PEP 552 and CPython's {@code
 * Lib/importlib/_bootstrap_external.py}.
 *
 * @param version the Python that wrote the file
 * @param header what the header records of the source
 * @param root the object
 */
public record PycFile(PythonVersion version, PycHeader header, Value root) {
  private static final int MAGIC_LENGTH = 4;

  /**
   * Reads and decodes a file.
   *
   * @param path a {@code .pyc} file
   * @return the file
   * @throws IOException if it cannot be read
   * @throws MarshalStreamException if its bytes are not those of a {@code .pyc} file
   */
  public static PycFile read(Path path) throws IOException {
    return parse(Files.readAllBytes(path), path.toString());
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param bytes the whole file; not kept
   * @param file its name for messages; null if there is none
   * @return the file
   * @throws MarshalStreamException if the bytes are not those of a {@code .pyc} file
   */
  public static PycFile parse(byte[] bytes, @Nullable String file) {
    if (bytes.length == 0) {
      throw new MarshalStreamException("empty, expected a .pyc file", 0, file);
    }
    if (bytes.length < MAGIC_LENGTH) {
      throw new MarshalStreamException(
          "too short for the magic number: length=" + bytes.length + ", expected=" + MAGIC_LENGTH,
          0,
          file);
    }
    PythonVersion version = version(bytes, file);
    if (bytes.length < version.headerLength()) {
      throw new MarshalStreamException(
          "too short for the header of Python "
              + version
              + ": length="
              + bytes.length
              + ", expected="
              + version.headerLength(),
          bytes.length,
          file);
    }
    PycHeader header = PycHeader.parse(bytes, version, file);
    Value root = MarshalDecoder.decode(bytes, version.headerLength(), bytes.length, version, file);
    return new PycFile(version, header, root);
  }

  private static PythonVersion version(byte[] bytes, @Nullable String file) {
    int number = bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8;
    if (bytes[2] != '\r' || bytes[3] != '\n') {
      throw new MarshalStreamException(
          String.format(
              "not a .pyc file: expected 0d 0a behind the magic number, found %02x %02x",
              bytes[2], bytes[3]),
          2,
          file);
    }
    PythonVersion version = PythonVersion.ofMagicNumber(number);
    if (version != null) {
      return version;
    }
    StringBuilder known = new StringBuilder();
    for (PythonVersion each : PythonVersion.values()) {
      known.append(known.length() == 0 ? "" : ", ").append(each.magicNumber());
      known.append(" (").append(each).append(')');
    }
    throw new MarshalStreamException(
        "unknown magic number: found " + number + ", expected one of " + known,
        MarshalFormatException.NO_OFFSET,
        file);
  }
}
