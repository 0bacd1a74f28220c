package org.marshalimage.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ImageInfo;
import org.marshalimage.ImageModule;
import org.marshalimage.IntView;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TestImages;
import org.marshalimage.TupleView;
import org.marshalimage.Walks;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;

class WriterTest {
  @TempDir Path directory;

  /** Returns whether two values are one object of an image that holds both. */
  private boolean areMerged(Value left, Value right) throws IOException {
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, List.of(left, right)))) {
      return image.root("0").equals(image.root("1"));
    }
  }

  @Test
  void equalImmutableValuesAreStoredOnce() throws Exception {
    assertThat(areMerged(StrValue.of("a"), StrValue.of("a"))).isTrue();
    assertThat(areMerged(BytesValue.of(new byte[3]), BytesValue.of(new byte[3]))).isTrue();
    assertThat(areMerged(IntValue.of(7), IntValue.of(7))).isTrue();
    assertThat(areMerged(FloatValue.of(0.5), FloatValue.of(0.5))).isTrue();
    assertThat(areMerged(ComplexValue.ofBits(0, 5), ComplexValue.ofBits(0, 5))).isTrue();
    assertThat(
            areMerged(
                SequenceValue.tuple(SequenceValue.frozenset(IntValue.of(1)), Singleton.NONE),
                SequenceValue.tuple(SequenceValue.frozenset(IntValue.of(1)), Singleton.NONE)))
        .isTrue();
  }

  @Test
  void valuesOfOtherTypeOrBitsAreKeptApart() throws Exception {
    assertThat(areMerged(IntValue.of(1), FloatValue.of(1))).isFalse();
    assertThat(areMerged(IntValue.of(1), Singleton.TRUE)).isFalse();
    assertThat(areMerged(FloatValue.of(0.0), FloatValue.of(-0.0))).isFalse();
    assertThat(
            areMerged(
                FloatValue.ofBits(0x7FF8000000000000L), FloatValue.ofBits(0x7FF8000000000001L)))
        .isFalse();
    assertThat(areMerged(StrValue.of("a"), BytesValue.of(new byte[] {'a'}))).isFalse();
    assertThat(
            areMerged(SequenceValue.tuple(IntValue.of(1)), SequenceValue.tuple(FloatValue.of(1))))
        .isFalse();
    assertThat(
            areMerged(
                IntValue.of(BigInteger.TEN.pow(30)), IntValue.python2Long(BigInteger.TEN.pow(30))))
        .isFalse();
  }

  @Test
  void mutableValuesAndWhatHoldsThemAreKeptApart() throws Exception {
    assertThat(areMerged(SequenceValue.list(), SequenceValue.list())).isFalse();
    assertThat(areMerged(SequenceValue.set(), SequenceValue.set())).isFalse();
    assertThat(
            areMerged(
                SequenceValue.tuple(SequenceValue.list()),
                SequenceValue.tuple(SequenceValue.list())))
        .isFalse();
    assertThat(areMerged(TestImages.code("f"), TestImages.code("f"))).isFalse();
    assertThat(
            areMerged(
                SequenceValue.tuple(TestImages.code("f")),
                SequenceValue.tuple(TestImages.code("f"))))
        .isFalse();
  }

  @Test
  void nansAndWhatHoldsThemAreKeptApart() throws Exception {
    long nan = 0x7FF8000000000123L;
    assertThat(areMerged(FloatValue.ofBits(nan), FloatValue.ofBits(nan))).isFalse();
    assertThat(areMerged(ComplexValue.ofBits(0, nan), ComplexValue.ofBits(0, nan))).isFalse();
    assertThat(areMerged(ComplexValue.ofBits(nan, 0), ComplexValue.ofBits(nan, 0))).isFalse();
    assertThat(
            areMerged(
                SequenceValue.tuple(FloatValue.ofBits(nan)),
                SequenceValue.tuple(FloatValue.ofBits(nan))))
        .isFalse();
  }

  @Test
  void stringIsInternedIfAnyOccurrenceWas() throws Exception {
    List<Value> roots =
        List.of(
            SequenceValue.tuple(StrValue.of("a"), StrValue.of("b")),
            SequenceValue.tuple(StrValue.of("a", true), StrValue.of("b")));
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, roots))) {
      TupleView tuple = (TupleView) image.root("0");
      assertThat(((StrView) tuple.get(0)).isInterned()).isTrue();
      assertThat(((StrView) tuple.get(1)).isInterned()).isFalse();
    }
  }

  @Test
  void numbersAreDense() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, "pyc/3.13"))) {
      Set<Integer> strings = new HashSet<>();
      Set<Integer> bytes = new HashSet<>();
      Set<Integer> codes = new HashSet<>();
      for (ImageModule module : image.modules()) {
        Walks.views(
            module.code(),
            object -> {
              if (object instanceof StrView str) {
                strings.add(str.internNumber());
              } else if (object instanceof BytesView each) {
                bytes.add(each.number());
              } else if (object instanceof CodeView code) {
                codes.add(code.codeNumber());
              }
            });
      }
      ImageInfo info = image.info();
      assertThat(codes).hasSize(info.codeObjects());
      assertThat(Collections.max(codes)).isEqualTo(info.codeObjects() - 1);
      assertThat(bytes).hasSize(info.bytesObjects());
      assertThat(Collections.min(bytes)).isEqualTo(info.strings());
      assertThat(Collections.max(bytes)).isEqualTo(info.strings() + info.bytesObjects() - 1);
      // The names of modules are strings too; those that no module uses are not walked.
      assertThat(strings).hasSizeGreaterThanOrEqualTo(info.strings() - info.modules());
      assertThat(Collections.max(strings)).isLessThan(info.strings());
    }
  }

  @Test
  void sameRootsGiveTheSameBytesInAnyOrder() throws Exception {
    List<Path> files = new ArrayList<>(TestData.files("pyc/3.13", ".pyc"));
    byte[] first = null;
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(files, new Random(round));
      Path target = directory.resolve("round.img");
      try (ImageWriter writer = ImageWriter.create()) {
        for (Path file : files) {
          writer.addModule(TestImages.nameOf(file), PycFile.read(file), false);
        }
        writer.write(target);
      }
      byte[] bytes = Files.readAllBytes(target);
      if (first != null) {
        assertThat(bytes).as("round " + round).isEqualTo(first);
      }
      first = bytes;
    }
  }

  @Test
  void everyObjectStartsOnAMultipleOfEight() throws Exception {
    try (MarshalImage image = MarshalImage.map(TestImages.ofFolder(directory, "streams"))) {
      for (ImageModule module : image.modules()) {
        Walks.views(module.root(), object -> assertThat(object.offset() % 8).isZero());
      }
      assertThat(image.info().length() % 8).isZero();
    }
  }

  @Test
  void emptyImageHasNoModules() throws Exception {
    Path target = TestImages.of(directory, List.of());
    try (MarshalImage image = MarshalImage.map(target)) {
      assertThat(image.moduleCount()).isZero();
      assertThat(image.modules()).isEmpty();
      assertThat(image.findModule("x")).isEmpty();
      assertThatThrownBy(() -> image.module("x")).hasMessageContaining("among 0");
    }
  }

  @Test
  void imageIdTellsContents() throws Exception {
    String one = idOf(IntValue.of(1));
    assertThat(idOf(IntValue.of(1))).isEqualTo(one);
    assertThat(idOf(IntValue.of(2))).isNotEqualTo(one);
  }

  private String idOf(Value root) throws IOException {
    try (MarshalImage image = MarshalImage.map(TestImages.of(directory, root))) {
      return image.info().id();
    }
  }

  @Test
  void refusesEmptyAndTakenNames() {
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a", Singleton.NONE);
      assertThatThrownBy(() -> writer.add("a", Singleton.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("two roots of one name: a");
      assertThatThrownBy(() -> writer.add("", Singleton.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closedWriterRefusesWork() {
    ImageWriter writer = ImageWriter.create();
    writer.close();
    writer.close();
    assertThatThrownBy(() -> writer.add("a", Singleton.NONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void missingDirectoryIsNamedAndNothingIsLeft() throws Exception {
    Path target = directory.resolve("missing").resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a", Singleton.NONE);
      assertThatThrownBy(() -> writer.write(target))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("missing");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void failedWriteLeavesTheOldImage() throws Exception {
    // The name is as long as a name can be, and that of the temporary file longer.
    Path target = directory.resolve("x".repeat(255));
    Files.copy(TestImages.of(directory, IntValue.of(1)), target);
    byte[] old = Files.readAllBytes(target);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a", Singleton.NONE);
      assertThatThrownBy(() -> writer.write(target))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot write beside the image");
    }
    assertThat(Files.readAllBytes(target)).isEqualTo(old);
    assertThat(directory.toFile().list()).hasSize(2);
  }

  @Test
  void leftoverOfAKilledWriterIsDeletedAndOtherFilesAreNot() throws Exception {
    Files.write(directory.resolve(".values.img.99999999-0.tmp"), new byte[1 << 20]);
    Path other = Files.write(directory.resolve(".values.img.mine.tmp"), new byte[1]);
    Path target = TestImages.of(directory, IntValue.of(1));
    try (MarshalImage image = MarshalImage.map(target)) {
      assertThat(image.root("0").toString()).isEqualTo("1");
    }
    assertThat(directory.toFile().list())
        .containsExactlyInAnyOrder("values.img", other.getFileName().toString());
  }

  @Test
  void writersOfOneImageDoNotDisturbEachOther() throws Exception {
    Path target = directory.resolve("x.img");
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try (ImageWriter writer = ImageWriter.create()) {
                  writer.add("a", IntValue.of(number)).write(target);
                } catch (Throwable e) {
                  failures.add(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    try (MarshalImage image = MarshalImage.map(target)) {
      assertThat(((IntView) image.root("a")).longValue()).isBetween(0L, 7L);
    }
    assertThat(directory.toFile().list()).containsExactly("x.img");
  }

  @Test
  void bytecodeIsSharedUnlessAskedFor() throws Exception {
    Path path = directory.resolve("separate.img");
    for (boolean separate : new boolean[] {false, true}) {
      try (ImageWriter writer = ImageWriter.create()) {
        if (separate) {
          writer.separateBytecode();
        }
        writer.add("f", TestImages.code("f")).add("g", TestImages.code("g"));
        assertThatThrownBy(writer::separateBytecode).isInstanceOf(IllegalStateException.class);
        writer.write(path);
      }
      try (MarshalImage image =
          MarshalImage.map(path, MapOptions.builder().inPlace().linkAll().build())) {
        BytesView f = image.module("f").code().code();
        BytesView g = image.module("g").code().code();
        assertThat(f.equals(g)).isEqualTo(!separate);
        assertThat(f.number() == g.number()).isEqualTo(!separate);
        assertThat(f.toByteArray()).isEqualTo(g.toByteArray());
      }
    }
  }

  @Test
  void pointerWidthIsChosenBeforeTheFirstRoot() throws Exception {
    Path target = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (int width : new int[] {0, 2, 16, -8}) {
        assertThatThrownBy(() -> writer.pointerWidth(width))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("pointer width is not 4 or 8: " + width);
      }
      writer.add("a", IntValue.of(1));
      assertThatThrownBy(() -> writer.pointerWidth(8)).isInstanceOf(IllegalStateException.class);
      assertThat(writer.write(target).length()).isPositive();
    }
    try (MarshalImage image = MarshalImage.map(target)) {
      assertThat(image.info().pointerWidth()).isEqualTo(4);
    }
  }
}
