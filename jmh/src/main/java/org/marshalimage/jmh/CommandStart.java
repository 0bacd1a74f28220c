package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long does the {@code marshal} command take, from its start to its end? Whole processes take
 * turns, on each of the {@link ColdProgram.Jdks}: commands on an image of the import set, and an
 * empty main. {@code ls} may take {@value #MOST_FOR_LS} ms of wall time on a quiet machine.
 */
final class CommandStart {
  private static final int MOST_FOR_LS = 300;

  private CommandStart() {}

  /**
   * Measures, prints a table for each JDK and writes the figures as JSON.
   *
   * @param arguments jars of the command that take turns; by default the one that the build makes
   */
  public static void main(String[] arguments) throws IOException {
    Path built = Corpus.target().resolve("../../marshal-cli/target/marshal.jar").normalize();
    List<Path> jars =
        arguments.length == 0 ? List.of(built) : Stream.of(arguments).map(Path::of).toList();
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new IOException("no such jar: " + jar);
      }
    }
    Harness harness = new Harness("command", "command-start.json", 21);
    harness.put("unit", "ms");
    JsonNode measured =
        new ObjectMapper()
            .valueToTree(ColdProgram.measure(harness, programs(jars), ColdProgram.Archive.NONE));
    for (JsonNode jdk : measured) {
      for (JsonNode row : jdk.path("programs")) {
        double wall = Figures.number(row, "/wallQuartiles/1");
        if (row.path("program").asText().matches("(.* )?ls") && wall > MOST_FOR_LS) {
          System.out.printf("ls takes more than %,d ms%n", MOST_FOR_LS);
        }
      }
    }
  }

  private static List<ColdProgram> programs(List<Path> jars) throws IOException {
    String image = Corpus.image(Corpus.IMPORTS).toString();
    String module = Corpus.module(Library.importSet()).name();
    List<ColdProgram> programs = new ArrayList<>(List.of(ColdStart.empty()));
    for (List<String> line :
        List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("ls", image),
            List.of("ls", "--json", image),
            List.of("show", image, module),
            List.of("stat", image),
            List.of("verify", image))) {
      for (Path jar : jars) {
        List<String> command = new ArrayList<>(List.of("-jar", jar.toString()));
        command.addAll(line);
        String label = line.contains("--json") ? "ls --json" : line.get(0);
        String of = jars.size() == 1 ? "" : jar.getFileName() + " ";
        programs.add(new ColdProgram(of + label, ColdStart.EMPTY, true, command, true));
      }
    }
    return programs;
  }
}
