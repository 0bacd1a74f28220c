package org.marshalimage.internal.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.TypeTable;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.internal.verify.Forge;

/** The section TYPES, each time wrong in one way, and tables that do not fit it. */
class ImageTypesTest {
  private static final RecordHandles NO_RECORDS = (name, version) -> 0;

  /** Handles for all types, and for records of the type r. */
  private static TypeTable table() {
    TypeTable.Builder builder = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      builder.bind(code, 0x1000 + code);
    }
    return builder.bindRecord("r", 1, 0x5000).build();
  }

  private static long[] handles() {
    TypeTable table = table();
    long[] handles = new long[TypeCode.LIMIT];
    for (int code : TypeTable.imageTypes()) {
      handles[code] = table.handle(code);
    }
    return handles;
  }

  private static final RecordHandles RECORDS =
      (name, version) -> name.equals("r") && version == 1 ? 0x5000 : 0;

  private static Forge forge(TypeTable types, Value... more) {
    return Forge.of(
        HeaderLayout.COMPACT_WIDTH,
        writer ->
            writer.prelink(0, types).add("a", SequenceValue.list(IntValue.of(1), list(more))));
  }

  private static Value list(Value... items) {
    return SequenceValue.list(items);
  }

  private static Value record() {
    return RecordValue.of(new RecordType("r", 1, 0, 0, false));
  }

  /** Its entries: list, int, perhaps record, str. */
  private static ImageTypes types(Forge forge) {
    ImageBytes image = forge.seal().image();
    return new ImageTypes(image, new ImageHeader(image));
  }

  private static int entry(Forge forge, int code) {
    int at = forge.start(SectionLayout.TYPES);
    while (forge.bytes.getInt(at + TypesLayout.CODE_OFFSET) != code) {
      at += TypesLayout.SIZE;
    }
    return at;
  }

  private static void assertCorrupt(ThrowingCallable call, String problem, long offset) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  @Test
  void entriesAreKindsInTheOrderOfTheirCodes() {
    Forge forge = forge(null);
    assertThat(types(forge).isPrelinked()).isFalse();
    int first = forge.start(SectionLayout.TYPES);
    int second = first + TypesLayout.SIZE;
    int code = forge.bytes.getInt(first);
    String name = TypeCode.nameOf(code);
    // The same again, and one that comes before.
    for (int[] each : new int[][] {{second, code}, {second, TypeCode.TUPLE}}) {
      Forge copy = forge.copy();
      copy.bytes.putInt(each[0], each[1]);
      assertCorrupt(
          () -> types(copy),
          "unknown type code: found=0x"
              + Integer.toHexString(each[1])
              + " ("
              + (each[1] == code ? name : "tuple")
              + ")",
          each[0]);
    }
    for (int bad : new int[] {'z', 0, 255, 256, -1, Integer.MAX_VALUE}) {
      Forge copy = forge.copy();
      copy.bytes.putInt(first, bad);
      assertThatThrownBy(() -> types(copy))
          .isInstanceOfSatisfying(
              CorruptImageException.class,
              e -> {
                assertThat(e.problem())
                    .startsWith("unknown type code: found=0x" + Long.toHexString(bad));
                assertThat(e.offset()).isEqualTo(first);
              });
    }
  }

  @Test
  void entriesLieInTheFile() {
    Forge forge = forge(null);
    ImageBytes image = forge.image();
    ImageHeader header = new ImageHeader(image);
    // As after a change to a file that is mapped: the section's last entry is cut.
    Forge cut = Forge.of(java.util.Arrays.copyOf(forge.bytes.array(), entry(forge, 'u') + 8));
    assertCorrupt(
        () -> new ImageTypes(cut.image(), header),
        "range leaves the image: length=16, limit=" + (entry(forge, 'u') + 8),
        entry(forge, 'u'));
  }

  @Test
  void handlesStandInPrelinkedImagesAlone() {
    Forge forge = forge(null);
    int at = entry(forge, TypeCode.INT) + TypesLayout.HANDLE_OFFSET;
    for (long bad : new long[] {1, TypeCode.LIMIT - 1, TypeCode.LIMIT, -1}) {
      Forge copy = forge.copy();
      copy.bytes.putLong(at, bad);
      assertCorrupt(
          () -> types(copy), "bad handle of a type: found=0x" + Long.toHexString(bad), at);
    }
    Forge prelinked = forge(table());
    assertThat(types(prelinked).isPrelinked()).isTrue();
    for (long bad : new long[] {0, 1, TypeCode.LIMIT - 1}) {
      Forge copy = prelinked.copy();
      copy.bytes.putLong(at, bad);
      assertCorrupt(
          () -> types(copy), "bad handle of a type: found=0x" + Long.toHexString(bad), at);
    }
    for (long good : new long[] {TypeCode.LIMIT, -1, Long.MIN_VALUE}) {
      Forge copy = prelinked.copy();
      copy.bytes.putLong(at, good);
      assertThat(types(copy).codes().code(good)).isEqualTo(TypeCode.INT);
    }
    Forge twice = prelinked.copy();
    twice.bytes.putLong(at, 0x1000 + TypeCode.LIST);
    assertCorrupt(
        () -> types(twice),
        "one handle for two types: list and int are both 0x105b, but in place the type word is all"
            + " that tells them apart",
        HeaderLayout.TYPES_FINGERPRINT_OFFSET);
  }

  @Test
  void handleOfRecordsIsThatOfTheirTypes() {
    for (TypeTable table : new TypeTable[] {null, table()}) {
      Forge forge = forge(table, record());
      assertThatCode(() -> types(forge)).doesNotThrowAnyException();
      int at = entry(forge, TypeCode.RECORD) + TypesLayout.HANDLE_OFFSET;
      for (long bad : new long[] {1, 0x5000, -1}) {
        Forge copy = forge.copy();
        copy.bytes.putLong(at, bad);
        assertCorrupt(
            () -> types(copy), "bad handle of a type: found=0x" + Long.toHexString(bad), at);
      }
    }
    assertThat(types(forge(table(), record())).codes().code(0x5000)).isEqualTo(TypeCode.RECORD);
  }

  @Test
  void tableBindsAllTypesThatTheImageHas() {
    long[] few = handles();
    few[TypeCode.INT] = 0;
    few[TypeCode.STR] = 0;
    few[TypeCode.COMPLEX] = 0;
    assertThatThrownBy(() -> types(forge(null, record())).checkBound(few, NO_RECORDS, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type table does not bind: int, str, record r version 1, file=" + Forge.PATH);
    assertThatThrownBy(() -> types(forge(null, record())).checkBound(handles(), NO_RECORDS, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type table does not bind: record r version 1, file=" + Forge.PATH);
    // What records have by their type code does not count.
    long[] without = handles();
    without[TypeCode.RECORD] = 0;
    assertThatCode(() -> types(forge(null, record())).checkBound(without, RECORDS, 5))
        .doesNotThrowAnyException();
    assertThatCode(() -> types(forge(null)).checkBound(without, NO_RECORDS, 5))
        .doesNotThrowAnyException();
  }

  @Test
  void handlesAreThoseOfTheFingerprint() {
    Forge forge = forge(table(), record());
    long fingerprint = table().fingerprint();
    long[] handles = handles();
    assertThatCode(() -> types(forge).checkBound(handles, RECORDS, fingerprint))
        .doesNotThrowAnyException();
    long[] others = handles();
    others[TypeCode.STR] = 0x7777;
    others[TypeCode.RECORD] = 0x7777;
    String problem = " is not that of the fingerprint: expected=0x7777, found=0x";
    assertCorrupt(
        () -> types(forge).checkBound(others, RECORDS, fingerprint),
        "handle of str" + problem + "1075",
        entry(forge, TypeCode.STR) + TypesLayout.HANDLE_OFFSET);
    assertCorrupt(
        () -> types(forge).checkBound(handles, (name, version) -> 0x7777, fingerprint),
        "handle of record r version 1" + problem + "5000",
        forge.start(SectionLayout.RECORD_TYPES)
            + RecordTypesLayout.entry(0)
            + RecordTypesLayout.HANDLE_OFFSET);
    // Of another fingerprint they may be any.
    assertThatCode(() -> types(forge).checkBound(others, (name, version) -> 9, fingerprint + 1))
        .doesNotThrowAnyException();
    assertThatCode(() -> types(forge(null)).checkBound(others, RECORDS, 0))
        .doesNotThrowAnyException();
  }
}
