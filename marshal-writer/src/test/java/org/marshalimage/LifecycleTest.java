package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.writer.ImageWriter;

/** Images mapped, linked, read and closed by many threads in whatever order. */
@EnabledOnOs(OS.LINUX)
class LifecycleTest {
  private static final int THREADS = 8;
  private static final int SEQUENCES = 1000;
  private static final int IMAGES = 6;
  private static final long BASE = 0x2666_0000_0000L;

  @TempDir Path directory;

  /** Images that any thread may use, replace or close at any time. */
  private final AtomicReferenceArray<MarshalImage> images = new AtomicReferenceArray<>(IMAGES);

  private final List<Path> files = new ArrayList<>();
  private final Map<String, String> expected = new TreeMap<>();

  private MarshalImage map(Random random) throws Exception {
    Path file = files.get(random.nextInt(files.size()));
    switch (random.nextInt(5)) {
      case 0:
        return MarshalImage.map(file);
      case 1:
        return MarshalImage.map(file, MapOptions.builder().checksums(true).build());
      case 2:
        return MarshalImage.map(file, MapOptions.builder().inPlace().linkAll().build());
      case 3:
        return MarshalImage.map(file, MapOptions.builder().inPlace().checksums(true).build());
      default:
        return MarshalImage.map(file, MapOptions.builder().inPlace().build());
    }
  }

  /** One sequence: some uses of some image; returns how often it was closed meanwhile. */
  private int run(Random random) throws Exception {
    int at = random.nextInt(IMAGES);
    MarshalImage image = images.get(at);
    if (image == null) {
      image = map(random);
      MarshalImage other = images.getAndSet(at, image);
      if (other != null) {
        other.close();
      }
    }
    int refused = 0;
    for (int i = random.nextInt(5); i >= 0; i--) {
      try {
        use(image, random);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageMatching("(?i).*closed.*");
        refused++;
      } catch (UnsupportedOperationException e) {
        assertThat(e).hasMessageContaining("in place");
      }
    }
    if (random.nextInt(3) == 0) {
      // If another thread has put one there meanwhile, it stays: nothing else would close it.
      images.compareAndSet(at, image, null);
      image.close();
    }
    return refused;
  }

  private void use(MarshalImage image, Random random) {
    List<String> names = List.copyOf(expected.keySet());
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(8)) {
      case 0:
        assertThat(CanonicalJson.write(image.root(name).toValue())).isEqualTo(expected.get(name));
        break;
      case 1:
        Walks.cursor(image, image.module(name).rootOffset());
        break;
      case 2:
        StrView string = image.intern(random.nextInt(image.internedCount()));
        int found = image.internNumber(string.toString());
        assertThat(image.intern(found).toString()).isEqualTo(string.toString());
        break;
      case 3:
        image.linkAll();
        break;
      case 4:
        ByteBuffer bytecode = image.module("shop").code().bytecode();
        for (int k = 0; k < bytecode.limit(); k++) {
          bytecode.get(k);
        }
        break;
      case 5:
        CodeView code = image.module("shop").code();
        image.retain(code);
        image.release(code);
        assertThat(image.isPinned(code)).isTrue();
        break;
      case 6:
        assertThat(image.module("shop").code().address()).isNotZero();
        break;
      default:
        assertThat(image.linkReport().mapNanos()).isPositive();
        break;
    }
  }

  @Test
  void randomSequencesOfMapLinkReadClose() throws Exception {
    Path path = directory.resolve("x.img");
    Files.copy(TestData.path(ImageFiles.SOUND), path);
    Path prelinked = directory.resolve("prelinked.img");
    ImageWriter.prelink(path, prelinked, BASE, TypeTable.standard());
    files.add(path);
    files.add(prelinked);
    try (MarshalImage image = MarshalImage.map(path)) {
      for (ImageModule module : image.modules()) {
        expected.put(module.name(), CanonicalJson.write(module.root().toValue()));
      }
    }
    long seed = Long.getLong("marshalimage.seed", 20081222);
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    int refused = 0;
    try {
      List<Future<Integer>> sequences = new ArrayList<>();
      for (int i = 0; i < SEQUENCES; i++) {
        Random random = new Random(seed + i);
        sequences.add(pool.submit(() -> run(random)));
      }
      for (Future<Integer> sequence : sequences) {
        refused += sequence.get();
      }
    } finally {
      pool.shutdown();
    }
    // Else no thread has met an image that another one closed, and this tests nothing.
    assertThat(refused).isPositive();
    for (int i = 0; i < IMAGES; i++) {
      MarshalImage left = images.getAndSet(i, null);
      if (left != null) {
        left.close();
      }
    }
    for (Path file : files) {
      assertThat(Memory.mappingsAfterCollection(file)).as("mappings of " + file).isZero();
    }
  }
}
