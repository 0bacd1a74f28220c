package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What harnesses need that have warm processes take turns: the script that measures a CPython, a
 * list of the files that all work on, and how each process is started.
 */
final class PeerFolder implements AutoCloseable {
  private static final String SCRIPT = "marshal_speed.py";

  private final Path folder;
  private final Path script;
  private final Path list;
  private final String warmup;

  /**
   * Makes a temporary folder.
   *
   * @param warmup seconds for which each process warms up
   */
  PeerFolder(String warmup) throws IOException {
    this.warmup = warmup;
    folder = Files.createTempDirectory("peers");
    script = folder.resolve(SCRIPT);
    list = folder.resolve("files");
    try (InputStream content = PeerFolder.class.getResourceAsStream(SCRIPT)) {
      Files.copy(content, script);
    }
  }

  /** Lists the files of modules. */
  static List<String> names(Library library) {
    List<String> files = new ArrayList<>();
    for (Library.Source source : library.files()) {
      files.add(source.file().toString());
    }
    return files;
  }

  /** Sets the files that processes work on which are started from now on. */
  void list(List<String> files) throws IOException {
    Files.write(list, files);
  }

  Path list() {
    return list;
  }

  /** Starts a CPython that does {@code loads} or {@code dumps} with the files. */
  StreamPeer python(Interpreter interpreter, String function) throws IOException {
    return new StreamPeer(
        "marshal." + function,
        List.of(
            interpreter.program().toString(),
            script.toString(),
            "--seconds",
            warmup,
            "--serve",
            function,
            "--list",
            list.toString()));
  }

  String warmup() {
    return warmup;
  }

  /** Returns the command of a JVM like this one that runs a program of the benchmarks. */
  static List<String> java(Class<?> program, String... arguments) {
    return java(List.of(), program, arguments);
  }

  /** The same with more options for the JVM. */
  static List<String> java(List<String> options, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (String property : new String[] {Corpus.FOLDER, Interpreter.PYTHONS, "user.home"}) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + '=' + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Has each do its rounds. */
  static void takeTurns(int rounds, List<StreamPeer> peers) throws IOException {
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < peers.size(); i++) {
        // Every other round backwards, so that none always follows the same one.
        peers.get((round & 1) == 0 ? i : peers.size() - 1 - i).round();
      }
    }
  }

  /** Begins what a harness writes with when and on what it ran. */
  static Map<String, Object> heading() throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    result.put("machine", Machine.describe());
    result.put("java", System.getProperty("java.version"));
    System.out.println("machine: " + result.get("machine"));
    System.out.println("JDK " + result.get("java"));
    return result;
  }

  /**
   * Writes what a harness measured.
   *
   * @param property names the file
   * @param name of the file in {@code target}, unless the property is set
   */
  static void write(Map<String, Object> result, String property, String name) throws IOException {
    String setting = System.getProperty(property);
    Path file = setting != null ? Path.of(setting) : Corpus.target().resolve(name);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), result);
    System.out.println("written to " + file);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(list);
    Files.delete(script);
    Files.delete(folder);
  }
}
