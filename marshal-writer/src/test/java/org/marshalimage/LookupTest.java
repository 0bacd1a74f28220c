package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.writer.ImageWriter;

/** Modules by prefix and by package, and roots that are none. */
class LookupTest {
  private static final Value CODE = TestImages.code("<module>");

  @TempDir Path directory;

  private Path write(Iterable<String> names) throws IOException {
    Path path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : names) {
        writer.add(name, CODE);
      }
      writer.write(path);
    }
    return path;
  }

  private static List<String> names(List<ImageModule> modules) {
    return modules.stream().map(ImageModule::name).toList();
  }

  /** Names of few letters: with one, two and four bytes a code point, and surrogates alone. */
  private static TreeSet<String> randomNames(long seed) {
    String[] parts = {
      "a", "b", ".", ".", "-", "/", "\u00e9", "\u20ac", "\uffee", "\ud83d\ude00", "\ud83d", "\ue000"
    };
    Random random = new Random(seed);
    TreeSet<String> names = new TreeSet<>();
    while (names.size() < 400) {
      StringBuilder name = new StringBuilder();
      for (int i = random.nextInt(7); i >= 0; i--) {
        name.append(parts[random.nextInt(parts.length)]);
      }
      names.add(name.toString());
    }
    return names;
  }

  /** Texts that names may start with, and texts that none does. */
  private static TreeSet<String> prefixes(TreeSet<String> names) {
    TreeSet<String> prefixes = new TreeSet<>(List.of("", "zz", "\uffff", "\u0000", "a\ud83d"));
    for (String name : names) {
      for (int end = 1; end <= name.length(); end++) {
        prefixes.add(name.substring(0, end));
        prefixes.add(name.substring(0, end) + "c");
        prefixes.add(name.substring(0, end) + "\u0000");
      }
    }
    return prefixes;
  }

  @Test
  void prefixHasTheModulesThatStartWithIt() throws Exception {
    TreeSet<String> names = randomNames(1);
    try (MarshalImage image = MarshalImage.map(write(names))) {
      assertThat(names(image.modules())).containsExactlyElementsOf(names);
      for (String prefix : prefixes(names)) {
        assertThat(names(image.modules(prefix)))
            .as(prefix)
            .isEqualTo(names.stream().filter(name -> name.startsWith(prefix)).toList());
      }
    }
  }

  @Test
  void packageHasTheModulesRightBelowIt() throws Exception {
    TreeSet<String> names = randomNames(2);
    try (MarshalImage image = MarshalImage.map(write(names))) {
      for (String name : prefixes(names)) {
        String prefix = name.isEmpty() ? "" : name + ".";
        assertThat(names(image.submodules(name)))
            .as(name)
            .isEqualTo(
                names.stream()
                    .filter(each -> each.startsWith(prefix) && each.length() > prefix.length())
                    .filter(each -> each.indexOf('.', prefix.length()) < 0)
                    .toList());
      }
    }
  }

  @Test
  void finderGetsWhatItAsksFor() throws Exception {
    Path path =
        write(
            List.of(
                "json",
                "json.decoder",
                "json.tool",
                "json-lib",
                "jsonschema",
                "space.part.one",
                "space.part.two",
                "xml",
                "xml.dom",
                "xml.dom.minidom",
                "xml.sax"));
    try (MarshalImage image = MarshalImage.map(path)) {
      assertThat(image.hasModule("json.decoder")).isTrue();
      assertThat(image.hasModule("json.decode")).isFalse();
      assertThat(image.hasModule("json.")).isFalse();
      assertThat(names(image.submodules("json"))).containsExactly("json.decoder", "json.tool");
      assertThat(names(image.modules("json.")))
          .isEqualTo(List.of("json.decoder", "json.tool"))
          .isEqualTo(names(image.submodules("json")));
      assertThat(names(image.submodules("xml"))).containsExactly("xml.dom", "xml.sax");
      assertThat(names(image.submodules("")))
          .containsExactly("json", "json-lib", "jsonschema", "xml");
      // A namespace package has no code of its own, and is there if anything lies below it.
      assertThat(image.hasModule("space.part")).isFalse();
      assertThat(image.modules("space.part.")).hasSize(2);
      assertThat(image.submodules("space")).isEmpty();
      assertThat(names(image.submodules("space.part")))
          .containsExactly("space.part.one", "space.part.two");
      List<ImageModule> below = image.modules("xml.");
      assertThat(below.get(2).image()).isSameAs(image);
      assertThatThrownBy(() -> below.get(3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("index=3, size=3");
      assertThatThrownBy(() -> below.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  private Path writeMixed() throws IOException {
    Path path = directory.resolve("mixed.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer
          .add("p", CODE)
          .add("p.limits", SequenceValue.list(FloatValue.of(0.5)))
          .add("p.m", CODE)
          .add("zero", IntValue.of(0))
          .write(path);
    }
    return path;
  }

  @Test
  void rootsThatAreNoModulesAreToldApart() throws Exception {
    try (MarshalImage image = MarshalImage.map(writeMixed())) {
      assertThat(names(image.modules())).containsExactly("p", "p.limits", "p.m", "zero");
      assertThat(names(image.roots())).containsExactly("p.limits", "zero");
      assertThat(image.moduleCount()).isEqualTo(4);
      assertThat(image.rootCount()).isEqualTo(2);
      assertThat(names(image.submodules("p"))).containsExactly("p.m");
      assertThat(names(image.submodules(""))).containsExactly("p");
      assertThat(image.module("p").isCode()).isTrue();
      assertThat(image.module("p.limits").isCode()).isFalse();
      assertThat(image.module("p.limits").rootKind()).isEqualTo(TypeCode.LIST);
      assertThat(image.module("zero").rootKind()).isEqualTo(TypeCode.INT);
    }
    try (MarshalImage image =
        MarshalImage.map(
            TestImages.of(directory, List.of(IntValue.of(1), SequenceValue.tuple())))) {
      assertThat(image.roots()).hasSize(2);
      assertThat(image.submodules("")).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void lookUpLinksNothing() throws Exception {
    try (MarshalImage image =
        MarshalImage.map(writeMixed(), MapOptions.builder().inPlace().build())) {
      assertThat(image.submodules("p")).hasSize(1);
      assertThat(image.rootCount()).isEqualTo(2);
      assertThat(image.module("p").isCode()).isTrue();
      assertThat(image.linkReport().objectsLinked()).isZero();
      image.module("p").code();
      image.linkAll();
      assertThat(names(image.roots())).containsExactly("p.limits", "zero");
    }
  }

  @Test
  void modulesThatAreNotTakenAreNotMade() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      names.add("package.module" + i);
      names.add("package.module" + i + ".below");
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (MarshalImage image = MarshalImage.map(write(names))) {
      long[] allocated = new long[2];
      for (int i = 0; i < allocated.length; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(image.modules("package.").size()).isEqualTo(names.size());
        allocated[i] = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(allocated[1]).isLessThan(4096);
      long before = threads.getCurrentThreadAllocatedBytes();
      int size = image.submodules("package").size();
      long perModule = (threads.getCurrentThreadAllocatedBytes() - before) / size;
      assertThat(size).isEqualTo(20_000);
      // An index each, and what it is copied from as the array grows.
      assertThat(perModule).isLessThan(20);
    }
  }

  @Test
  void nothingIsFoundInAnImageWithoutModules() throws Exception {
    try (MarshalImage image = MarshalImage.map(write(List.of()))) {
      assertThat(image.modules("")).isEmpty();
      assertThat(image.submodules("")).isEmpty();
      assertThat(image.roots()).isEmpty();
      assertThat(image.hasModule("")).isFalse();
    }
  }

  @Test
  void oneLongNameForAllModulesIsRefusedByASearchBelowAPackage() throws Exception {
    List<String> names = new ArrayList<>(List.of("!".repeat(1_000_000) + "."));
    for (int i = 0; i < 20_000; i++) {
      names.add("m" + i);
    }
    Path path = write(names);
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int table = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.MODULES - 1) * SectionLayout.SIZE;
    int modules = (int) bytes.getLong(table + SectionLayout.START_OFFSET);
    long name = bytes.getLong(modules + ModuleLayout.NAME_OFFSET);
    long shortName = bytes.getLong(modules + ModuleLayout.SIZE + ModuleLayout.NAME_OFFSET);
    // Every other one, so that no search passes over them.
    for (int i = 2; i <= 20_000; i += 2) {
      bytes.putLong(modules + i * ModuleLayout.SIZE + ModuleLayout.NAME_OFFSET, name);
      bytes.putLong(modules + (i - 1) * ModuleLayout.SIZE + ModuleLayout.NAME_OFFSET, shortName);
    }
    DamagedImages.seal(image);
    Files.write(path, image);
    try (MarshalImage mapped = MarshalImage.map(path)) {
      assertThatThrownBy(() -> mapped.submodules(""))
          .isInstanceOf(CorruptImageException.class)
          .hasMessageContaining("name of a module overlaps one before it");
    }
  }

  @Test
  void nameThatIsNotThereIsKnownWithoutASegment() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      names.add("m" + i);
    }
    Path path = write(names);
    byte[] image = Files.readAllBytes(path);
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int table = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.DIRECTORY - 1) * SectionLayout.SIZE;
    int directory = (int) bytes.getLong(table + SectionLayout.START_OFFSET);
    for (int place = 0; place < 100; place++) {
      bytes.putInt(directory + (int) HashLayout.valueOffset(place, 100), -1);
    }
    DamagedImages.seal(image);
    Files.write(path, image);
    try (MarshalImage mapped = MarshalImage.map(path)) {
      for (int i = 100; i < 1000; i++) {
        assertThat(mapped.findModule("m" + i)).isEmpty();
      }
      for (String name : names) {
        assertThatThrownBy(() -> mapped.findModule(name))
            .isInstanceOf(CorruptImageException.class)
            .hasMessageContaining("segment lies outside its section");
      }
    }
  }
}
