package org.marshalimage.format;

import org.jspecify.annotations.Nullable;

/**
 * The CPython versions whose {@code .pyc} files and code objects are known.
 *
 * <p>Source of the magic numbers: CPython's {@code Lib/importlib/_bootstrap_external.py} and, from
 * 3.14 on, {@code Include/internal/pycore_magic_number.h}; of the marshal versions: {@code
 * Include/marshal.h}. Only the magic numbers of final releases are listed (3.15: of its release
 * candidate), since alphas and betas change the fields of code objects as they go.
 */
public enum PythonVersion {
  V2_7(2, 7, 62211, 2),
  V3_6(3, 6, 3379, 4),
  V3_7(3, 7, 3394, 4),
  V3_8(3, 8, 3413, 4),
  V3_9(3, 9, 3425, 4),
  V3_10(3, 10, 3439, 4),
  V3_11(3, 11, 3495, 4),
  V3_12(3, 12, 3531, 4),
  V3_13(3, 13, 3571, 4),
  V3_14(3, 14, 3627, 5),
  V3_15(3, 15, 3666, 6);

  /**
   * The two bytes behind the magic number, CR and LF, as the upper half of a little-endian word.
   */
  private static final int MAGIC_TAIL = 0x0A0D0000;

  /** Copied once: {@code values()} makes an array each time. */
  private static final PythonVersion[] ALL = values();

  /** From 3.11 on, Python 3.n has the fifty numbers that start with 2900 + 50 n. */
  private static final int FIRST_OF_3_0 = 2900;

  private static final int NUMBERS_OF_A_MINOR = 50;

  /** That of Python 1.5: those of Python 1 and 2 are greater than those of 3. */
  private static final int LEAST_OF_PYTHON_1 = 20121;

  private final int major;
  private final int minor;
  private final int magicNumber;
  private final int marshalVersion;

  PythonVersion(int major, int minor, int magicNumber, int marshalVersion) {
    this.major = major;
    this.minor = minor;
    this.magicNumber = magicNumber;
    this.marshalVersion = marshalVersion;
  }

  /**
   * Finds a version by the first two bytes of its {@code .pyc} files.
   *
   * @param magicNumber unsigned 16 bits
   * @return the version; null if none is known
   */
  public static @Nullable PythonVersion ofMagicNumber(int magicNumber) {
    for (PythonVersion version : ALL) {
      if (version.magicNumber == magicNumber) {
        return version;
      }
    }
    return null;
  }

  /**
   * Returns the newest version.
   *
   * @return the last one
   */
  public static PythonVersion newest() {
    return ALL[ALL.length - 1];
  }

  /**
   * Says of a magic number that is not known whether a newer Python has it, for messages. CPython
   * gives each minor version fifty numbers.
   *
   * @param magicNumber unsigned 16 bits
   * @return nothing unless it is that of a newer Python; else, in brackets, which one, and where to
   *     look for a release of this library that reads it
   */
  public static String hintOnUnknown(int magicNumber) {
    return magicNumber <= newest().magicNumber || magicNumber >= LEAST_OF_PYTHON_1
        ? ""
        : " (of Python 3."
            + (magicNumber - FIRST_OF_3_0) / NUMBERS_OF_A_MINOR
            + ", which a later release of Marshal Image may read: see help/versions.md)";
  }

  /**
   * Finds a version by name.
   *
   * @param name for example {@code "3.13"}
   * @return the version; null if none is known
   */
  public static @Nullable PythonVersion ofName(String name) {
    for (PythonVersion version : values()) {
      if (version.toString().equals(name)) {
        return version;
      }
    }
    return null;
  }

  /**
   * Returns the number that opens a {@code .pyc} file.
   *
   * @return unsigned 16 bits
   */
  public int magicNumber() {
    return magicNumber;
  }

  /**
   * Returns the four bytes that open a {@code .pyc} file, as a little-endian word.
   *
   * @return magic number, CR, LF
   */
  public int magicWord() {
    return MAGIC_TAIL | magicNumber;
  }

  /**
   * Returns the version of the marshal stream that this Python writes.
   *
   * @return 2 to 6
   */
  public int marshalVersion() {
    return marshalVersion;
  }

  /**
   * Returns the bytes of a {@code .pyc} header.
   *
   * @return 8, 12 (with source size) or 16 (with PEP 552 flags)
   */
  public int headerLength() {
    return isPython2() ? 8 : hasPycFlags() ? 16 : 12;
  }

  /**
   * Tells whether this is Python 2: {@code str} is bytes, and {@code long} is a type.
   *
   * @return whether it is
   */
  public boolean isPython2() {
    return major == 2;
  }

  /**
   * Tells whether a {@code .pyc} header has flags (PEP 552).
   *
   * @return whether it has
   */
  public boolean hasPycFlags() {
    return isAtLeast(V3_7);
  }

  /**
   * Tells whether a code object counts its positional-only arguments (PEP 570).
   *
   * @return whether it does
   */
  public boolean hasPosOnlyArgs() {
    return isAtLeast(V3_8);
  }

  /**
   * Tells whether a code object keeps its variables in localsplusnames and localspluskinds, and has
   * a qualified name and an exception table.
   *
   * @return false where it has varnames, freevars and cellvars instead
   */
  public boolean hasLocalsPlus() {
    return isAtLeast(V3_11);
  }

  /**
   * Tells whether the line table has the form of PEP 626 or newer.
   *
   * @return false where it is an lnotab
   */
  public boolean hasLineTable() {
    return isAtLeast(V3_10);
  }

  private boolean isAtLeast(PythonVersion other) {
    return compareTo(other) >= 0;
  }

  /** Returns for example {@code "3.13"}. */
  @Override
  public String toString() {
    return major + "." + minor;
  }
}
