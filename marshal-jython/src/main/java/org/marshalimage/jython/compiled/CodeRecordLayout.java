package org.marshalimage.jython.compiled;

import org.marshalimage.format.model.RecordType;

/**
 * The records of an image that stand for compiled code. One of {@link #CLASS} is shared by all code
 * of a class file:
 *
 * <table>
 * <caption>Slots of {@code jython.class-file}</caption>
 * <tr><th>Slot</th><th>Type</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>str</td><td>name of the class</td></tr>
 * <tr><td>1</td><td>str</td><td>source, as tracebacks show it</td></tr>
 * <tr><td>2</td><td>str</td><td>path of the class file</td></tr>
 * <tr><td>3</td><td>int</td><td>length of the class file in bytes</td></tr>
 * <tr><td>4</td><td>int</td><td>CRC-32 of the class file, not negative</td></tr>
 * <tr><td>5</td><td>int</td><td>when it was last changed, in milliseconds since 1970; 0 if it is
 *     no file of its own</td></tr>
 * <tr><td>6</td><td>bytes</td><td>the class file itself, of a class that was compiled from text;
 *     else empty</td></tr>
 * </table>
 *
 * <table>
 * <caption>Slots of {@code jython.code}</caption>
 * <tr><th>Slot</th><th>Type</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>jython.class-file</td><td>class file that the code is in</td></tr>
 * <tr><td>1</td><td>int</td><td>number of the code in it</td></tr>
 * <tr><td>2</td><td>bytes</td><td>{@code co_name}</td></tr>
 * <tr><td>3</td><td>int</td><td>{@code co_firstlineno}</td></tr>
 * <tr><td>4</td><td>int</td><td>parameters, those for further arguments included</td></tr>
 * <tr><td>5</td><td>int</td><td>{@code co_flags}</td></tr>
 * <tr><td>6</td><td>int</td><td>variables that are in cells and nowhere else</td></tr>
 * <tr><td>7</td><td>tuple of bytes</td><td>{@code co_varnames}</td></tr>
 * <tr><td>8</td><td>tuple of bytes</td><td>{@code co_cellvars}; may be empty</td></tr>
 * <tr><td>9</td><td>tuple of bytes</td><td>{@code co_freevars}; may be empty</td></tr>
 * </table>
 *
 * <p>Names are bytes objects, interned, as those of code that CPython 2.7 compiled.
 */
public final class CodeRecordLayout {
  /** The type of the record for a class file. */
  public static final RecordType CLASS = new RecordType("jython.class-file", 1, 7, 0, false);

  /** The type of the record for a code object. */
  public static final RecordType CODE = new RecordType("jython.code", 1, 10, 0, false);

  /** The root with the records of all class files, a tuple; see {@link CodeRecordReader#misfit}. */
  public static final String FILES = "jython.classes";

  static final int CLASS_NAME_SLOT = 0;
  static final int SOURCE_SLOT = 1;
  static final int PATH_SLOT = 2;
  static final int LENGTH_SLOT = 3;
  static final int CHECKSUM_SLOT = 4;
  static final int MODIFIED_SLOT = 5;
  static final int CONTENTS_SLOT = 6;

  static final int CLASS_SLOT = 0;
  static final int NUMBER_SLOT = 1;
  static final int NAME_SLOT = 2;
  static final int FIRST_LINE_SLOT = 3;
  static final int PARAMETER_COUNT_SLOT = 4;
  static final int FLAGS_SLOT = 5;
  static final int PURE_CELL_COUNT_SLOT = 6;
  static final int VARIABLES_SLOT = 7;
  static final int CELLS_SLOT = 8;
  static final int FREE_SLOT = 9;

  private CodeRecordLayout() {}

  /**
   * Tells whether a type of record is one of these.
   *
   * @param type of an image
   * @return whether a {@link CodeRecordReader} reads it
   */
  public static boolean has(RecordType type) {
    return type.equals(CODE) || type.equals(CLASS);
  }
}
