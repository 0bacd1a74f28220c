package org.marshalimage.jmh.peer;

import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Accessors for a FlatBuffer, in the manner of those that its compiler makes of this schema:
 *
 * <pre>
 * union Object { None, True, False, Ellipsis, Int, Long, Float, Complex, Bytes,
 *                Ascii: string, InternedAscii: string, Str, Tuple, Frozenset: Tuple, Code }
 * struct Int { value: long; }
 * struct Float { value: double; }
 * struct Complex { real: double; imaginary: double; }
 * table Long { is_negative: bool; digits: [ulong]; }
 * table Bytes { data: [ubyte]; }
 * table Str { is_interned: bool; width: ubyte; code_points: [ubyte]; }
 * table Tuple { items_type: [ubyte]; items: [Object]; }
 * table Code { arg_count: int; ... first_line: int;
 *              code: [ubyte]; consts: Tuple; names: Tuple; local_names: Tuple;
 *              local_kinds: [ubyte]; exception_table: [ubyte];
 *              filename: Object; name: Object; qual_name: Object; line_table: [ubyte]; }
 * table Module { name: string; root: Object; }
 * table Modules { modules: [Module]; }
 * root_type Modules;
 * </pre>
 *
 * <p>The types of a union are numbered as {@link org.marshalimage.format.TypeCode} has them. The
 * four singletons have no body. Whatever is shared is stored once.
 */
final class FlatFormat {
  private FlatFormat() {}

  /** Offset in a vtable of the field of a number. */
  static int field(int number) {
    return 2 * Short.BYTES + number * Short.BYTES;
  }

  /** What the accessors of all tables share: one of each kind is moved from table to table. */
  abstract static class Accessor extends Table {
    final void moveTo(int position, ByteBuffer buffer) {
      __reset(position, buffer);
    }

    final int intAt(int number) {
      int offset = __offset(field(number));
      return offset == 0 ? 0 : bb.getInt(bb_pos + offset);
    }

    final int byteAt(int number) {
      int offset = __offset(field(number));
      return offset == 0 ? 0 : bb.get(bb_pos + offset) & 0xFF;
    }

    /** Returns the position of what a field names; 0 if it names nothing. */
    final int target(int number) {
      int offset = __offset(field(number));
      return offset == 0 ? 0 : __indirect(bb_pos + offset);
    }

    /** Returns the position of the first element of a vector. */
    final int vector(int number) {
      return __vector(__offset(field(number)));
    }

    final int vectorLength(int number) {
      return __vector_len(__offset(field(number)));
    }
  }

  /** The root. */
  static final class Modules extends Accessor {
    static final int MODULES = 0;
    static final int FIELDS = 1;

    static Modules root(ByteBuffer buffer) {
      buffer.order(ByteOrder.LITTLE_ENDIAN);
      Modules modules = new Modules();
      modules.moveTo(buffer.getInt(buffer.position()) + buffer.position(), buffer);
      return modules;
    }

    int count() {
      return vectorLength(MODULES);
    }

    void moveTo(Module module, int index) {
      module.moveTo(__indirect(vector(MODULES) + index * Integer.BYTES), bb);
    }
  }

  /** A name and a root. */
  static final class Module extends Accessor {
    static final int NAME = 0;
    static final int ROOT_TYPE = 1;
    static final int ROOT = 2;
    static final int FIELDS = 3;

    String name() {
      return __string(__offset(field(NAME)) + bb_pos);
    }

    int rootType() {
      return byteAt(ROOT_TYPE);
    }

    int root() {
      return target(ROOT);
    }
  }

  /** An int outside 64 bits. */
  static final class Long extends Accessor {
    static final int IS_NEGATIVE = 0;
    static final int DIGITS = 1;
    static final int FIELDS = 2;

    boolean isNegative() {
      return byteAt(IS_NEGATIVE) != 0;
    }

    int size() {
      return vectorLength(DIGITS);
    }

    long digit(int index) {
      return bb.getLong(vector(DIGITS) + index * java.lang.Long.BYTES);
    }
  }

  /** A bytes object that is no field of a code object. */
  static final class Bytes extends Accessor {
    static final int DATA = 0;
    static final int FIELDS = 1;

    int data() {
      return target(DATA);
    }
  }

  /** A str that is not ASCII: code points of 1, 2 or 4 bytes. */
  static final class Str extends Accessor {
    static final int IS_INTERNED = 0;
    static final int WIDTH = 1;
    static final int CODE_POINTS = 2;
    static final int FIELDS = 3;

    boolean isInterned() {
      return byteAt(IS_INTERNED) != 0;
    }

    int length() {
      return vectorLength(CODE_POINTS) / byteAt(WIDTH);
    }

    long sumOfCodePoints() {
      int at = vector(CODE_POINTS);
      int end = at + vectorLength(CODE_POINTS);
      long sum = 0;
      switch (byteAt(WIDTH)) {
        case Byte.BYTES:
          for (; at < end; at++) {
            sum += bb.get(at) & 0xFF;
          }
          break;
        case Short.BYTES:
          for (; at < end; at += Short.BYTES) {
            sum += bb.getChar(at);
          }
          break;
        default:
          for (; at < end; at += Integer.BYTES) {
            sum += bb.getInt(at);
          }
          break;
      }
      return sum;
    }
  }

  /** Types and positions of the items. */
  static final class Tuple extends Accessor {
    static final int ITEMS_TYPE = 0;
    static final int ITEMS = 1;
    static final int FIELDS = 2;

    int size() {
      return vectorLength(ITEMS);
    }

    int itemsType() {
      return vector(ITEMS_TYPE);
    }

    int items() {
      return vector(ITEMS);
    }
  }

  /** A code object. */
  static final class Code extends Accessor {
    static final int ARG_COUNT = 0;
    static final int POS_ONLY_ARG_COUNT = 1;
    static final int KW_ONLY_ARG_COUNT = 2;
    static final int LOCAL_COUNT = 3;
    static final int STACK_SIZE = 4;
    static final int FLAGS = 5;
    static final int FIRST_LINE = 6;
    static final int CODE = 7;
    static final int CONSTS = 8;
    static final int NAMES = 9;
    static final int LOCAL_NAMES = 10;
    static final int LOCAL_KINDS = 11;
    static final int EXCEPTION_TABLE = 12;
    static final int FILENAME_TYPE = 13;
    static final int FILENAME = 14;
    static final int NAME_TYPE = 15;
    static final int NAME = 16;
    static final int QUAL_NAME_TYPE = 17;
    static final int QUAL_NAME = 18;
    static final int LINE_TABLE = 19;
    static final int FIELDS = 20;
  }
}
