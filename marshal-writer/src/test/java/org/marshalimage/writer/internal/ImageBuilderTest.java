package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.ImageInfo;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** What is written: sound by verify, its counts those of the header, its roots all there. */
class ImageBuilderTest {
  private static final RootSource NOTHING = new RootSource(0, 0, 0);

  @TempDir Path directory;

  private ImageBuilder.Result write(int pointerWidth, Map<String, Value> roots) throws Exception {
    try (ImageBuilder builder = new ImageBuilder()) {
      assertThat(builder.isEmpty()).isTrue();
      builder.setPointerWidth(pointerWidth);
      for (Map.Entry<String, Value> root : roots.entrySet()) {
        assertThat(builder.contains(root.getKey())).isFalse();
        builder.add(root.getKey(), root.getValue(), NOTHING);
        assertThat(builder.contains(root.getKey())).isTrue();
        assertThat(builder.isEmpty()).isFalse();
      }
      return builder.write(path(), null, null);
    }
  }

  private Path path() {
    return directory.resolve("x.img");
  }

  private static Value large(int tag, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) tag);
    return BytesValue.of(bytes);
  }

  /** Roots with a segment of their own, with none but a head, shared, larger than any buffer. */
  private static Map<String, Value> roots() {
    Value shared = SequenceValue.tuple(StrValue.of("shared"), large(1, 5000));
    Map<String, Value> roots = new LinkedHashMap<>();
    roots.put("z.last", shared);
    roots.put("c", shared);
    roots.put("a", SequenceValue.list(shared, large(2, 4076), large(3, 4077), large(4, 40_000)));
    roots.put("caf\u00e9\ud83d\ude00", Singleton.NONE);
    roots.put("b", DictValue.dict(IntValue.of(1), shared, StrValue.of("k"), large(5, 100)));
    roots.put("own", SequenceValue.tuple(StrValue.of("own"), large(6, 3000)));
    roots.put("self", StrValue.of("self"));
    return roots;
  }

  @ParameterizedTest
  @ValueSource(ints = {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH})
  void everyRootIsThereAndTheFileIsSound(int pointerWidth) throws Exception {
    Map<String, Value> roots = roots();
    ImageBuilder.Result result = write(pointerWidth, roots);
    assertThat(MarshalImage.verify(path(), 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(path())) {
      ImageInfo info = image.info();
      assertThat(result.length()).isEqualTo(Files.size(path())).isEqualTo(info.length());
      assertThat(result.id()).isEqualTo(info.id());
      assertThat(result.objects()).isEqualTo(info.objects());
      assertThat(result.strings()).isEqualTo(info.strings());
      assertThat(info.pointerWidth()).isEqualTo(pointerWidth);
      assertThat(image.modules().stream().map(ImageModule::name))
          .containsExactlyElementsOf(roots.keySet().stream().sorted().toList());
      for (Map.Entry<String, Value> root : roots.entrySet()) {
        assertThat(CanonicalJson.write(image.root(root.getKey()).toValue()))
            .isEqualTo(CanonicalJson.write(root.getValue()));
      }
    }
    // Names, of which two are roots or items as well; "shared", and "k".
    assertThat(result.strings()).isEqualTo(roots.size() + 2);
    assertThat(result.sharedStrings()).isEqualTo(roots.size() + 1);
  }

  @Test
  void imageOfNothingIsSound() throws Exception {
    ImageBuilder.Result result = write(HeaderLayout.COMPACT_WIDTH, Map.of());
    assertThat(result.objects()).isZero();
    assertThat(result.strings()).isZero();
    assertThat(MarshalImage.verify(path(), 10).findings()).isEmpty();
  }

  /** A segment behind a gap, one that ends a page, and heads of names of each length. */
  @Test
  void segmentsOfEveryLengthAreSound() throws Exception {
    Map<String, Value> roots = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      roots.put("n".repeat(i % 7 + 1) + i, SequenceValue.list(large(i, 16 * i + 8)));
    }
    write(HeaderLayout.COMPACT_WIDTH, roots);
    assertThat(MarshalImage.verify(path(), 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(path())) {
      for (Map.Entry<String, Value> root : roots.entrySet()) {
        assertThat(CanonicalJson.write(image.root(root.getKey()).toValue()))
            .isEqualTo(CanonicalJson.write(root.getValue()));
      }
    }
  }

  @Test
  void moduleTableHasTheSourceOfEachRoot() throws Exception {
    try (ImageBuilder builder = new ImageBuilder()) {
      builder.add("b", Singleton.NONE, new RootSource(0, 0, 0));
      builder.add(
          "a",
          Singleton.TRUE,
          new RootSource(
              ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_HASH, 0x0A0D0DF3, 0x0123456789ABCDEFL));
      builder.write(path(), null, null);
    }
    ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(path())).order(ByteOrder.LITTLE_ENDIAN);
    int modules = (int) section(image, SectionLayout.MODULES, SectionLayout.START_OFFSET);
    assertThat(image.getInt(modules + ModuleLayout.FLAGS_OFFSET))
        .isEqualTo(ModuleLayout.FLAG_PYC | ModuleLayout.FLAG_HASH);
    assertThat(image.getInt(modules + ModuleLayout.MAGIC_OFFSET)).isEqualTo(0x0A0D0DF3);
    assertThat(image.getLong(modules + ModuleLayout.SOURCE_OFFSET)).isEqualTo(0x0123456789ABCDEFL);
    int second = modules + ModuleLayout.SIZE;
    assertThat(image.getInt(second + ModuleLayout.FLAGS_OFFSET)).isZero();
    assertThat(image.getInt(second + ModuleLayout.MAGIC_OFFSET)).isZero();
    assertThat(image.getLong(second + ModuleLayout.SOURCE_OFFSET)).isZero();
    assertThat(section(image, SectionLayout.MODULES, SectionLayout.LENGTH_OFFSET))
        .isEqualTo(2 * ModuleLayout.SIZE);
  }

  private static long section(ByteBuffer image, int kind, int field) {
    return image.getLong(HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE + field);
  }

  @Test
  void typesInUseAreListedWithTheirNumberOfObjects() throws Exception {
    write(
        HeaderLayout.COMPACT_WIDTH,
        Map.of("a", SequenceValue.list(IntValue.of(1), IntValue.of(2), Singleton.NONE)));
    ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(path())).order(ByteOrder.LITTLE_ENDIAN);
    int types = (int) section(image, SectionLayout.TYPES, SectionLayout.START_OFFSET);
    assertThat(section(image, SectionLayout.TYPES, SectionLayout.LENGTH_OFFSET))
        .isEqualTo(4 * TypesLayout.SIZE);
    int[][] expected = {{'N', 1}, {'[', 1}, {'i', 2}, {'u', 1}};
    for (int i = 0; i < expected.length; i++) {
      assertThat(image.getInt(types + i * TypesLayout.SIZE)).isEqualTo(expected[i][0]);
      assertThat(image.getInt(types + i * TypesLayout.SIZE + Integer.BYTES))
          .isEqualTo(expected[i][1]);
      assertThat(image.getLong(types + i * TypesLayout.SIZE + 2 * Integer.BYTES)).isZero();
    }
  }

  @Test
  void reservedStringsHaveTheFirstNumbersAndNoTwoTheSame() throws Exception {
    try (ImageBuilder builder = new ImageBuilder()) {
      assertThat(builder.reserveNumber(StrValue.of("first"))).isTrue();
      assertThat(builder.reserveNumber(StrValue.of("second"))).isTrue();
      builder.add("a", StrValue.of("second"), NOTHING);
      builder.write(path(), null, null);
      assertThat(builder.reserveNumber(StrValue.of("first"))).isFalse();
    }
    assertThat(MarshalImage.verify(path(), 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(path())) {
      assertThat(image.intern(0)).hasToString("first");
      assertThat(image.intern(1)).hasToString("second");
      assertThat(image.internNumber("second")).isEqualTo(1);
      assertThat(image.internedCount()).isEqualTo(3);
    }
  }
}
