package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Several images as one. */
class ImagePathTest {
  @TempDir Path directory;

  private Path write(String file, String... modules) throws Exception {
    Path path = directory.resolve(file);
    try (ImageWriter writer = ImageWriter.create()) {
      for (String module : modules) {
        writer.add(module, code(file));
      }
      writer.write(path);
    }
    return path;
  }

  /** Code whose only name is interned in every image, and whose constant is its image's. */
  private static Value code(String file) {
    return TestImages.codeWithNames(
        file, SequenceValue.tuple(StrValue.of("append", true), StrValue.of("x" + file)));
  }

  private static List<String> found(List<ImageModule> modules) {
    return modules.stream().map(module -> module.name() + " of " + module.code().name()).toList();
  }

  @Test
  void firstImageThatHasAModuleWins() throws Exception {
    Path first = write("first", "a", "p", "p.one", "z");
    Path second = write("second", "a", "b", "p", "p.two", "p.two.deep");
    Path third = write("third", "b", "c", "p.one", "p.three");
    try (ImagePath path = ImagePath.map(first, second, third)) {
      assertThat(found(path.modules()))
          .containsExactly(
              "a of first",
              "b of second",
              "c of third",
              "p of first",
              "p.one of first",
              "p.three of third",
              "p.two of second",
              "p.two.deep of second",
              "z of first");
      for (ImageModule module : path.modules()) {
        assertThat(path.module(module.name()).image()).isSameAs(module.image());
        assertThat(path.hasModule(module.name())).isTrue();
      }
      assertThat(found(path.submodules("p")))
          .containsExactly("p.one of first", "p.three of third", "p.two of second");
      assertThat(found(path.modules("p.t")))
          .containsExactly("p.three of third", "p.two of second", "p.two.deep of second");
      assertThat(path.modules("q")).isEmpty();
      assertThat(path.hasModule("q")).isFalse();
      assertThat(path.findModule("q")).isEmpty();
      assertThatThrownBy(() -> path.module("q"))
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("no module named 'q' in path of 3 images: " + first + ", ");
      assertThatThrownBy(() -> path.modules().remove(0))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void listsAreThoseOfAMapThatTheLastImageFillsFirst() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      names.add((i % 3 == 0 ? "p." : "") + "m" + i);
    }
    names.addAll(List.of("\uffee", "\ud83d\ude00"));
    for (int seed = 0; seed < 20; seed++) {
      TreeMap<String, String> expected = new TreeMap<>();
      List<Path> files = new ArrayList<>();
      for (int i = 2; i >= 0; i--) {
        Collections.shuffle(names, new java.util.Random(3L * seed + i));
        List<String> chosen = names.subList(0, 7 * i + seed);
        String file = seed + "-" + i;
        chosen.forEach(name -> expected.put(name, name + " of " + file));
        files.add(0, write(file, chosen.toArray(String[]::new)));
      }
      try (ImagePath path = ImagePath.map(files.toArray(Path[]::new))) {
        assertThat(found(path.modules())).containsExactlyElementsOf(expected.values());
        assertThat(found(path.modules("p.")))
            .containsExactlyElementsOf(expected.subMap("p.", "p/").values());
      }
    }
  }

  @Test
  void rootThatIsNoModuleHidesNoneInAList() throws Exception {
    Path first = directory.resolve("roots");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("p.m", FloatValue.of(1)).write(first);
    }
    try (ImagePath path = ImagePath.map(first, write("second", "p.m"))) {
      assertThat(path.module("p.m").isCode()).isFalse();
      assertThat(found(path.submodules("p"))).containsExactly("p.m of second");
    }
  }

  @Test
  void internedStringsOfAllImagesHaveOneObject() throws Exception {
    Path alone = write("alone", "c");
    try (ImagePath path = ImagePath.map(write("first", "a"), write("second", "b"));
        MarshalImage other = MarshalImage.map(alone)) {
      ImagePath.Strings<StringBuilder> strings =
          path.strings(view -> new StringBuilder(view.toString()));
      TupleView names = path.module("a").code().names();
      TupleView others = path.module("b").code().names();
      assertThat(strings.get(names.get(0)))
          .hasToString("append")
          .isSameAs(strings.get(others.get(0)))
          .isSameAs(strings.of(path.images().get(1)).get(others, 0));
      assertThat(strings.get(names.get(1))).hasToString("xfirst").isSameAs(strings.get(names, 1));
      assertThat(strings.interner().attachments(other).get(other.module("c").code().names(), 0))
          .isSameAs(strings.get(names.get(0)));
      assertThatThrownBy(() -> strings.get(other.module("c").code().name()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("image is not on the path: " + alone);
      assertThatThrownBy(() -> strings.of(other)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closeClosesAll() throws Exception {
    ImagePath path = ImagePath.map(write("first", "a"), write("second", "b"));
    CodeView code = path.module("b").code();
    path.close();
    path.close();
    for (MarshalImage image : path.images()) {
      assertThatThrownBy(() -> image.hasModule("a"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("image is closed");
    }
    assertThatThrownBy(code::flags).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> path.findModule("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void imagesBeforeOneThatCannotBeMappedAreClosed() throws Exception {
    Path sound = write("first", "a");
    assertThatThrownBy(() -> ImagePath.map(sound, directory.resolve("nothing")))
        .isInstanceOfAny(java.io.FileNotFoundException.class, NoSuchFileException.class);
    Path damaged = Files.write(directory.resolve("damaged"), new byte[200]);
    assertThatThrownBy(() -> ImagePath.map(sound, damaged))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining(damaged.toString());
  }

  @Test
  void pathsMayBeEmptyAndHaveNoImageTwice() throws Exception {
    try (ImagePath path = ImagePath.of()) {
      assertThat(path.modules()).isEmpty();
      assertThat(path.hasModule("a")).isFalse();
    }
    try (MarshalImage image = MarshalImage.map(write("first", "a"))) {
      assertThatThrownBy(() -> ImagePath.of(image, image))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("twice on the path: image of 1 modules");
    }
  }

  @Test
  void manyThreadsLookUpAtOnce() throws Exception {
    try (ImagePath path =
        ImagePath.map(write("first", "a", "p.one"), write("second", "b", "p.two"))) {
      ImagePath.Strings<Object> strings = path.strings(view -> new Object());
      Object expected = strings.get(path.module("a").code().names().get(0));
      ExecutorService pool = Executors.newFixedThreadPool(4);
      try {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          all.add(
              pool.submit(
                  () -> {
                    for (int round = 0; round < 1_000; round++) {
                      assertThat(path.modules("p.").size()).isEqualTo(2);
                      assertThat(strings.get(path.module("b").code().names().get(0)))
                          .isSameAs(expected);
                    }
                  }));
        }
        for (Future<?> each : all) {
          each.get();
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }
}
