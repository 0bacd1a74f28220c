package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.TestData;

/** What is said of every damaged file of testdata. */
class ExpectedTest {
  private static final String[] FOLDERS = {"corrupt", "unsound"};

  @TempDir Path directory;

  static Stream<Arguments> expected() throws IOException {
    Stream.Builder<Arguments> all = Stream.builder();
    for (String folder : FOLDERS) {
      Expected.messages(folder)
          .forEach((name, message) -> all.add(Arguments.of(folder + "/" + name, message)));
    }
    return all.build();
  }

  @ParameterizedTest
  @MethodSource("expected")
  void everyDamagedFileIsSaidToHaveItsFlaw(String file, String message) throws Exception {
    assertThat(message).isNotEmpty();
    assertThat(Expected.said(TestData.path(file))).isEqualTo(message);
  }

  @Test
  void everyDamagedFileIsListed() throws Exception {
    for (String folder : FOLDERS) {
      TreeSet<String> names = new TreeSet<>();
      for (String suffix : new String[] {".pyc", ".img"}) {
        TestData.files(folder, suffix).forEach(file -> names.add(file.getFileName().toString()));
      }
      assertThat(names).isEqualTo(new TreeSet<>(Expected.messages(folder).keySet()));
    }
  }

  @Test
  void unsoundImagesAreThoseThatAreMadeHere() throws Exception {
    for (Map.Entry<String, byte[]> each : UnsoundImages.all(directory).entrySet()) {
      Path file = TestData.path("unsound/" + each.getKey());
      assertThat(Files.readAllBytes(file)).as(each.getKey()).isEqualTo(each.getValue());
    }
  }

  @Test
  void unsoundImagesHaveOneFindingEachAndReadWithoutError() throws Exception {
    for (Path file : TestData.files("unsound", ".img")) {
      assertThat(MarshalImage.verify(file, 10).findings()).as(file.toString()).hasSize(1);
      try (MarshalImage image = MarshalImage.map(file)) {
        for (ImageModule module : image.modules()) {
          assertThat(module.root().kind()).isPositive();
        }
      }
    }
  }
}
