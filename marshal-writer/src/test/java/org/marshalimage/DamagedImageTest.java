package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.SliceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.testkit.Graphs;
import org.marshalimage.testkit.ImageChecker;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.testkit.Touch;
import org.marshalimage.writer.ImageWriter;

/**
 * Images that are damaged in every bit, and in very many ways by chance. {@link ImageChecker} says
 * what may come of them.
 */
@EnabledOnOs(OS.LINUX)
@Tag("exhaustive")
class DamagedImageTest {
  /** Seed of the first mutation; the n-th takes it plus n. */
  private static final long SEED = Long.getLong("marshalimage.seed", 20_261_121L);

  private static final int DEFAULT_MUTATIONS = 50_000;

  private static final int MUTATIONS =
      Integer.getInteger("marshalimage.mutations", DEFAULT_MUTATIONS);

  /** Without the sweep every 97th bit: no multiple of 8, so that all bits of a byte come. */
  private static final int BIT_STEP = MUTATIONS > DEFAULT_MUTATIONS ? 1 : 97;

  /** The default is fewer, since {@code mvn verify} is to take no more than a minute for them. */
  private static final int IMAGE_MUTATIONS =
      MUTATIONS > DEFAULT_MUTATIONS ? MUTATIONS : MUTATIONS / 5;

  private static final long MAX_SECONDS = Long.getLong("marshalimage.seconds", Long.MAX_VALUE);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void findPlace() throws IOException {
    Path memory = Path.of("/dev/shm");
    path =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "damaged", ".img")
            : directory.resolve("damaged.img");
  }

  @AfterEach
  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  /** Images of 2 to 8 KiB that together have every kind of object, with slots of both widths. */
  private Map<String, byte[]> smallImages() throws IOException {
    List<Value> values = new ArrayList<>();
    for (int code :
        new int[] {
          TypeCode.NONE, TypeCode.TRUE, TypeCode.FALSE, TypeCode.ELLIPSIS, TypeCode.STOP_ITERATION
        }) {
      values.add(Singleton.of(code));
    }
    StrValue wide = StrValue.ofCodePoints(new int[] {0x1F600, 'a', 0xD800}, 0, 3, true);
    values.add(wide);
    values.add(StrValue.of("\u20ac and more", true));
    values.add(StrValue.of("\u00e9t\u00e9"));
    values.add(StrValue.of("interned", true));
    values.add(StrValue.of(""));
    values.add(BytesValue.of(new byte[] {1, 2, 3, -1}));
    values.add(BytesValue.of("python2".getBytes(), 0, 7, true));
    values.add(IntValue.of(Long.MIN_VALUE));
    values.add(IntValue.of(BigInteger.ONE.shiftLeft(200).negate()));
    values.add(IntValue.python2Long(BigInteger.TEN));
    values.add(FloatValue.of(-0.0));
    values.add(ComplexValue.ofBits(1, -1));
    values.add(new SliceValue(IntValue.of(1), Singleton.NONE, IntValue.of(2)));
    values.add(SequenceValue.set(IntValue.of(1), wide));
    values.add(SequenceValue.frozenset(IntValue.of(2), SequenceValue.tuple(IntValue.of(3))));
    values.add(DictValue.dict(wide, SequenceValue.list(), IntValue.of(3), wide));
    values.add(DictValue.frozendict(IntValue.of(4), SequenceValue.tuple()));
    SequenceValue.Builder cycle = SequenceValue.unfinished(TypeCode.LIST);
    values.add(cycle.finish(new Value[] {SequenceValue.tuple(cycle.value())}));
    Map<String, byte[]> images = new TreeMap<>();
    for (int width : new int[] {HeaderLayout.COMPACT_WIDTH, HeaderLayout.ADDRESS_WIDTH}) {
      String slots = ", slots of " + width;
      images.put(
          "python 3.13" + slots,
          image(width, writer -> addModules(writer, "pyc/3.13/", "decorators", "constants_py3")));
      images.put(
          "python 2.7" + slots,
          image(width, writer -> addModules(writer, "pyc/2.7/", "statements_py2", "strings_py2")));
      images.put(
          "state" + slots,
          image(
              width,
              writer ->
                  writer
                      .add("m", TestImages.state())
                      .add("n", TestImages.state())
                      .add("x", SequenceValue.list(ExternalValue.of("builtins.int")))));
      images.put(
          "values" + slots,
          image(
              width,
              writer ->
                  writer
                      .add("all", SequenceValue.tuple(values.toArray(new Value[0])))
                      .add("shared", SequenceValue.list(values.get(5), values.get(6)))
                      .add("frozen", SequenceValue.tuple(values.get(19), values.get(21)))));
    }
    for (String name : List.copyOf(images.keySet())) {
      if (name.contains("4")) {
        images.put(name + ", laid out by a start", repacked(images.get(name)));
      }
    }
    return images;
  }

  private byte[] repacked(byte[] image) throws IOException {
    Path file = directory.resolve("repacked.img");
    Files.write(file, image);
    ImageWriter.repack(file, file, TestImages::everyThird);
    return Files.readAllBytes(file);
  }

  private interface Content {
    void addTo(ImageWriter writer) throws IOException;
  }

  private static void addModules(ImageWriter writer, String folder, String... names)
      throws IOException {
    for (String name : names) {
      Path file = TestData.path(folder + name + ".pyc");
      if (Files.exists(file)) {
        writer.addModule(name, PycFile.read(file), false);
      }
    }
  }

  private byte[] image(int pointerWidth, Content content) throws IOException {
    Path file = directory.resolve("sound.img");
    try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
      content.addTo(writer);
      writer.write(file);
    }
    return Files.readAllBytes(file);
  }

  private Map<String, Value> graphs(byte[] image) throws IOException {
    Path file = directory.resolve("graphs.img");
    Files.write(file, image);
    try (MarshalImage mapped = MarshalImage.map(file)) {
      return Graphs.of(mapped);
    }
  }

  @Test
  void survivesEverySingleBitFlipAndVerifyFindsIt() throws Exception {
    ImageChecker checker = new ImageChecker(path);
    for (Map.Entry<String, byte[]> each : smallImages().entrySet()) {
      DamagedImages images = new DamagedImages(each.getValue());
      assertThat(each.getValue().length).as(each.getKey()).isBetween(1_900, 8_500);
      Map<String, Value> graphs = graphs(each.getValue());
      for (long bit = 0; bit < images.bitCount(); bit += BIT_STEP) {
        DamagedImages.Damaged damaged = images.flip(bit, false);
        boolean isSound =
            checker.check(
                damaged,
                graphs,
                LinkMode.READ_ONLY,
                LinkMode.HEAP_BUFFER,
                LinkMode.IN_PLACE,
                LinkMode.IN_PLACE_ALL);
        assertThat(isSound).as(each.getKey() + ", " + damaged.what()).isFalse();
        checker.check(images.flip(bit, true), graphs, mode(bit));
      }
    }
    System.out.println("flips: " + checker.totals());
  }

  private static LinkMode mode(long number) {
    LinkMode[] modes = {
      LinkMode.READ_ONLY,
      LinkMode.IN_PLACE,
      LinkMode.IN_PLACE_ALL,
      LinkMode.HEAP_BUFFER,
      LinkMode.DIRECT_BUFFER
    };
    return modes[Math.floorMod(number, modes.length)];
  }

  @Test
  void checksumsFindEveryFlipInWhatAModuleUses() throws Exception {
    int found = 0;
    for (Map.Entry<String, byte[]> each : smallImages().entrySet()) {
      byte[] sound = each.getValue();
      DamagedImages images = new DamagedImages(sound);
      long[] used = usedRanges(sound);
      for (int i = 0; i < used.length; i += 2) {
        for (long bit = used[i] * 8; bit < used[i + 1] * 8; bit += BIT_STEP) {
          DamagedImages.Damaged damaged = images.flip(bit, false);
          Files.deleteIfExists(path);
          Files.write(path, damaged.bytes());
          boolean isFound = false;
          try (MarshalImage image = LinkMode.CHECKED.map(path)) {
            for (int index = 0; index < image.moduleCount() && !isFound; index++) {
              try {
                image.modules().get(index).root();
              } catch (MarshalFormatException e) {
                isFound = true;
              }
            }
          }
          assertThat(isFound).as(each.getKey() + ", " + damaged.what()).isTrue();
          found++;
        }
      }
    }
    assertThat(found).isPositive();
    System.out.println("flips found by checksums: " + found);
  }

  /** DIRECTORY, MODULES, SHARED and the segments: start and end of each in turn. */
  private long[] usedRanges(byte[] sound) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> ranges = new ArrayList<>();
    for (int kind = SectionLayout.DIRECTORY; kind <= SectionLayout.SHARED; kind++) {
      int entry = HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
      long start = bytes.getLong(entry + SectionLayout.START_OFFSET);
      ranges.add(start);
      ranges.add(start + bytes.getLong(entry + SectionLayout.LENGTH_OFFSET));
    }
    int modules = (int) bytes.getLong(HeaderLayout.SECTIONS_OFFSET + SectionLayout.SIZE + 8);
    for (int i = 0; i < bytes.getInt(HeaderLayout.MODULE_COUNT_OFFSET); i++) {
      int entry = modules + i * ModuleLayout.SIZE;
      long start = bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      ranges.add(start);
      ranges.add(start + bytes.getLong(entry + ModuleLayout.SEGMENT_LENGTH_OFFSET));
      long cold = bytes.getLong(entry + ModuleLayout.COLD_OFFSET);
      ranges.add(cold);
      ranges.add(cold + bytes.getLong(entry + ModuleLayout.COLD_LENGTH_OFFSET));
    }
    return ranges.stream().mapToLong(Long::longValue).toArray();
  }

  @Test
  void survivesMutations() throws Exception {
    List<DamagedImages> images = new ArrayList<>();
    List<Map<String, Value>> graphs = new ArrayList<>();
    List<byte[]> sound = new ArrayList<>(smallImages().values());
    for (PythonVersion version : PythonVersion.values()) {
      byte[] some =
          image(
              HeaderLayout.COMPACT_WIDTH,
              writer ->
                  addModules(
                      writer, "pyc/" + version + "/", "closures", "generators", "slices", "ints"));
      sound.add(some);
    }
    for (byte[] each : sound) {
      images.add(new DamagedImages(each));
      graphs.add(graphs(each));
    }
    byte[] large = Files.readAllBytes(TestImages.ofFolder(directory, "pyc/3.13"));
    DamagedImages largeImages = new DamagedImages(large);
    Map<String, Value> largeGraphs = graphs(large);
    System.out.println("mutations: seed=" + SEED + ", number=" + IMAGE_MUTATIONS);
    ImageChecker checker = new ImageChecker(path);
    long start = System.nanoTime();
    int done = 0;
    while (done < IMAGE_MUTATIONS && (System.nanoTime() - start) / 1_000_000_000L < MAX_SECONDS) {
      long seed = SEED + done++;
      // The large one costs a hundred times as much as a small one.
      boolean isLarge = seed % 200 == 0;
      int at = (int) (seed % images.size());
      DamagedImages.Damaged damaged = (isLarge ? largeImages : images.get(at)).mutant(seed);
      check(checker, damaged, isLarge ? largeGraphs : graphs.get(at), mode(seed / images.size()));
    }
    System.out.println("mutations: " + checker.totals());
  }

  /** Saves an image that fails. */
  private static void check(
      ImageChecker checker, DamagedImages.Damaged damaged, Map<String, Value> graphs, LinkMode mode)
      throws IOException {
    try {
      checker.check(damaged, graphs, mode);
    } catch (AssertionError e) {
      Path saved =
          Files.createDirectories(Path.of("target"))
              .resolve("damaged-" + Integer.toHexString(damaged.what().hashCode()) + ".img");
      Files.write(saved, damaged.bytes());
      throw new AssertionError(e.getMessage() + ", saved as " + saved, e);
    }
  }

  @Test
  void soundImagesReadToOneGraphInAllModesByManyThreads() throws Exception {
    int number = 0;
    for (Map.Entry<String, byte[]> each : smallImages().entrySet()) {
      Path file = directory.resolve("one.img");
      Files.write(file, each.getValue());
      Map<String, Value> graphs = graphs(each.getValue());
      for (LinkMode mode : LinkMode.values()) {
        Path target = directory.resolve("mode" + number + ".img");
        mode.prepare(file, target, number++);
        try (MarshalImage image = mode.map(target)) {
          for (Touch.Result result : Touch.concurrently(image, 4)) {
            assertThat(result.first()).as(each.getKey() + ", " + mode).isNull();
          }
          assertThat(Graphs.difference(graphs, Graphs.of(image))).isNull();
        }
      }
    }
  }

  @Test
  void damagedImagesAreTouchedByManyThreads() throws Exception {
    List<byte[]> sound = new ArrayList<>(smallImages().values());
    for (int seed = 0; seed < 300; seed++) {
      DamagedImages images = new DamagedImages(sound.get(seed % sound.size()));
      Files.deleteIfExists(path);
      Files.write(path, images.mutant(seed).bytes());
      try (MarshalImage image = mode(seed).map(path)) {
        Touch.concurrently(image, 4);
      } catch (MarshalFormatException e) {
        // Refused as a whole.
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameImage() throws Exception {
    DamagedImages images = new DamagedImages(smallImages().get("values, slots of 4"));
    for (int seed = 0; seed < 100; seed++) {
      assertThat(images.mutant(seed).bytes()).isEqualTo(images.mutant(seed).bytes());
      assertThat(images.mutant(seed).bytes()).isNotEqualTo(images.mutant(seed + 1).bytes());
    }
    assertThat(images.cut(100).bytes()).hasSize(100);
  }
}
