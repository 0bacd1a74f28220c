package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.DecodedStream;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;

/**
 * Random graphs go to each interpreter found and come back, in each stream version that it writes:
 * encoded here, loaded and dumped there, decoded here; and made and dumped there, decoded and
 * encoded here, loaded there. Each must be the same graph at each stop, sharing and cycles
 * included; see {@link GraphText}. What CPython dumps is also decoded and encoded in its own bytes.
 *
 * <p>The seeds are fixed. The setting {@code marshalimage.graphs} is the number of graphs for each
 * interpreter, version and direction: 150, with the profile "sweep" 10,000. A stream that fails is
 * kept below {@code target/random-graphs}, named for its seed.
 *
 * <p>An interpreter, in the setting {@code marshalimage.pythons}, is anything that runs a script
 * with arguments. Where a CPython is at hand only as WebAssembly, that is a shell script which runs
 * {@code pyodide_python.mjs}, beside {@code random_graphs.py}, in Node.js; the file tells how.
 */
class RandomGraphIT {
  private static final long FORWARD_SEED = 1_000_000;
  private static final long BACKWARD_SEED = 2_000_000;
  private static final int MOST_SHOWN = 10;
  private static final int SHOWN_TEXT = 2000;
  private static final String SCRIPT = "random_graphs.py";

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicNode> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "skipped", () -> assumeTrue(false, "no CPython: no graphs went anywhere")));
    }
    return interpreters.stream()
        .map(python -> DynamicContainer.dynamicContainer(python.toString(), everyVersion(python)));
  }

  private Stream<DynamicTest> everyVersion(Path python) {
    try {
      String[] words = run(python, "version").strip().split(" ");
      PythonVersion version = PythonVersion.ofName(words[0]);
      assertThat(version).as("Python " + words[0]).isNotNull();
      assertThat(Integer.parseInt(words[1])).isEqualTo(version.marshalVersion());
      return IntStream.rangeClosed(0, version.marshalVersion())
          .mapToObj(
              stream ->
                  DynamicTest.dynamicTest(
                      "marshal version " + stream,
                      () -> new Exchange(python, version, stream).run()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int count() {
    return Integer.getInteger("marshalimage.graphs", 100);
  }

  private String run(Path python, Object... arguments) throws IOException, InterruptedException {
    Path script = directory.resolve(SCRIPT);
    if (!Files.exists(script)) {
      try (InputStream resource = RandomGraphIT.class.getResourceAsStream(SCRIPT)) {
        Files.copy(resource, script);
      }
    }
    List<String> command = new ArrayList<>(List.of(python.toString(), script.toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Processes.Result result = Processes.run(directory, command);
    assertThat(result.code()).as(command + "\n" + result.err()).isZero();
    return result.out();
  }

  /** What CPython said of one graph. */
  private record Answer(byte[] stream, String text) {}

  /** The exchange with one interpreter in one version. */
  private final class Exchange {
    private final Path python;
    private final PythonVersion version;
    private final int stream;
    private final List<String> failures = new ArrayList<>();
    private final Set<String> kinds = new TreeSet<>();
    private int failed;
    private int shared;
    private int cyclic;

    Exchange(Path python, PythonVersion version, int stream) {
      this.python = python;
      this.version = version;
      this.stream = stream;
    }

    void run() throws IOException, InterruptedException {
      forward();
      assertThat(kinds).containsExactlyElementsOf(expectedKinds());
      kinds.clear();
      backward();
      assertThat(kinds).containsExactlyElementsOf(expectedKinds());
      assertThat(failures).as(failed + " graphs failed; the first ones").isEmpty();
    }

    private Set<String> expectedKinds() {
      Set<String> expected = new TreeSet<>();
      expected.addAll(Set.of("None", "True", "False", "Ellipsis", "StopIteration", "code object"));
      expected.addAll(Set.of("int", "long int", "float", "complex", "bytes", "str"));
      expected.addAll(Set.of("tuple", "list", "dict", "set", "frozenset"));
      if (stream >= 5) {
        expected.add("slice");
      }
      if (stream >= 6) {
        expected.add("frozendict");
      }
      return expected;
    }

    private void forward() throws IOException, InterruptedException {
      List<Value> graphs = new ArrayList<>();
      List<byte[]> streams = new ArrayList<>();
      int codeCycles = 0;
      for (int i = 0; i < count(); i++) {
        graphs.add(RandomGraphs.make(FORWARD_SEED + i, version, stream));
        codeCycles += RandomGraphs.hasCodeCycle(graphs.get(i)) ? 1 : 0;
        streams.add(MarshalEncoder.encode(graphs.get(i), version, stream));
      }
      assertThat(codeCycles > 0)
          .as("cycles through code objects")
          .isEqualTo(stream >= GraphText.REF_VERSION);
      List<Answer> answers = echo(streams);
      for (int i = 0; i < graphs.size(); i++) {
        long seed = FORWARD_SEED + i;
        Value graph = graphs.get(i);
        Answer answer = answers.get(i);
        GraphText text = GraphText.of(graph, version, stream);
        tally(text);
        if (check("to", seed, streams.get(i), text.toString(), answer.text())) {
          String whole = GraphText.whole(graph, version, stream).toString();
          check("from", seed, answer.stream(), whole, wholeText(answer.stream()));
        }
      }
      report("encoded here, loaded and dumped there, decoded here", FORWARD_SEED);
    }

    private void backward() throws IOException, InterruptedException {
      Path made = directory.resolve("made.txt");
      RandomGraphIT.this.run(python, "make", stream, BACKWARD_SEED, count(), made);
      List<Answer> answers = read(made);
      List<byte[]> streams = new ArrayList<>();
      List<String> wholes = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        long seed = BACKWARD_SEED + i;
        byte[] dumped = answers.get(i).stream();
        streams.add(new byte[0]);
        wholes.add("");
        try {
          DecodedStream decoded =
              MarshalDecoder.decodeExactly(dumped, 0, dumped.length, version, null);
          GraphText text = GraphText.of(decoded.root(), version, stream);
          tally(text);
          check("made", seed, dumped, answers.get(i).text(), text.toString());
          byte[] exact = MarshalEncoder.encodeExactly(decoded.root(), version, decoded.forms());
          check("exactly", seed, dumped, hex(dumped), hex(exact));
          streams.set(i, MarshalEncoder.encode(decoded.root(), version, stream));
          wholes.set(i, GraphText.whole(decoded.root(), version, stream).toString());
        } catch (RuntimeException e) {
          check("made", seed, dumped, answers.get(i).text(), "! " + e);
        }
      }
      List<Answer> again = echo(streams);
      for (int i = 0; i < answers.size(); i++) {
        long seed = BACKWARD_SEED + i;
        if (check("back", seed, streams.get(i), answers.get(i).text(), again.get(i).text())) {
          byte[] dumped = again.get(i).stream();
          check("back-from", seed, dumped, wholes.get(i), wholeText(dumped));
        }
      }
      report("made and dumped there, decoded and encoded here, loaded there", BACKWARD_SEED);
    }

    private String wholeText(byte[] dumped) {
      try {
        Value value = MarshalDecoder.decode(dumped, 0, dumped.length, version, null);
        return GraphText.whole(value, version, stream).toString();
      } catch (RuntimeException e) {
        return "! " + e;
      }
    }

    private List<Answer> echo(List<byte[]> streams) throws IOException, InterruptedException {
      Path in = directory.resolve("in.txt");
      Path out = directory.resolve("out.txt");
      try (BufferedWriter writer = Files.newBufferedWriter(in)) {
        for (byte[] each : streams) {
          writer.write(hex(each) + "\n");
        }
      }
      RandomGraphIT.this.run(python, "echo", stream, in, out);
      List<Answer> answers = read(out);
      assertThat(answers).hasSameSizeAs(streams);
      return answers;
    }

    private static List<Answer> read(Path file) throws IOException {
      List<Answer> answers = new ArrayList<>();
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          int blank = line.indexOf(' ');
          boolean isRefused = line.startsWith("!");
          byte[] bytes =
              isRefused ? new byte[0] : HexFormat.of().parseHex(line.substring(0, blank));
          answers.add(new Answer(bytes, isRefused ? line : line.substring(blank + 1)));
        }
      }
      return answers;
    }

    private void tally(GraphText text) {
      kinds.addAll(text.kinds());
      shared += text.hasSharing() ? 1 : 0;
      cyclic += text.hasCycle() ? 1 : 0;
    }

    private void report(String what, long firstSeed) {
      System.out.printf(
          "%s, marshal version %d: %d graphs, seeds from %d, %d with sharing, %d with cycles, %s:"
              + " %d failed%n",
          version, stream, count(), firstSeed, shared, cyclic, what, failed);
      shared = 0;
      cyclic = 0;
    }

    /** Compares; keeps the stream of a graph that failed. */
    private boolean check(String where, long seed, byte[] bytes, String expected, String found)
        throws IOException {
      if (expected.equals(found)) {
        return true;
      }
      failed++;
      if (failures.size() < MOST_SHOWN) {
        Path folder = TestData.root().resolve("marshal-cli/target/random-graphs");
        Files.createDirectories(folder);
        Path file = folder.resolve(version + "-v" + stream + "-" + where + "-" + seed + ".marshal");
        Files.write(file, bytes);
        failures.add(
            file
                + "\nexpected: "
                + shown(expected, found)
                + "\nfound:    "
                + shown(found, expected));
      }
      return false;
    }

    /** Returns the part of a text from shortly before the first difference on. */
    private static String shown(String text, String other) {
      int same = Arrays.mismatch(text.toCharArray(), other.toCharArray());
      int from = Math.max(0, same - 200);
      return text.substring(from, Math.min(text.length(), from + SHOWN_TEXT));
    }

    private static String hex(byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
  }
}
