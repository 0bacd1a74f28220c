package org.marshalimage.jmh;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.jmh.peer.ColdPeer;
import org.marshalimage.jmh.peer.Peers;

/**
 * The programs that {@link ColdStart} runs.
 *
 * <p>The class path of ours has three small jars: the programs, marshal-format and marshal-core.
 * The programs come first, so that the library's jars are opened by those alone that use it. What
 * needs more has the large jar of the benchmarks, and an empty program of its own to be compared
 * with.
 */
final class ColdPrograms {
  /** System property: class path of the programs; by default all jars of {@code target/cold}. */
  static final String CLASS_PATH = "marshalimage.cold.classpath";

  static final String EMPTY = "empty";
  static final String IMPORTS = "map, import set";
  static final String DECODE = "decode, import set";

  private static final String LARGE_EMPTY = "empty, large jar";
  private static final String PYTHON_EMPTY = "CPython, pass";
  private static final String LOADS =
      "import sys, marshal\n"
          + "for name in sys.argv[2:]:\n"
          + "    with open(name, 'rb') as file:\n"
          + "        file.seek(int(sys.argv[1]))\n"
          + "        marshal.loads(file.read())\n";

  private final String classPath = classPath();
  private final String largeJar = System.getProperty("java.class.path");
  private final List<ColdProgram> programs = new ArrayList<>();

  private ColdPrograms() throws IOException {}

  /**
   * Returns all programs; what needs a CPython that is not installed is left out, and said.
   *
   * @throws IOException if they are not built, or their files cannot be found or made
   */
  static List<ColdProgram> all() throws IOException {
    ColdPrograms all = new ColdPrograms();
    all.addOurs();
    all.addPeers();
    all.addJython();
    all.addPython();
    return all.programs;
  }

  private void addOurs() throws IOException {
    Path library = Corpus.image(Corpus.STDLIB);
    String module = Corpus.module(Library.find()).name();
    ImportSet set = ImportSet.find();
    List<String> imports = ColdPrograms.with(set.image().toString(), set.names());
    add(EMPTY, ColdEmpty.class, List.of());
    add("map by the JDK alone", ColdFloor.class, List.of(library.toString()));
    add("map, one module", ColdMap.class, List.of(library.toString(), module));
    add(IMPORTS, ColdImports.class, imports);
    add("walk, import set", ColdWalk.class, imports);
    add(DECODE, ColdDecode.class, PeerFolder.names(Library.importSet()));
  }

  /** Peers have their classes in the jar of all benchmarks; so has the image, among them. */
  private void addPeers() throws IOException {
    programs.add(ColdProgram.ours(LARGE_EMPTY, largeJar, ColdEmpty.class, null, List.of()));
    for (String peer : Peers.NAMES) {
      List<String> command =
          List.of(ColdPeer.class.getName(), peer, PeerFiles.file(peer).toString(), "load");
      programs.add(
          new ColdProgram("peer " + peer + ", large jar", LARGE_EMPTY, largeJar, command, true));
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
    List<String> files = PeerFolder.names(library);
    String image = Corpus.image(Corpus.IMPORTS_2).toString();
    add("map" + set, ColdImports.class, with(image, LinkTarget.names(library)));
    add("decode" + set, ColdDecode.class, files);
    List<String> jython = List.of(ColdJython.class.getName());
    programs.add(new ColdProgram("Jython, nothing", LARGE_EMPTY, largeJar, jython, true));
    programs.add(
        new ColdProgram("Jython" + set, LARGE_EMPTY, largeJar, with(jython.get(0), files), true));
  }

  private void addPython() throws IOException {
    Library library = Library.importSet();
    Interpreter interpreter = Interpreter.find(Library.IMPORTER);
    if (interpreter == null || library.isTestdata()) {
      System.out.println("No CPython " + Library.IMPORTER + ": it is left out");
      return;
    }
    List<String> start = List.of(interpreter.program().toString(), "-S", "-E", "-I", "-c");
    List<String> nothing = new ArrayList<>(start);
    nothing.add("pass");
    List<String> loads = new ArrayList<>(start);
    loads.add(LOADS);
    loads.add(Integer.toString(Library.IMPORTER.headerLength()));
    loads.addAll(PeerFolder.names(library));
    programs.add(new ColdProgram(PYTHON_EMPTY, null, null, nothing, false));
    programs.add(new ColdProgram("CPython, loads of import set", PYTHON_EMPTY, null, loads, false));
  }

  private void add(String label, Class<?> main, List<String> arguments) {
    String base = label.equals(EMPTY) ? null : EMPTY;
    programs.add(ColdProgram.ours(label, classPath, main, base, arguments));
  }

  private static List<String> with(String first, List<String> others) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }

  static String classPath() throws IOException {
    String setting = System.getProperty(CLASS_PATH);
    if (setting != null) {
      return setting;
    }
    Path folder = Corpus.target().resolve("cold");
    StringBuilder programs = new StringBuilder();
    StringBuilder library = new StringBuilder();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path jar : jars) {
          String name = jar.getFileName().toString();
          if (name.startsWith("programs")) {
            programs.append(jar);
          } else if (name.startsWith("marshal-")) {
            library.append(File.pathSeparatorChar).append(jar);
          }
        }
      }
    }
    if (programs.length() == 0 || library.length() == 0) {
      throw new IOException(
          "no jars in "
              + folder
              + ": build with \"mvn package\", or name a class path with -D"
              + CLASS_PATH);
    }
    return programs.append(library).toString();
  }
}
