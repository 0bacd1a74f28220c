package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.marshalimage.compare.Compared.str;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/** Two images. */
class ImageComparisonTest {
  private static final RecordType MODULE = new RecordType("module", 1, 2, 0, false);

  @TempDir Path directory;

  private Path write(String name, Map<String, Value> roots, String madeBy, int width)
      throws Exception {
    Path path = directory.resolve(name);
    try (ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      writer.property("made.by", madeBy);
      for (Map.Entry<String, Value> root : roots.entrySet()) {
        writer.add(root.getKey(), root.getValue());
      }
      PycFile pyc = PycFile.read(TestData.path("pyc/3.13/closures.pyc"));
      writer.addModule("closures", pyc, false);
      writer.write(path);
    }
    return path;
  }

  private static Map<String, Value> state(String cwd) {
    RecordValue.Builder module = RecordValue.unfinished(MODULE);
    Value namespace =
        DictValue.dict(
            str("cwd"), str(cwd), str("self"), module.value(), str("len"), ExternalValue.of("len"));
    module.finish(new Value[] {str("m"), namespace});
    Map<String, Value> roots = new LinkedHashMap<>();
    roots.put("state:m", module.value());
    roots.put("state:n", SequenceValue.list(IntValue.of(1)));
    return roots;
  }

  private static List<String> texts(Path a, Path b) throws Exception {
    try (MarshalImage left = MarshalImage.map(a);
        MarshalImage right = MarshalImage.map(b)) {
      return Comparison.create().differences(left, right).stream().map(Difference::toText).toList();
    }
  }

  @Test
  void twoMakingsDifferInWhatTheyTookFromTheirMachines() throws Exception {
    Path a = write("a.img", state("/a"), "x", 4);
    assertThat(texts(a, write("b.img", state("/b"), "x", 4)))
        .containsExactly("state:m: slot[1]['cwd']: '/a' in A, '/b' in B");
    assertThat(texts(a, write("b.img", state("/a"), "y", 4)))
        .containsExactly("<property made.by>: 'x' in A, 'y' in B");
  }

  @Test
  void whereObjectsLieIsNoDifference() throws Exception {
    Path a = write("a.img", state("/a"), "x", 4);
    Map<String, Value> turned = new LinkedHashMap<>();
    state("/a").entrySet().stream()
        .sorted(Map.Entry.<String, Value>comparingByKey().reversed())
        .forEach(each -> turned.put(each.getKey(), each.getValue()));
    assertThat(texts(a, write("b.img", turned, "x", 8))).isEmpty();
    try (MarshalImage image = MarshalImage.map(a)) {
      assertThat(Comparison.create().differences(image, image)).isEmpty();
    }
  }

  @Test
  void damagedImageIsAnException() throws Exception {
    Path a = write("a.img", state("/a"), "x", 4);
    byte[] good = Files.readAllBytes(a);
    Random random = new Random(1);
    int refused = 0;
    int different = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = good.clone();
      int bit = random.nextInt(8 * bytes.length);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Path b = Files.write(directory.resolve("b.img"), bytes);
      try {
        different += texts(a, b).isEmpty() ? 0 : 1;
      } catch (MarshalFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(150);
    assertThat(different).isGreaterThan(150);
  }

  @Test
  void bothSidesMayBeLeftBeforeTheEnd() throws Exception {
    Path a = write("a.img", state("/a"), "x", 4);
    try (MarshalImage left = MarshalImage.map(a)) {
      Side side = Side.of(left);
      assertThat(side.names()).containsExactly("closures", "state:m", "state:n");
      assertThat(side.read("state:n")).isNotNull();
      assertThatThrownBy(() -> side.read("state:n")).isInstanceOf(IllegalStateException.class);
      List<Difference> found = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  Comparison.create()
                      .run(
                          side,
                          Side.of(new java.util.TreeMap<>()),
                          each -> {
                            found.add(each);
                            throw new IllegalArgumentException("enough");
                          }))
          .hasMessage("enough");
      assertThat(found).hasSize(1);
    }
  }
}
