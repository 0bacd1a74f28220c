package org.marshalimage.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Offsets that several threads add are all there, those of each thread in its order. */
class OffsetLogTest {
  private static final int THREADS = 4;
  private static final int EACH = 100_000;

  private static LongStream offsets(int thread) {
    return LongStream.rangeClosed(1, EACH).map(i -> (i * THREADS + thread) * Long.BYTES);
  }

  @Test
  void nothingIsLostOrMovedWhateverTheThreads() throws Exception {
    OffsetLog log = new OffsetLog();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> writers =
          IntStream.range(0, THREADS)
              .<Callable<Void>>mapToObj(
                  thread ->
                      () -> {
                        offsets(thread).forEach(log::add);
                        return null;
                      })
              .toList();
      for (Future<Void> writer : threads.invokeAll(writers)) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    long[] all = log.toArray();
    assertThat(all).hasSize(THREADS * EACH).hasSize(log.size());
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      assertThat(Arrays.stream(all).filter(each -> each / Long.BYTES % THREADS == thread).toArray())
          .isEqualTo(offsets(thread).toArray());
    }
  }

  @Test
  void theLargestOffsetIsKept() {
    OffsetLog log = new OffsetLog();
    log.add((long) Integer.MAX_VALUE * Long.BYTES);
    assertThat(log.toArray()).containsExactly((long) Integer.MAX_VALUE * Long.BYTES);
  }
}
