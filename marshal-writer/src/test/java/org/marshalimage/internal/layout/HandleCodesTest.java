package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.Kind;
import org.marshalimage.format.TypeCode;

/** What handles stand for, few or many. */
class HandleCodesTest {
  private static final long[] NONE = {};

  private static long[] handles(SplittableRandom random, Set<Long> taken) {
    long[] handles = new long[TypeCode.LIMIT];
    for (Kind kind : Kind.values()) {
      handles[kind.typeCode()] = next(random, taken);
    }
    return handles;
  }

  private static long next(SplittableRandom random, Set<Long> taken) {
    long handle = random.nextLong();
    while (handle == 0 || !taken.add(handle)) {
      handle = random.nextLong();
    }
    return handle;
  }

  @Test
  void everyHandleStandsForItsTypeAndNoOtherForAny() {
    SplittableRandom random = new SplittableRandom(1);
    for (int records : new int[] {0, 1, 63, 64, 65, 5000}) {
      Set<Long> taken = new HashSet<>();
      long[] handles = handles(random, taken);
      long[] recordHandles = new long[records];
      for (int i = 0; i < records; i++) {
        recordHandles[i] = next(random, taken);
      }
      HandleCodes codes = new HandleCodes(handles, recordHandles);
      for (Kind kind : Kind.values()) {
        int code = kind.typeCode();
        // The handles of records are those of their types, if there are any.
        int expected = kind == Kind.RECORD && records > 0 ? -1 : code;
        assertThat(codes.code(handles[code])).isEqualTo(expected);
        assertThat(codes.kind(handles[code], 8)).isEqualTo(expected);
        assertThat(codes.kindWithoutLinking(handles[code], 8)).isEqualTo(expected);
      }
      for (long handle : recordHandles) {
        assertThat(codes.code(handle)).isEqualTo(TypeCode.RECORD);
      }
      for (int i = 0; i < 1000; i++) {
        assertThat(codes.code(next(random, taken))).isEqualTo(-1);
      }
    }
  }

  @Test
  void handlesOfNeighboursAreToldApart() {
    long[] handles = new long[TypeCode.LIMIT];
    for (Kind kind : Kind.values()) {
      handles[kind.typeCode()] = TypeCode.LIMIT + kind.typeCode();
    }
    HandleCodes codes = new HandleCodes(handles, NONE);
    for (int code = 1; code < TypeCode.LIMIT; code++) {
      assertThat(codes.code(TypeCode.LIMIT + code)).isEqualTo(Kind.isKind(code) ? code : -1);
      // A type code is no handle.
      assertThat(codes.code(code)).isEqualTo(-1);
    }
  }

  @Test
  void oneHandleStandsForOneType() {
    long[] handles = new long[TypeCode.LIMIT];
    handles[TypeCode.LIST] = 0x1234;
    handles[TypeCode.TUPLE] = 0x1234;
    assertThatThrownBy(() -> new HandleCodes(handles, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "one handle for two types: tuple and list are both 0x1234, but in place the type word"
                + " is all that tells them apart");
    handles[TypeCode.TUPLE] = 0;
    assertThatThrownBy(() -> new HandleCodes(handles, new long[] {0x99, 0x1234}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("one handle for two types: list and record are both 0x1234");
  }

  @Test
  void typesOfRecordsMayShareTheirHandle() {
    HandleCodes codes = new HandleCodes(new long[TypeCode.LIMIT], new long[] {0x99, 0, 0x99, 7});
    assertThat(codes.code(0x99)).isEqualTo(TypeCode.RECORD);
    assertThat(codes.code(7)).isEqualTo(TypeCode.RECORD);
    assertThat(codes.code(8)).isEqualTo(-1);
  }
}
