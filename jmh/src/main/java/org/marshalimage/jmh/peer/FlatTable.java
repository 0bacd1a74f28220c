package org.marshalimage.jmh.peer;

import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.marshalimage.format.TypeCode;

/**
 * A table of a FlatBuffer, with accessors in the manner of those that its compiler makes of this
 * schema. One is moved from table to table.
 *
 * <pre>
 * union Object { None, True, False, Ellipsis, Int, Long: Number, Float: Number, Complex: Number,
 *                Bytes, Ascii: string, InternedAscii: string, Str, Tuple, Frozenset: Tuple, Code }
 * struct Int { value: long; }
 * table Number { is_negative: bool; words: [ulong]; }
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
 * <p>The types of a union are numbered as {@link TypeCode} has them; a field of a union is two, the
 * type first. The four singletons have no body. Whatever is shared is stored once.
 */
final class FlatTable extends Table {
  static final int MODULES_MODULES = 0;

  static final int MODULE_NAME = 0;
  static final int MODULE_ROOT_TYPE = 1;
  static final int MODULE_ROOT = 2;

  static final int NUMBER_IS_NEGATIVE = 0;
  static final int NUMBER_WORDS = 1;

  static final int BYTES_DATA = 0;

  static final int STR_IS_INTERNED = 0;
  static final int STR_WIDTH = 1;
  static final int STR_CODE_POINTS = 2;

  static final int TUPLE_ITEMS_TYPE = 0;
  static final int TUPLE_ITEMS = 1;

  /** The int fields of a code object are the first ones. */
  static final int CODE_FLAGS = 5;

  static final int CODE_FIELDS = 20;
  private static final int DATA = TypeCode.BYTES;
  private static final int TUPLE = TypeCode.TUPLE;

  /** Fields of a code object that name others, in order; and their types, of a union 0. */
  static final int[] CODE_SLOTS = {7, 8, 9, 10, 11, 12, 14, 16, 18, 19};

  static final int[] CODE_TYPES = {DATA, TUPLE, TUPLE, TUPLE, DATA, DATA, 0, 0, 0, DATA};

  static FlatTable root(ByteBuffer buffer) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    FlatTable root = new FlatTable();
    root.moveTo(buffer.getInt(buffer.position()) + buffer.position(), buffer);
    return root;
  }

  void moveTo(int position, ByteBuffer buffer) {
    __reset(position, buffer);
  }

  void moveTo(FlatTable other, int field, int index) {
    moveTo(other.__indirect(other.vector(field) + index * Integer.BYTES), other.bb);
  }

  private int offset(int field) {
    return __offset(2 * Short.BYTES + field * Short.BYTES);
  }

  int intAt(int field) {
    int offset = offset(field);
    return offset == 0 ? 0 : bb.getInt(bb_pos + offset);
  }

  int byteAt(int field) {
    int offset = offset(field);
    return offset == 0 ? 0 : bb.get(bb_pos + offset) & 0xFF;
  }

  /** Returns the position of what a field names; 0 if it names nothing. */
  int target(int field) {
    int offset = offset(field);
    return offset == 0 ? 0 : __indirect(bb_pos + offset);
  }

  String string(int field) {
    return __string(offset(field) + bb_pos);
  }

  int vector(int field) {
    return __vector(offset(field));
  }

  int vectorLength(int field) {
    return __vector_len(offset(field));
  }
}
