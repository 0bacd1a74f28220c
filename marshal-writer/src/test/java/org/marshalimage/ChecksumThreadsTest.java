package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.writer.ImageWriter;

/** Threads that are the first to use one module of an image whose checksums are compared. */
class ChecksumThreadsTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 3_000;

  @TempDir Path dir;

  @Test
  void moduleThatAnotherThreadComparesIsCountedOnce() throws Exception {
    Path path = dir.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      // More than half of all that may be compared.
      writer.add("only", BytesValue.of(new byte[200])).write(path);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
    MapOptions checked = MapOptions.builder().checksums(true).build();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    CyclicBarrier start = new CyclicBarrier(THREADS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        try (MarshalImage image = MarshalImage.map(bytes, checked)) {
          List<Future<Long>> found = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            found.add(
                threads.submit(
                    () -> {
                      start.await();
                      return image.rootOffset("only");
                    }));
          }
          for (Future<Long> each : found) {
            assertThat(each.get()).isPositive();
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
