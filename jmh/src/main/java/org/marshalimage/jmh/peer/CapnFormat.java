package org.marshalimage.jmh.peer;

import org.capnproto.DataList;
import org.capnproto.ListList;
import org.capnproto.PrimitiveList;
import org.capnproto.StructList;

/**
 * The schema of our Cap'n Proto message. Its pointers make a tree, so objects lie in lists by kind,
 * and what is shared is named by a slot: the kind in the low {@value #KIND_BITS} bits, above them
 * the index in the list of that kind, of a singleton its type code.
 *
 * <pre>
 * struct Modules {
 *   modules @0 :List(Module);       ints @1 :List(Int64);     longs @2 :List(Long);
 *   floats @3 :List(Float64);       complexes @4 :List(Complex);
 *   bytes @5 :List(Data);           latin1 @6 :List(Data);    strs @7 :List(Str);
 *   tuples @8 :List(List(UInt32));  codes @9 :List(Code);
 * }
 * struct Module { root @0 :UInt32; name @1 :Text; }
 * struct Long { isNegative @0 :Bool; digits @1 :List(UInt64); }
 * struct Complex { real @0 :Float64; imaginary @1 :Float64; }
 * struct Str { isInterned @0 :Bool; codePoints @1 :List(UInt32); }
 * struct Code { argCount @0 :Int32; ... firstLine @6 :Int32; code @7 :UInt32; ... lineTable @16 :UInt32; }
 * </pre>
 *
 * <p>Strings with all code points below 0x100, which nearly all are, lie in {@code latin1}; the
 * slot tells whether they are interned.
 */
final class CapnFormat {
  static final int KIND_BITS = 4;

  static final int SINGLE = 0;
  static final int INT = 1;
  static final int LONG = 2;
  static final int FLOAT = 3;
  static final int COMPLEX = 4;
  static final int BYTES = 5;
  static final int LATIN_1 = 6;
  static final int LATIN_1_INTERNED = 7;
  static final int STR = 8;
  static final int TUPLE = 9;
  static final int FROZENSET = 10;
  static final int CODE = 11;

  /** Pointers of the root. */
  static final int MODULE_LIST = 0;

  static final int INT_LIST = 1;
  static final int LONG_LIST = 2;
  static final int FLOAT_LIST = 3;
  static final int COMPLEX_LIST = 4;
  static final int BYTES_LIST = 5;
  static final int LATIN_1_LIST = 6;
  static final int STR_LIST = 7;
  static final int TUPLE_LIST = 8;
  static final int CODE_LIST = 9;

  static final CapnStruct MODULES = new CapnStruct(0, CODE_LIST + 1);

  /** The int fields of a code object stand before its slots. */
  static final int CODE_INTS = 7;

  static final int CODE_FLAGS = 5;

  static final int CODE_SLOTS = 10;

  static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> MODULE_TYPE =
      new CapnStruct(1, 1).list();
  static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> LONG_TYPE =
      new CapnStruct(1, 1).list();
  static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> COMPLEX_TYPE =
      new CapnStruct(2, 0).list();
  static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> STR_TYPE =
      new CapnStruct(1, 1).list();
  static final StructList.Factory<CapnStruct.Builder, CapnStruct.Reader> CODE_TYPE =
      new CapnStruct((CODE_INTS + CODE_SLOTS + 1) / 2, 0).list();
  static final ListList.Factory<PrimitiveList.Int.Builder, PrimitiveList.Int.Reader> TUPLE_TYPE =
      new ListList.Factory<>(PrimitiveList.Int.factory);
  static final DataList.Factory DATA_TYPE = DataList.factory;

  private CapnFormat() {}

  static int slot(int kind, int index) {
    return index << KIND_BITS | kind;
  }

  static int kind(int slot) {
    return slot & (1 << KIND_BITS) - 1;
  }

  static int index(int slot) {
    return slot >>> KIND_BITS;
  }
}
