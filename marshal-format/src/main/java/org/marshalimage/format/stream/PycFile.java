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
 * @param forms how the file spells the object, so that {@link #toByteArray()} gives its very bytes;
 *     null if that is not known or not wanted
 */
public record PycFile(
    PythonVersion version, PycHeader header, Value root, @Nullable StreamForms forms) {
  private static final int MAGIC_LENGTH = 4;

  /**
   * Makes a file of a graph.
   *
   * @param version the Python that is to read the file
   * @param header what the header records of the source
   * @param root the object
   */
  public PycFile(PythonVersion version, PycHeader header, Value root) {
    this(version, header, root, null);
  }

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
    PythonVersion version = checkHeader(bytes, file);
    PycHeader header = PycHeader.parse(bytes, version, file);
    int start = version.headerLength();
    Value root = MarshalDecoder.decode(bytes, start, bytes.length, version, file);
    return new PycFile(version, header, root);
  }

  /**
   * Decodes the bytes of a file and keeps how they spell the object.
   *
   * @param bytes the whole file; not kept
   * @param file its name for messages; null if there is none
   * @return the file, with forms
   * @throws MarshalStreamException if the bytes are not those of a {@code .pyc} file
   */
  public static PycFile parseExactly(byte[] bytes, @Nullable String file) {
    PythonVersion version = checkHeader(bytes, file);
    PycHeader header = PycHeader.parse(bytes, version, file);
    int start = version.headerLength();
    DecodedStream stream = MarshalDecoder.decodeExactly(bytes, start, bytes.length, version, file);
    return new PycFile(version, header, stream.root(), stream.forms());
  }

  /**
   * Encodes the file.
   *
   * @return its bytes: with forms those that were read, without bytes behind the object, else those
   *     that CPython would write
   * @throws MarshalEncodeException if the version cannot hold the graph
   * @throws IllegalArgumentException if the version has no header of this kind
   */
  public byte[] toByteArray() {
    return toByteArray(
        forms == null
            ? MarshalEncoder.encode(root, version)
            : MarshalEncoder.encodeExactly(root, version, forms));
  }

  /**
   * Encodes the file in a stream version of choice.
   *
   * @param streamVersion 0 to the greatest that the Python writes
   * @return its bytes
   * @throws MarshalEncodeException if the stream version cannot hold the graph
   * @throws IllegalArgumentException if the version has no header of this kind
   */
  public byte[] toByteArray(int streamVersion) {
    return toByteArray(MarshalEncoder.encode(root, version, streamVersion));
  }

  private byte[] toByteArray(byte[] stream) {
    byte[] bytes = new byte[version.headerLength() + stream.length];
    header.write(bytes, version);
    System.arraycopy(stream, 0, bytes, version.headerLength(), stream.length);
    return bytes;
  }

  /** Returns the version of a file whose header is whole. */
  private static PythonVersion checkHeader(byte[] bytes, @Nullable String file) {
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
    return version;
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
        "unknown magic number: found "
            + number
            + PythonVersion.hintOnUnknown(number)
            + ", expected one of "
            + known,
        MarshalFormatException.NO_OFFSET,
        file);
  }
}
