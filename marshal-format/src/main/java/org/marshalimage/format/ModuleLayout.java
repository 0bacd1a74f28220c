package org.marshalimage.format;

/**
 * A root of the image, mostly a module; see the package description. Offsets and sizes in bytes.
 */
public final class ModuleLayout {
  public static final int NAME_OFFSET = 0;
  public static final int SEGMENT_OFFSET = 8;
  public static final int SEGMENT_LENGTH_OFFSET = 16;
  public static final int SOURCE_OFFSET = 24;
  public static final int FLAGS_OFFSET = 32;
  public static final int MAGIC_OFFSET = 36;
  public static final int CHECKSUM_OFFSET = 40;
  public static final int FIRST_CODE_OFFSET = 44;
  public static final int CODE_COUNT_OFFSET = 48;
  public static final int COLD_CHECKSUM_OFFSET = 52;
  public static final int COLD_OFFSET = 56;
  public static final int COLD_LENGTH_OFFSET = 64;

  /** Bytes of an entry. */
  public static final int SIZE = 72;

  /** The root is a package's code. */
  public static final int FLAG_PACKAGE = 1;

  /** The root is the code of a module that came from a {@code .pyc} file. */
  public static final int FLAG_PYC = 2;

  /** SOURCE holds the source's modification time in its low half: unsigned seconds since 1970. */
  public static final int FLAG_MTIME = 4;

  /** With FLAG_MTIME, in all but 2.7: SOURCE holds the size in its high half, bytes modulo 2^32. */
  public static final int FLAG_SOURCE_SIZE = 8;

  /** From 3.7 on: SOURCE holds the source's hash (PEP 552), its first byte lowest. */
  public static final int FLAG_HASH = 16;

  /** With {@link #FLAG_HASH}: the hash is to be compared with the source (PEP 552). */
  public static final int FLAG_CHECK_SOURCE = 32;

  private ModuleLayout() {}
}
