package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalEncoder;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.writer.ImageWriter;

/** What only the running interpreter has, by name. */
class ExternalsTest {
  private static final String FIRST = "a";
  private static final String LATE = "\ud83d\ude00";
  private static final String EARLY = "\uff5e";

  @TempDir Path directory;

  private static Value names(String... names) {
    Value[] items = new Value[names.length];
    for (int i = 0; i < names.length; i++) {
      items[i] = ExternalValue.of(names[i]);
    }
    return SequenceValue.list(items);
  }

  private Path image(Value... roots) throws Exception {
    return TestImages.of(directory, List.of(roots));
  }

  @Test
  void eachNameIsOneObjectAndTheyAreNumberedByTheirNames() throws Exception {
    Path file = image(names(LATE, FIRST, EARLY, FIRST), names(FIRST));
    assertThat(MarshalImage.verify(file, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.externals()).containsExactly(FIRST, EARLY, LATE);
      ListView list = (ListView) image.root("0");
      int[] numbers = {2, 0, 1, 0};
      for (int i = 0; i < numbers.length; i++) {
        ExternalView external = (ExternalView) list.get(i);
        assertThat(external.number()).isEqualTo(numbers[i]);
        assertThat(external.name()).isEqualTo(image.externals().get(numbers[i]));
        assertThat(image.cursor().moveTo(external).number()).isEqualTo(numbers[i]);
      }
      assertThat(list.get(1)).isEqualTo(list.get(3));
      assertThat(((ListView) image.root("1")).get(0)).isEqualTo(list.get(1));
      assertThat(Graphs.difference(names(FIRST), image.root("1").toValue())).isNull();
      assertThat(list.get(1)).hasToString("external a");
    }
  }

  @Test
  void imageWithoutExternalsHasNone() throws Exception {
    try (MarshalImage image = MarshalImage.map(image(names()))) {
      assertThat(image.externals()).isEmpty();
      assertThat(image.externalsFingerprint()).isZero();
    }
  }

  @Test
  void fingerprintIsThatOfTheNames() throws Exception {
    long sum = 0;
    for (String name : List.of(FIRST, EARLY, LATE)) {
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(name, 0));
    }
    try (MarshalImage image = MarshalImage.map(image(names(LATE, EARLY), names(FIRST)))) {
      assertThat(image.externalsFingerprint()).isEqualTo(sum);
    }
  }

  @Test
  void resolverIsAskedOnFirstUseAndOnce() throws Exception {
    List<String> asked = new ArrayList<>();
    MapOptions options =
        MapOptions.builder()
            .externals(
                name -> {
                  asked.add(name);
                  return name.equals("gone") ? null : new Object();
                })
            .build();
    try (MarshalImage image = MarshalImage.map(image(names("int", "len", "gone")), options)) {
      assertThat(asked).isEmpty();
      ListView list = (ListView) image.root("0");
      Object first = ((ExternalView) list.get(1)).resolve();
      assertThat(((ExternalView) list.get(1)).resolve()).isSameAs(first);
      assertThat(asked).containsExactly("len");
      assertThat(((ExternalView) list.get(0)).resolve()).isNotSameAs(first);
      ExternalView gone = (ExternalView) list.get(2);
      assertThatThrownBy(gone::resolve)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessage("interpreter lacks external: gone, file=" + image.path());
    }
  }

  @Test
  void whatIsLackingIsNamedAllAtOnceWhenTheImageIsMapped() throws Exception {
    Path file = image(names("int", "gone", "len", "also gone"));
    Map<String, Object> known = Map.of("int", 1, "len", 2);
    for (MapOptions.Builder options :
        List.of(MapOptions.builder(), MapOptions.builder().inPlace())) {
      options.externals(known::get).resolveExternals(true);
      assertThatThrownBy(() -> MarshalImage.map(file, options.build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("interpreter lacks externals: also gone, gone, file=" + file);
      options.externals(name -> name);
      try (MarshalImage image = MarshalImage.map(file, options.build())) {
        ListView list = (ListView) image.root("0");
        assertThat(((ExternalView) list.get(1)).resolve()).isEqualTo("gone");
      }
    }
  }

  @Test
  void withoutAResolverThereIsNothingToResolve() throws Exception {
    try (MarshalImage image = MarshalImage.map(image(names("int")))) {
      ExternalView external = (ExternalView) ((ListView) image.root("0")).get(0);
      assertThatThrownBy(external::resolve)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("MapOptions.externals");
    }
    MapOptions.Builder alone = MapOptions.builder().resolveExternals(true);
    assertThatThrownBy(alone::build).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> MapOptions.builder().externals(null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> ExternalValue.of("")).hasMessage("external without a name");
    assertThatThrownBy(() -> ExternalValue.of("\udc00"))
        .hasMessage("name of an external has a surrogate that stands alone");
  }

  @Test
  void refusedGraphLeavesNoName() throws Exception {
    Path file = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      Value bad = SequenceValue.list(names("gone"), SequenceValue.set(SequenceValue.list()));
      assertThatThrownBy(() -> writer.add("x", bad)).isInstanceOf(IllegalArgumentException.class);
      writer.add("x", names("int")).write(file);
    }
    assertThat(MarshalImage.verify(file, 10).findings()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.externals()).containsExactly("int");
    }
  }

  @Test
  void externalsAreKeysByTheirNames() throws Exception {
    Value a = ExternalValue.of("a");
    assertThat(
            MarshalImage.verify(image(SequenceValue.set(a, ExternalValue.of("b"))), 10).isSound())
        .isTrue();
    assertThatThrownBy(() -> image(SequenceValue.set(a, ExternalValue.of("a"))))
        .hasMessageContaining("repeated item in a set: external");
  }

  @Test
  void streamsHaveNoneAndCanonicalJsonHasTheName() {
    assertThatThrownBy(() -> MarshalEncoder.encode(names("int"), PythonVersion.V3_13))
        .hasMessage("[0]: external has no form in a marshal stream: images alone have it");
    assertThat(CanonicalJson.write(ExternalValue.of("a\"b")))
        .isEqualTo("{\"external\":{\"str\":\"a\\\"b\"}}");
  }
}
