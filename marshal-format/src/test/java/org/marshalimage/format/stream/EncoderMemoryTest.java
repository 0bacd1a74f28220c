package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** What encoders leave to one another: nothing but memory. */
class EncoderMemoryTest {
  private static final PythonVersion PYTHON = PythonVersion.V3_13;

  /** A tuple of texts, each of which is there twice. */
  private static SequenceValue graph(int size) {
    Value[] items = new Value[2 * size];
    for (int i = 0; i < size; i++) {
      items[i] = StrValue.of("text " + i);
      items[2 * size - 1 - i] = items[i];
    }
    return SequenceValue.tuple(items);
  }

  @Test
  void threadsMayEncodeTheSameObjects() throws Exception {
    List<SequenceValue> graphs = IntStream.range(1, 50).mapToObj(i -> graph(7 * i)).toList();
    List<byte[]> expected = new ArrayList<>();
    graphs.forEach(graph -> expected.add(MarshalEncoder.encode(graph, PYTHON)));
    int threads = 4;
    CountDownLatch start = new CountDownLatch(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = 13 * thread;
        results.add(
            executor.submit(
                () -> {
                  start.countDown();
                  start.await();
                  for (int i = 0; i < 2000; i++) {
                    int index = (first + i) % graphs.size();
                    assertThat(MarshalEncoder.encode(graphs.get(index), PYTHON))
                        .isEqualTo(expected.get(index));
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void whatWasEncodedBeforeMeansNothing() {
    SequenceValue large = graph(100_000);
    SequenceValue part = SequenceValue.tuple(large.get(3), large.get(3), large.get(2));
    byte[] expected = MarshalEncoder.encode(part, PYTHON);
    byte[] whole = MarshalEncoder.encode(large, PYTHON);
    assertThat(MarshalEncoder.encode(part, PYTHON)).isEqualTo(expected);
    assertThat(MarshalEncoder.encode(large, PYTHON)).isEqualTo(whole);
  }

  @Test
  void encoderThatFailedLeavesTheNextOneNothing() {
    SequenceValue sound = graph(10);
    byte[] expected = MarshalEncoder.encode(sound, PYTHON);
    for (int i = 0; i < 3; i++) {
      SequenceValue bad =
          SequenceValue.tuple(sound.get(0), sound, sound.get(0), ExternalValue.of("open"));
      assertThatThrownBy(() -> MarshalEncoder.encode(bad, PYTHON))
          .isInstanceOf(MarshalEncodeException.class);
      assertThat(MarshalEncoder.encode(sound, PYTHON)).isEqualTo(expected);
    }
  }

  @Test
  void graphThatWasEncodedIsCollected() throws InterruptedException {
    WeakReference<Value> graph = encode();
    for (int i = 0; i < 100 && graph.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(graph.get()).isNull();
  }

  private static WeakReference<Value> encode() {
    Value graph = SequenceValue.tuple(FloatValue.of(1.5), FloatValue.of(2.5));
    MarshalEncoder.encode(graph, PYTHON);
    return new WeakReference<>(graph);
  }
}
