package org.marshalimage.jmh;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.jmh.peer.ColdPeer;
import org.marshalimage.jmh.peer.Peers;

/**
 * What does it add to the start of a JVM to load modules? Runs whole processes, which take turns,
 * on each of the {@link ColdProgram.Jdks}, with each {@link ColdProgram.Archive} that it has.
 *
 * <p>The class path of ours has three small jars: the programs, marshal-format and marshal-core.
 * The programs come first, so that the library's jars are opened by those alone that use it. What
 * needs more has the large jar of the benchmarks, and an empty program of its own to be compared
 * with.
 */
final class ColdStart {
  /** System property: class path of the programs; by default jars of {@code target/cold}. */
  static final String CLASS_PATH = "marshalimage.cold.classpath";

  private static final List<String> JARS =
      List.of("programs-cold.jar", "marshal-format.jar", "marshal-core.jar");

  static final String EMPTY = "empty";
  static final String IMPORTS = "map, import set";
  static final String DECODE = "decode, import set";

  private static final String LARGE_EMPTY = "empty, large jar";
  private static final String PYTHON_EMPTY = "CPython, pass";
  private static final String LOADS =
      """
      import sys, marshal
      for name in sys.argv[2:]:
          with open(name, 'rb') as file:
              file.seek(int(sys.argv[1]))
              marshal.loads(file.read())
      """;

  private final String classPath = classPath();
  private final String largeJar = System.getProperty("java.class.path");
  private final List<ColdProgram> programs = new ArrayList<>();

  private ColdStart() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    Harness harness = new Harness("cold", "cold-start.json", 21);
    Path library = Corpus.image(Corpus.STDLIB);
    String imports = Library.importSet().toString();
    System.out.printf("image: %s; import set: %s%n", library.getFileName(), imports);
    harness.put("image", library.getFileName().toString());
    harness.put("imageLength", Files.size(library));
    harness.put("importSet", imports);
    harness.put("unit", "ms");
    // What needs a CPython that is not installed is left out, and said.
    ColdStart start = new ColdStart();
    start.addOurs();
    start.addPeers();
    start.addJython();
    start.addPython();
    ColdProgram.measure(harness, start.programs, ColdProgram.Archive.values());
  }

  private void addOurs() throws IOException {
    Path library = Corpus.image(Corpus.STDLIB);
    String module = Corpus.module(Library.find()).name();
    Library set = Library.importSet();
    List<String> imports = with(Corpus.image(Corpus.IMPORTS).toString(), set.names());
    programs.add(empty());
    add("map by the JDK alone", Cold.Floor.class, List.of(library.toString()));
    add("map, one module", Cold.Map.class, List.of(library.toString(), module));
    add(IMPORTS, Cold.Imports.class, imports);
    add("walk, import set", Cold.Walk.class, imports);
    add(DECODE, Cold.Decode.class, set.paths());
  }

  /** Peers have their classes in the jar of all benchmarks; so has the image, among them. */
  private void addPeers() throws IOException {
    programs.add(java(LARGE_EMPTY, null, largeJar, Cold.Empty.class, List.of(), false));
    for (String peer : Peers.NAMES) {
      addLarge(
          "peer " + peer + ", large jar",
          ColdPeer.class,
          List.of(peer, PeerFiles.file(peer).toString(), "load"));
    }
  }

  /** Jython reads files of 2.7 alone, so ours are measured with the same ones once more. */
  private void addJython() throws IOException {
    Library library = Library.importSet2();
    if (library.isTestdata()) {
      System.out.println("No CPython 2.7: Jython is left out");
      return;
    }
    String set = ", 2.7 import set";
    String image = Corpus.image(Corpus.IMPORTS_2).toString();
    add("map" + set, Cold.Imports.class, with(image, library.names()));
    add("decode" + set, Cold.Decode.class, library.paths());
    addLarge("Jython, nothing", Cold.Jython.class, List.of());
    addLarge("Jython" + set, Cold.Jython.class, library.paths());
  }

  private void addPython() throws IOException {
    Library library = Library.importSet();
    Interpreter interpreter = library.interpreter();
    if (interpreter == null) {
      System.out.println("No CPython " + Library.IMPORTER + ": it is left out");
      return;
    }
    List<String> start = List.of(interpreter.program().toString(), "-S", "-E", "-I", "-c");
    List<String> loads = new ArrayList<>(start);
    loads.addAll(List.of(LOADS, Integer.toString(Library.IMPORTER.headerLength())));
    loads.addAll(library.paths());
    List<String> pass = new ArrayList<>(start);
    pass.add("pass");
    programs.add(new ColdProgram(PYTHON_EMPTY, null, false, pass, false));
    programs.add(
        new ColdProgram("CPython, loads of import set", PYTHON_EMPTY, false, loads, false));
  }

  private void add(String label, Class<?> main, List<String> arguments) {
    programs.add(java(label, EMPTY, classPath, main, arguments, false));
  }

  private void addLarge(String label, Class<?> main, List<String> arguments) {
    programs.add(java(label, LARGE_EMPTY, largeJar, main, arguments, true));
  }

  static ColdProgram empty() throws IOException {
    return java(EMPTY, null, classPath(), Cold.Empty.class, List.of(), false);
  }

  private static ColdProgram java(
      String label,
      @Nullable String base,
      String classPath,
      Class<?> main,
      List<String> arguments,
      boolean mayPrint) {
    List<String> command = new ArrayList<>(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return new ColdProgram(label, base, true, command, mayPrint);
  }

  private static List<String> with(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }

  private static String classPath() throws IOException {
    String setting = System.getProperty(CLASS_PATH);
    if (setting != null) {
      return setting;
    }
    Path folder = Corpus.target().resolve("cold");
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "no folder %s: build with \"mvn package\", or name a class path with -D%s"
              .formatted(folder, CLASS_PATH));
    }
    return JARS.stream()
        .map(jar -> folder.resolve(jar).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
