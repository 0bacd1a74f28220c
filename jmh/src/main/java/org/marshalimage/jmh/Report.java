package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Runs all benchmarks and harnesses, each as a process of its own, and makes one JSON file and one
 * page of what they measured: {@code report.json} and {@code report.html}. A part that fails is
 * told of on the page, with the end of what it printed, and the others go on. Parts that are not
 * run keep the figures of the run before.
 */
@Command(name = "Report")
final class Report implements Callable<Integer> {
  /** Of what a failed part printed, this much is kept. */
  private static final int TAIL_LINES = 15;

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--quick", description = "rough figures, in less time")
  private boolean isQuick;

  @Option(names = "--only", split = ",", paramLabel = "PART", description = "some parts")
  private @Nullable List<String> only;

  @Option(names = "--output", paramLabel = "FOLDER", description = "where the report goes")
  private Path folder = Corpus.target().resolve("report");

  @Option(names = "--page-only", description = "makes the page anew of the JSON that is there")
  private boolean isPageOnly;

  /** Runs what is asked for; the status is 1 if a part fails, 2 if it is not understood. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Report()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<ReportPart> parts = only == null ? ReportPart.ALL : only.stream().map(this::part).toList();
    Files.createDirectories(folder);
    boolean isWhole = isPageOnly || run(parts);
    Path page = folder.resolve("report.html");
    Files.writeString(page, ReportPage.of(json.readTree(file().toFile())));
    System.out.println("written to " + file() + " and " + page);
    return isWhole ? 0 : 1;
  }

  private ReportPart part(String name) {
    List<String> names = ReportPart.ALL.stream().map(ReportPart::name).toList();
    if (!names.contains(name)) {
      String message = "no such part: " + name + "; parts: " + String.join(" ", names);
      throw new ParameterException(new CommandLine(this), message);
    }
    return ReportPart.ALL.get(names.indexOf(name));
  }

  private Path file() {
    return folder.resolve("report.json");
  }

  private boolean run(List<ReportPart> parts) throws IOException {
    ObjectNode report = json.createObjectNode();
    if (only != null && Files.exists(file())) {
      report = (ObjectNode) json.readTree(file().toFile());
    }
    report.setAll((ObjectNode) json.valueToTree(Harness.heading()));
    report.put("commit", commit());
    report.put("isQuick", isQuick);
    Library library = Library.find();
    report.put("library", library.label());
    if (library.isTestdata()) {
      System.out.println("No CPython is found: all is made of testdata/pyc");
    }
    ObjectNode results = report.withObjectProperty("parts");
    boolean isWhole = true;
    for (ReportPart part : parts) {
      ObjectNode result = run(part);
      isWhole &= !result.has("failure");
      results.set(part.name(), result);
      json.writeValue(file().toFile(), report);
    }
    return isWhole;
  }

  private ObjectNode run(ReportPart part) throws IOException {
    Path result = folder.resolve(part.name() + ".json");
    Path log = folder.resolve(part.name() + ".log");
    ObjectNode node = json.createObjectNode();
    // Harnesses have processes of all JDKs take turns.
    Collection<Path> homes =
        part.isJmh()
            ? ColdProgram.Jdks.find().keySet()
            : List.of(Path.of(System.getProperty("java.home")));
    for (Path home : homes) {
      run(part, home, result, log, node);
    }
    return node;
  }

  /** Runs a part on a JDK, and adds to what it gave on others. */
  private void run(ReportPart part, Path home, Path result, Path log, ObjectNode node)
      throws IOException {
    Files.deleteIfExists(result);
    List<String> options =
        System.getProperties().stringPropertyNames().stream()
            .filter(key -> key.matches("marshalimage\\..*|jmh\\..*|user\\.home"))
            .map(key -> "-D" + key + '=' + System.getProperty(key))
            .toList();
    List<String> command = new ArrayList<>(part.command(options, result.toString(), isQuick));
    command.add(0, home.resolve("bin").resolve("java").toString());
    System.out.print(part.name() + (part.isJmh() ? ", " + home.getFileName() : "") + ": ");
    System.out.flush();
    long start = System.nanoTime();
    int status = Processes.log(command, log);
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    String earlier = node.has("command") ? node.get("command").asText() + '\n' : "";
    node.put("command", earlier + String.join(" ", command));
    node.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    node.put("seconds", node.path("seconds").asLong() + seconds);
    boolean isDone = status == 0 && Files.exists(result);
    if (isDone) {
      JsonNode measured = json.readTree(result.toFile());
      if (node.path("result") instanceof ArrayNode rows) {
        measured.forEach(rows::add);
      } else {
        node.set("result", measured);
      }
    }
    String failure = failure(part, Files.readAllLines(log), status, isDone);
    if (!failure.isEmpty()) {
      node.put("failure", failure);
    }
    System.out.printf("%s in %,d s%n", failure.isEmpty() ? "done" : "FAILED, see " + log, seconds);
  }

  /** Returns how a part failed, in part or altogether; empty if it did not. */
  private static String failure(ReportPart part, List<String> lines, int status, boolean isDone) {
    if (!isDone) {
      List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "status " + status + '\n' + String.join("\n", tail);
    }
    // JMH goes on after a benchmark that fails, and says so.
    int at = part.isJmh() ? lines.indexOf("<failure>") : lines.size();
    List<String> told = lines.subList(at < 0 ? lines.size() : at, lines.size());
    return String.join("\n", told.subList(0, Math.min(told.size(), TAIL_LINES)));
  }

  /** Returns the commit that is checked out, and whether it was changed; empty if not known. */
  private static String commit() {
    String folder = Corpus.target().toString();
    try {
      return Processes.run(
              List.of("git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=10"))
          .strip();
    } catch (IOException e) {
      return "";
    }
  }
}
