package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.KeyChecker;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.testkit.Touch;
import org.marshalimage.writer.ImageWriter;

/**
 * An object of each kind through all that has to know kinds, in both widths of slots. A new kind
 * that something has forgotten fails here, where the compiler could not tell.
 */
class EveryKindTest {
  private static final PythonVersion NEWEST = PythonVersion.newest();

  @TempDir Path directory;

  /** Makes a new value of a kind, the same each time, with something in it if the kind can. */
  private static Value sample(Kind kind) {
    Value one = IntValue.of(1);
    Value text = StrValue.of("x");
    return switch (kind) {
      case NONE -> Singleton.NONE;
      case TRUE -> Singleton.TRUE;
      case FALSE -> Singleton.FALSE;
      case ELLIPSIS -> Singleton.ELLIPSIS;
      case STOP_ITERATION -> Singleton.STOP_ITERATION;
      case INT -> IntValue.of(-7);
      case LONG -> IntValue.of(BigInteger.TEN.pow(40));
      case FLOAT -> FloatValue.of(1.5);
      case COMPLEX -> ComplexValue.ofBits(1, 2);
      case BYTES -> BytesValue.of(new byte[] {1, 2, 3});
      case STR -> StrValue.of("h\u00e9 \u20ac");
      case TUPLE -> SequenceValue.tuple(one, text);
      case LIST -> SequenceValue.list(one, text);
      case SET -> SequenceValue.set(one, text);
      case FROZENSET -> SequenceValue.frozenset(one, text);
      case DICT -> DictValue.dict(one, text);
      case FROZENDICT -> DictValue.frozendict(one, text);
      case SLICE -> new SliceValue(one, text, Singleton.NONE);
      case CODE -> code(text);
      case RECORD -> RecordValue.of(new RecordType("pair", 1, 2, 0, false), one, text);
      case EXTERNAL -> ExternalValue.of("builtins.int");
    };
  }

  private static CodeValue code(Value name) {
    Value none = BytesValue.of(new byte[0]);
    Value empty = SequenceValue.tuple();
    CodeValue.Builder code = CodeValue.builder(NEWEST).stackSize(1).firstLine(1);
    code.code(BytesValue.of(new byte[] {1, 2})).consts(empty).names(empty).localNames(empty);
    code.filename(name).name(name).qualName(name);
    return code.lineTable(none).kinds(none).exceptionTable(none).build();
  }

  private Path image(Kind kind, int pointerWidth) throws Exception {
    Path file = directory.resolve(kind + "-" + pointerWidth + ".img");
    try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
      writer.add("twice", SequenceValue.list(sample(kind), sample(kind)));
      writer.write(file);
    }
    return file;
  }

  private interface Check {
    void run(MarshalImage image, ImageObject object, int pointerWidth) throws Exception;
  }

  private void withImages(Kind kind, MapOptions options, Check check) throws Exception {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      try (MarshalImage image = MarshalImage.map(image(kind, width), options)) {
        check.run(image, ((ListView) image.root("twice")).get(0), width);
      }
    }
  }

  private static MapOptions readOnly() {
    return MapOptions.builder().build();
  }

  @ParameterizedTest
  @EnumSource
  void hasAViewAndCopiesBack(Kind kind) throws Exception {
    String expected = CanonicalJson.write(sample(kind));
    withImages(
        kind,
        readOnly(),
        (image, object, width) -> {
          assertThat(object.kind()).isEqualTo(kind.typeCode());
          assertThat(object.toString()).isNotEmpty();
          assertThat(object.toValue().kind()).isSameAs(kind);
          assertThat(CanonicalJson.write(object.toValue())).isEqualTo(expected);
        });
  }

  @ParameterizedTest
  @EnumSource
  void cursorKnowsItsSlotsAndItsLength(Kind kind) throws Exception {
    Value value = sample(kind);
    withImages(
        kind,
        readOnly(),
        (image, object, width) -> {
          ImageCursor cursor = image.cursor().moveTo(object);
          assertThat(cursor.kind()).isEqualTo(kind.typeCode());
          assertThat(cursor.slotCount()).isEqualTo(value.childCount());
          assertThat((long) cursor.slotCount()).isEqualTo(kind.slotCount(cursor.size()));
          long slots = (long) cursor.slotCount() * width;
          assertThat(cursor.length() - kind.bodyOffset() - slots - cursor.dataLength())
              .as("padding")
              .isBetween(0L, 7L);
          for (int i = 0; i < value.childCount(); i++) {
            long child = image.cursor().moveTo(object).slot(i);
            assertThat(image.cursor().moveTo(child).kind()).isEqualTo(value.child(i).typeCode());
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void slotsHaveNamesInPaths(Kind kind) throws Exception {
    withImages(
        kind,
        readOnly(),
        (image, object, width) -> {
          ImageCursor cursor = image.cursor().moveTo(object);
          for (int i = 0; i < cursor.slotCount(); i++) {
            Map<Long, String> path = ObjectPaths.find(image, Set.of(cursor.slot(i)));
            assertThat(path.values()).singleElement().asString().startsWith("twice: [0]");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void isMergedOrKeptApart(Kind kind) throws Exception {
    withImages(
        kind,
        readOnly(),
        (image, object, width) -> {
          ImageObject other = ((ListView) image.root("twice")).get(1);
          assertThat(other.equals(object)).isEqualTo(kind.isMerged());
        });
  }

  @ParameterizedTest
  @EnumSource
  void isLinkedInPlace(Kind kind) throws Exception {
    MapOptions options = MapOptions.builder().inPlace().types(TypeTable.standard()).build();
    String expected = CanonicalJson.write(sample(kind));
    withImages(
        kind,
        options,
        (image, object, width) -> {
          assertThat(object.typeHandle()).isEqualTo(TypeCode.LIMIT + kind.typeCode());
          assertThat(CanonicalJson.write(object.toValue())).isEqualTo(expected);
          image.linkAll();
          assertThat(Touch.all(image).refused()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource
  void isVerified(Kind kind) throws Exception {
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      VerifyReport report = MarshalImage.verify(image(kind, width), 10);
      assertThat(report.findings()).isEmpty();
      assertThat(report.isSound()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void hasAFormInAStream(Kind kind) throws Exception {
    if (kind.streamVersion() == Kind.NO_STREAM) {
      for (PythonVersion version : PythonVersion.values()) {
        assertThat(encodes(kind, version)).as(version.toString()).isFalse();
      }
      return;
    }
    byte[] stream = MarshalEncoder.encode(sample(kind), NEWEST);
    Value back = MarshalDecoder.decode(stream, 0, stream.length, NEWEST, null);
    assertThat(CanonicalJson.write(back)).isEqualTo(CanonicalJson.write(sample(kind)));
    for (PythonVersion version : PythonVersion.values()) {
      boolean isKnown = version.marshalVersion() >= kind.streamVersion();
      if (kind != Kind.CODE) {
        assertThat(encodes(kind, version)).as(version.toString()).isEqualTo(isKnown);
      }
    }
  }

  private static boolean encodes(Kind kind, PythonVersion version) {
    boolean isLong = kind == Kind.LONG && version.isPython2();
    Value value = isLong ? IntValue.python2Long(BigInteger.TEN.pow(40)) : sample(kind);
    try {
      MarshalEncoder.encode(value, version);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isAKeyUnlessItCanChange(Kind kind) {
    KeyChecker keys = new KeyChecker(NEWEST);
    assertThat(keys.check(SequenceValue.set(sample(kind))) == null).isEqualTo(!kind.isMutable());
    if (!kind.isMutable()) {
      // Records are equal to themselves alone.
      Value one = sample(kind);
      Value other = kind == Kind.RECORD ? one : sample(kind);
      Value twice = SequenceValue.set(one, other);
      assertThat(keys.check(twice)).as("equal keys").isNotNull();
    }
  }
}
