package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.testkit.Touch;
import org.marshalimage.writer.ImageWriter;

/** Records: objects of types that an interpreter defines. */
class RecordsTest {
  private static final RecordType PATTERN = new RecordType("pattern", 2, 1, 2, true);
  private static final RecordType CELL = new RecordType("cell", 1, 1, 0, false);
  private static final long BASE = 0x1234_0000_0000L;

  @TempDir Path directory;

  private static RecordValue pattern() {
    return RecordValue.of(
        PATTERN,
        StrValue.of("a+"),
        IntValue.of(1),
        null,
        IntValue.of(2),
        IntValue.of(3),
        BytesValue.of(new byte[] {5, 6}));
  }

  private Path image(int width, Value root) throws Exception {
    Path file = directory.resolve("x" + width + ".img");
    try (ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      writer.add("x", root).write(file);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(ints = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH})
  void viewAndCursorReadWhatWasWritten(int width) throws Exception {
    try (MarshalImage image = MarshalImage.map(image(width, pattern()))) {
      RecordView record = (RecordView) image.root("x");
      assertThat(image.recordTypes()).containsExactly(PATTERN);
      assertThat(record.recordType()).isEqualTo(PATTERN);
      assertThat(record.typeNumber()).isZero();
      assertThat(record.slotCount()).isEqualTo(6);
      assertThat(record.repetitions()).isEqualTo(2);
      assertThat(record.slot(0).toString()).isEqualTo("a+");
      assertThat(record.slot(2)).isNull();
      assertThat(record.kind(2)).isZero();
      assertThat(record.kind(3)).isEqualTo(TypeCode.INT);
      assertThat(((IntView) record.repeated(1, 1)).longValue()).isEqualTo(3);
      assertThat(record.repeated(0, 1)).isNull();
      assertThat(record.bytes().toByteArray()).containsExactly(5, 6);
      assertThat(record).hasToString("record pattern version 2 of 6");
      for (int index : new int[] {-1, 6}) {
        assertThatThrownBy(() -> record.slot(index)).isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> record.repeated(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> record.repeated(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      ImageCursor cursor = image.cursor().moveTo(record);
      assertThat(cursor.recordType()).isZero();
      assertThat(cursor.slotCount()).isEqualTo(6);
      assertThat(cursor.slot(2)).isZero();
      assertThat(cursor.slot(5)).isEqualTo(record.bytes().offset());
      assertThatThrownBy(() -> cursor.moveToSlot(0).recordType())
          .isInstanceOf(IllegalStateException.class);
      assertThat(Graphs.difference(pattern(), record.toValue())).isNull();
    }
  }

  @Test
  void recordWithoutBytesHasNone() throws Exception {
    try (MarshalImage image = MarshalImage.map(image(4, RecordValue.of(CELL, IntValue.of(1))))) {
      RecordView record = (RecordView) image.root("x");
      assertThat(record.bytes()).isNull();
      assertThat(record.repetitions()).isZero();
    }
  }

  @Test
  void imageWithoutRecordsHasNoTypesOfRecords() throws Exception {
    try (MarshalImage image = MarshalImage.map(image(4, IntValue.of(1)))) {
      assertThat(image.recordTypes()).isEmpty();
    }
  }

  @Test
  void recordsAreKeptApartAndWhatIsOneRecordStaysOne() throws Exception {
    RecordValue one = RecordValue.of(CELL, IntValue.of(1));
    Value other = RecordValue.of(CELL, IntValue.of(1));
    Value root = SequenceValue.list(one, other, SequenceValue.tuple(one), SequenceValue.tuple(one));
    try (MarshalImage image = MarshalImage.map(image(4, root))) {
      ListView list = (ListView) image.root("x");
      assertThat(list.get(0)).isNotEqualTo(list.get(1));
      assertThat(((TupleView) list.get(2)).get(0)).isEqualTo(list.get(0));
      assertThat(list.get(2)).as("a tuple that holds a record").isNotEqualTo(list.get(3));
    }
  }

  @Test
  void recordsAreKeysByIdentity() throws Exception {
    RecordValue one = RecordValue.of(CELL, SequenceValue.list());
    Value set = SequenceValue.set(one, RecordValue.of(CELL, SequenceValue.list()));
    Path file = image(4, set);
    assertThat(MarshalImage.verify(file, 10).findings()).isEmpty();
    assertThatThrownBy(() -> image(4, SequenceValue.set(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repeated item in a set: record");
  }

  @Test
  void typesAreListedByNameInUtf8AndThenByVersion() throws Exception {
    String late = "\ud83d\ude00";
    String early = "\uff5e";
    RecordType[] types = {
      new RecordType(late, 1, 0, 0, false),
      new RecordType(early, 10, 0, 0, false),
      new RecordType(early, 9, 1, 0, false),
      new RecordType("a", 3, 0, 1, true)
    };
    Value root =
        SequenceValue.list(
            RecordValue.of(types[0]),
            RecordValue.of(types[1]),
            RecordValue.of(types[2], (Value) null),
            RecordValue.of(types[3], BytesValue.of(new byte[0])));
    Path file = image(4, root);
    assertThat(MarshalImage.verify(file, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.recordTypes()).containsExactly(types[3], types[2], types[1], types[0]);
      ListView list = (ListView) image.root("x");
      for (int i = 0; i < types.length; i++) {
        assertThat(((RecordView) list.get(i)).recordType()).isEqualTo(types[i]);
      }
    }
  }

  @Test
  void slotsThatTheTypeDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> RecordValue.of(CELL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record of cell version 1 cannot have so many slots: found=0");
    assertThatThrownBy(() -> RecordValue.of(PATTERN, null, null, BytesValue.of(new byte[0])))
        .hasMessage("record of pattern version 2 cannot have so many slots: found=3");
    assertThatThrownBy(() -> RecordValue.of(PATTERN, null, IntValue.of(1)))
        .hasMessage("last slot of a record of pattern version 2 has to lead to bytes: found=int");
    assertThatThrownBy(() -> RecordValue.of(PATTERN, null, null))
        .hasMessage("last slot of a record of pattern version 2 has to lead to bytes: found=none");
    assertThatThrownBy(() -> new RecordType("", 1, 1, 0, false))
        .hasMessage("type of record without a name");
    assertThatThrownBy(() -> new RecordType("\ud800", 1, 1, 0, false))
        .hasMessage("name of a type of record has a surrogate that stands alone");
    assertThatThrownBy(() -> new RecordType("x", 1, -1, 0, false)).hasMessageContaining("negative");
  }

  @Test
  void twoShapesOfOneTypeAreRefusedWithThePathAndLeaveNoTrace() throws Exception {
    RecordValue other =
        RecordValue.of(new RecordType("cell", 1, 2, 0, false), IntValue.of(1), IntValue.of(2));
    Path file = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      Value bad = SequenceValue.list(RecordValue.of(CELL, (Value) null), other);
      assertThatThrownBy(() -> writer.add("x", bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "root x: [1]: two types of records of one name and version: cell version 1 (fixed"
                  + " slots=1, repeated=0, bytes=false) and cell version 1 (fixed slots=2,"
                  + " repeated=0, bytes=false)");
      writer.add("x", other).write(file);
    }
    assertThat(MarshalImage.verify(file, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.recordTypes()).containsExactly(other.type());
    }
  }

  @Test
  void streamsHaveNoRecords() {
    Value list = SequenceValue.list(IntValue.of(1), pattern());
    assertThatThrownBy(() -> MarshalEncoder.encode(list, PythonVersion.V3_13))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[1]: record has no form in a marshal stream: images alone have it");
  }

  @Test
  void canonicalJsonTellsTypeAndSlots() {
    assertThat(CanonicalJson.write(RecordValue.of(PATTERN, null, BytesValue.of(new byte[] {7}))))
        .isEqualTo(
            "{\"record\":{\"type\":{\"str\":\"pattern\"},\"version\":2,\"fixed\":1,"
                + "\"repeated\":2,\"bytes\":true,\"slots\":[null,{\"bytes\":\"07\"}]}}");
    assertThat(CanonicalJson.write(RecordValue.of(new RecordType("x", 0, 0, 1, false))))
        .endsWith("\"slots\":[]}}");
  }

  private static TypeTable.Builder everyOtherType() {
    TypeTable.Builder types = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      if (code != TypeCode.RECORD) {
        types.bind(code, 0x1000 + code);
      }
    }
    return types;
  }

  private static Value twoTypes() {
    return SequenceValue.list(pattern(), RecordValue.of(CELL, IntValue.of(11)), IntValue.of(12));
  }

  @Test
  void typesThatAreNotBoundAreNamedAllAtOnce() throws Exception {
    Path file = image(8, twoTypes());
    TypeTable few = TypeTable.builder().bind(TypeCode.INT, 0x1000).build();
    for (MapOptions.Builder options :
        List.of(MapOptions.builder(), MapOptions.builder().inPlace())) {
      assertThatThrownBy(() -> MarshalImage.map(file, options.types(few).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "type table does not bind: list, bytes, str, record cell version 1, record pattern"
                  + " version 2, file="
                  + file);
    }
    assertThatThrownBy(
            () ->
                ImageWriter.prelink(
                    file,
                    directory.resolve("y.img"),
                    BASE,
                    everyOtherType().bindRecord("cell", 1, 0x9000).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type table does not bind: record pattern version 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH})
  void typeWordsOfRecordsAreTheHandlesOfTheirTypes(int width) throws Exception {
    Path file = image(width, twoTypes());
    TypeTable types =
        everyOtherType()
            .bindRecord("cell", 1, 0x9000, "a cell")
            .bindRecord("pattern", 2, 0x9008)
            .bindRecord("other", 1, 0x9010)
            .build();
    for (boolean isInPlace : new boolean[] {false, true}) {
      MapOptions.Builder options = MapOptions.builder().types(types);
      try (MarshalImage image =
          MarshalImage.map(file, (isInPlace ? options.inPlace() : options).build())) {
        ListView list = (ListView) image.root("x");
        assertThat(list.get(0).typeHandle()).isEqualTo(0x9008);
        assertThat(list.get(0).type()).isNull();
        assertThat(list.get(1).typeHandle()).isEqualTo(0x9000);
        assertThat(list.get(1).type()).isEqualTo("a cell");
        assertThat(image.cursor().moveTo(list.get(1)).typeHandle()).isEqualTo(0x9000);
        assertThat(Graphs.difference(twoTypes(), list.toValue())).isNull();
        if (isInPlace) {
          image.linkAll();
          assertThat(image.bytes().getLong(list.get(0).offset() + 8)).isEqualTo(0x9008);
          assertThat(image.bytes().getLong(list.get(1).offset() + 8)).isEqualTo(0x9000);
          assertThat(Touch.all(image).refused()).isZero();
        }
      }
    }
  }

  @Test
  void standardTableHasOneHandleForAllRecords() throws Exception {
    MapOptions options = MapOptions.builder().inPlace().build();
    try (MarshalImage image = MarshalImage.map(image(8, twoTypes()), options)) {
      ListView list = (ListView) image.root("x");
      assertThat(list.get(0).typeHandle()).isEqualTo(TypeCode.LIMIT + TypeCode.RECORD);
      assertThat(list.get(1).typeHandle()).isEqualTo(TypeCode.LIMIT + TypeCode.RECORD);
    }
  }

  @Test
  void typesOfRecordsMayShareAHandleButNotWithAnotherKind() throws Exception {
    Path file = image(8, twoTypes());
    TypeTable shared =
        everyOtherType().bindRecord("cell", 1, 0x9000).bindRecord("pattern", 2, 0x9000).build();
    MapOptions.Builder inPlace = MapOptions.builder().inPlace();
    try (MarshalImage image = MarshalImage.map(file, inPlace.types(shared).build())) {
      assertThat(Graphs.difference(twoTypes(), image.root("x").toValue())).isNull();
    }
    long taken = 0x1000 + TypeCode.INT;
    TypeTable mixed =
        everyOtherType().bindRecord("cell", 1, 0x9000).bindRecord("pattern", 2, taken).build();
    assertThatThrownBy(() -> MarshalImage.map(file, inPlace.types(mixed).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one handle for two types: int and record");
  }

  @ParameterizedTest
  @ValueSource(ints = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH})
  void prelinkedImageHasTheHandlesTheSameIdAndCanBeTakenBack(int width) throws Exception {
    Path file = image(width, twoTypes());
    Path linked = directory.resolve("linked.img");
    Path back = directory.resolve("back.img");
    TypeTable types =
        everyOtherType().bindRecord("cell", 1, 0x9000).bindRecord("pattern", 2, -8L).build();
    ImageWriter.prelink(file, linked, BASE, types);
    assertThat(MarshalImage.verify(linked, 10).findings()).isEmpty();
    MapOptions options = MapOptions.builder().inPlace().types(types).build();
    try (MarshalImage plain = MarshalImage.map(file);
        MarshalImage readOnly = MarshalImage.map(linked);
        MarshalImage image = MarshalImage.map(linked, options)) {
      assertThat(readOnly.info().id()).isEqualTo(plain.info().id());
      assertThat(Graphs.difference(twoTypes(), readOnly.root("x").toValue())).isNull();
      assertThat(Graphs.difference(twoTypes(), image.root("x").toValue())).isNull();
      assertThat(image.root("x").kind()).isEqualTo(TypeCode.LIST);
      assertThat(((ListView) image.root("x")).get(0).typeHandle()).isEqualTo(-8L);
      assertThat(image.linkReport().typeWordsPatched()).isZero();
    }
    try (MarshalImage image = MarshalImage.map(linked, MapOptions.builder().inPlace().build())) {
      assertThat(Graphs.difference(twoTypes(), image.root("x").toValue())).isNull();
    }
    ImageWriter.prelink(linked, back, 0, null);
    assertThat(back).hasSameBinaryContentAs(file);
  }

  @Test
  void tableOfTypesWithRecordsIsReadFromItsText() {
    TypeTable types =
        everyOtherType().bindRecord("caf\u00e9,=:", 17, 0x9000).bindRecord("cell", 1, -16L).build();
    TypeTable read = TypeTable.parse(types.toString());
    assertThat(read.fingerprint()).isEqualTo(types.fingerprint());
    assertThat(read.recordHandle("caf\u00e9,=:", 17)).isEqualTo(0x9000);
    assertThat(read.recordHandle("cell", 1)).isEqualTo(-16L);
    assertThat(read.isRecordBound("cell", 2)).isFalse();
    assertThat(read).hasToString(types.toString());
    assertThat(everyOtherType().build().fingerprint()).isNotEqualTo(types.fingerprint());
    assertThatThrownBy(() -> read.recordHandle("cell", 2))
        .hasMessage("type of record is not bound: cell version 2");
    for (String bad : List.of("0,zz:1=9000", "0,61:-1=9000", "0,61:1=9000,61:1=9000", "0,:1=900")) {
      assertThatThrownBy(() -> TypeTable.parse(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> TypeTable.builder().bindRecord("x", 1, 255))
        .hasMessageContaining("handle is too small");
  }

  private static Value manyTypes(int count) {
    Value[] records = new Value[count];
    for (int i = 0; i < count; i++) {
      records[i] = RecordValue.of(new RecordType("t" + i, 1, 0, 0, false));
    }
    return SequenceValue.list(records);
  }

  @Test
  void manyTypesHaveEachItsHandle() throws Exception {
    int count = 1000;
    Path file = image(8, manyTypes(count));
    Path linked = directory.resolve("linked.img");
    TypeTable.Builder builder = everyOtherType();
    for (int i = 0; i < count; i++) {
      builder.bindRecord("t" + i, 1, 0x10_0000L + 8L * i);
    }
    TypeTable types = builder.build();
    ImageWriter.prelink(file, linked, 0, types);
    assertThat(MarshalImage.verify(linked, 10).findings()).isEmpty();
    MapOptions inPlace = MapOptions.builder().inPlace().types(types).build();
    for (Path path : List.of(file, linked)) {
      try (MarshalImage image = MarshalImage.map(path, inPlace)) {
        ListView list = (ListView) image.root("x");
        for (int i = 0; i < count; i++) {
          RecordView record = (RecordView) list.get(i);
          assertThat(record.recordType().name()).isEqualTo("t" + i);
          assertThat(record.typeHandle()).isEqualTo(0x10_0000L + 8L * i);
        }
      }
    }
  }

  @Test
  void thereIsALimitToTypes() throws Exception {
    int limit = RecordTypesLayout.MAX_TYPES;
    try (MarshalImage image = MarshalImage.map(image(4, manyTypes(limit)))) {
      assertThat(image.recordTypes()).hasSize(limit);
    }
    assertThatThrownBy(() -> image(4, manyTypes(limit + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("root x: [65535]: too many types of records: max=65535");
  }

  @Test
  void sameStateGivesTheSameBytesEachTime() throws Exception {
    byte[] first = null;
    for (int i = 0; i < 50; i++) {
      byte[] bytes = Files.readAllBytes(image(4, TestImages.state()));
      first = first == null ? bytes : first;
      assertThat(bytes).isEqualTo(first);
    }
  }
}
