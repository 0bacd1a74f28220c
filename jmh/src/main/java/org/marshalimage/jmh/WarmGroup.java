package org.marshalimage.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * Warm processes that work on the same {@code .pyc} files and take turns. They warm up for as many
 * seconds as the system property {@code marshalimage.NAME.warmup} says.
 */
final class WarmGroup implements AutoCloseable {
  private static final String SCRIPT = "marshal_speed.py";

  private final Harness harness;
  private final String warmup;
  private final Path folder;
  private final Path script;
  private final Path list;
  private final List<WarmProcess> processes = new ArrayList<>();

  WarmGroup(Harness harness, List<String> files) throws IOException {
    this.harness = harness;
    warmup = harness.setting("warmup", "5");
    folder = Files.createTempDirectory("warm");
    script = folder.resolve(SCRIPT);
    list = Files.write(folder.resolve("files"), files);
    try (InputStream content = WarmGroup.class.getResourceAsStream(SCRIPT)) {
      Files.copy(content, script);
    }
  }

  /** Starts a CPython that does {@code loads} or {@code dumps} with the files. */
  WarmProcess python(Interpreter interpreter, String function) throws IOException {
    return add(
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

  /** Starts a JVM that does some {@link WarmWork} with the files. */
  WarmProcess java(String label, WarmWork.Kind kind, Enum<?> work, String... more)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(warmup, kind.name(), work.name()));
    arguments.addAll(List.of(more.length > 0 ? more : new String[] {list.toString()}));
    return add(label, Processes.java(List.of(), WarmWork.class, arguments));
  }

  private WarmProcess add(String label, List<String> command) throws IOException {
    WarmProcess process = new WarmProcess(harness.rounds(), label, command);
    processes.add(process);
    return process;
  }

  /** Returns the bytes of all streams, as the first process counts them. */
  long length() {
    return processes.get(0).ready().get("bytes").asLong();
  }

  /**
   * Has all take their turns.
   *
   * @param unit makes of milliseconds for a pass what is told
   * @return a row for each; ratios are to the first, round by round
   */
  List<Map<String, Object>> takeTurns(DoubleUnaryOperator unit) throws IOException {
    harness.takeTurns(0, processes);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (WarmProcess process : processes) {
      rows.add(process.row(processes.get(0), unit));
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    processes.forEach(WarmProcess::close);
    Files.delete(list);
    Files.delete(script);
    Files.delete(folder);
  }
}
