package org.marshalimage.jmh.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.jmh.PeerBenchmark;
import org.marshalimage.writer.ImageWriter;
import org.openjdk.jmh.annotations.Param;

/** All peers hold the same. */
class PeerTest {
  @TempDir static Path folder;

  private static final List<String> NAMES = Peers.NAMES;

  /** All but the last two, which are of streams. */
  private static final List<String> SHARING = NAMES.subList(0, NAMES.size() - 2);

  private static PeerGraph graph;

  private Peer.Loaded loaded;

  private record Pair(Node expected, Node found) {}

  @BeforeAll
  static void writeImage() throws IOException {
    Path pycs = Path.of(System.getProperty("marshalimage.root"), "testdata", "pyc", "3.11");
    Map<String, Path> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(pycs)) {
      files
          .filter(file -> file.toString().endsWith(".pyc"))
          .forEach(file -> sources.put(pycs.relativize(file).toString(), file));
    }
    Path image = folder.resolve("modules.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (Map.Entry<String, Path> source : sources.entrySet()) {
        writer.addModule(source.getKey(), PycFile.read(source.getValue()), false);
      }
      writer.write(image);
    }
    graph = PeerGraph.of(image, sources);
  }

  @AfterEach
  void close() throws Exception {
    if (loaded instanceof AutoCloseable) {
      ((AutoCloseable) loaded).close();
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void readsTheSameWhicheverThePeer(String name) throws IOException {
    Peer peer = Peers.of(name);
    long sum = peer.walk(load(name));
    assertThat(sum).isEqualTo(expectedSum());
    assertThat(peer.walk(loaded)).as("again").isEqualTo(sum);
  }

  @ParameterizedTest
  @FieldSource("SHARING")
  void holdsWhatIsSharedOnce(String name) throws IOException {
    assertThat(Peers.of(name).objects(load(name))).isEqualTo(graph.objects());
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs", "pyc"})
  void streamsShareWithinAModuleAlone(String name) throws IOException {
    assertThat(Peers.of(name).objects(load(name))).isGreaterThan(graph.objects());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "kryo", "fory", "chronicle"})
  void serializersGiveBackEachFieldAndWhatIsShared(String name) throws Exception {
    Node.Modules modules = (Node.Modules) load(name);
    assertThat(modules.names).isEqualTo(graph.modules().names);
    assertSameGraph(graph.modules().roots, modules.roots);
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs", "pyc"})
  void streamsDecodeToWhatTheImageHolds(String name) throws IOException {
    Node.Modules modules = (Node.Modules) load(name);
    try (MarshalImage image = MarshalImage.map(graph.image())) {
      for (int i = 0; i < modules.names.length; i++) {
        String module = modules.names[i];
        assertThat(CanonicalJson.write((Value) modules.roots[i]))
            .as(module)
            .isEqualTo(CanonicalJson.write(image.module(module).root().toValue()));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void readsTheSameInAJvmThatLoadsOnce(String name) throws IOException {
    Path file = folder.resolve("once." + name);
    Peers.of(name).write(graph, file);
    Peer peer = Peers.forOneLoad(name);
    loaded = peer.load(file);
    assertThat(peer.walk(loaded)).isEqualTo(expectedSum());
  }

  @Test
  void benchmarkTakesAllPeers() throws Exception {
    Param param = PeerBenchmark.class.getField("peer").getAnnotation(Param.class);
    assertThat(param.value()).containsExactlyElementsOf(Peers.NAMES);
  }

  private static long expectedSum() {
    return Peers.of("java").walk(graph.modules());
  }

  private Peer.Loaded load(String name) throws IOException {
    Path file = folder.resolve("modules." + name);
    Peers.of(name).write(graph, file);
    assertThat(Peers.of(name).length(file)).isPositive();
    loaded = Peers.of(name).load(file);
    return loaded;
  }

  /** Requires that fields are equal and that objects correspond one to one. */
  private static void assertSameGraph(Object[] expected, Object[] found) throws Exception {
    Map<Node, Node> counterparts = new IdentityHashMap<>();
    Map<Node, Node> back = new IdentityHashMap<>();
    Deque<Pair> open = new ArrayDeque<>();
    pushAll(open, expected, found);
    while (!open.isEmpty()) {
      Pair pair = open.pop();
      Node known = counterparts.put(pair.expected, pair.found);
      Node knownBack = back.put(pair.found, pair.expected);
      if (known != null || knownBack != null) {
        assertThat(known).isSameAs(pair.found);
        assertThat(knownBack).isSameAs(pair.expected);
        continue;
      }
      assertThat(pair.found).hasSameClassAs(pair.expected);
      for (Field field : fields(pair.expected)) {
        Object value = field.get(pair.expected);
        Object other = field.get(pair.found);
        if (value instanceof Node) {
          open.push(new Pair((Node) value, (Node) other));
        } else if (value instanceof Node[]) {
          pushAll(open, (Node[]) value, (Node[]) other);
        } else {
          assertThat(other).as(field.toString()).isEqualTo(value);
        }
      }
    }
    assertThat(counterparts).hasSize(graph.objects());
  }

  private static void pushAll(Deque<Pair> open, Object[] expected, Object[] found) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      open.push(new Pair((Node) expected[i], (Node) found[i]));
    }
  }

  private static List<Field> fields(Node node) {
    return Stream.of(node.getClass().getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .toList();
  }
}
