package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs all benchmarks and harnesses, each as a process of its own, and makes one JSON file and one
 * page of what they measured. A part that fails is told of on the page, with the end of what it
 * printed, and the others go on.
 */
final class Report {
  private static final String USAGE =
      "usage: Report [--quick] [--only PART,...] [--output FOLDER] [--page-only]\nparts: ";

  /** Of what a failed part printed, this much is kept. */
  private static final int TAIL_LINES = 15;

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final Path folder;
  private final boolean isQuick;

  private Report(Path folder, boolean isQuick) {
    this.folder = folder;
    this.isQuick = isQuick;
  }

  /**
   * Runs the parts and writes {@code report.json} and {@code report.html}; with {@code --page-only}
   * makes the page anew of the JSON that is there. Parts that are not run keep the figures of the
   * run before.
   *
   * @param arguments options
   * @throws IOException if a file cannot be written
   * @throws InterruptedException if the wait for a process is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Corpus.target().resolve("report");
    boolean isQuick = false;
    boolean isPageOnly = false;
    List<ReportPart> parts = ReportPart.ALL;
    for (int i = 0; i < arguments.length; i++) {
      boolean hasValue = i + 1 < arguments.length;
      if (arguments[i].equals("--quick")) {
        isQuick = true;
      } else if (arguments[i].equals("--page-only")) {
        isPageOnly = true;
      } else if (arguments[i].equals("--only") && hasValue) {
        parts = chosen(arguments[++i]);
      } else if (arguments[i].equals("--output") && hasValue) {
        folder = Path.of(arguments[++i]);
      } else {
        fail();
      }
    }
    Files.createDirectories(folder);
    Report report = new Report(folder, isQuick);
    boolean isWhole = isPageOnly || report.run(parts);
    report.page();
    if (!isWhole) {
      System.exit(1);
    }
  }

  private static List<ReportPart> chosen(String names) {
    List<ReportPart> chosen = new ArrayList<>();
    for (String name : names.split(",")) {
      ReportPart.ALL.stream().filter(part -> part.name().equals(name)).forEach(chosen::add);
      if (chosen.isEmpty() || !chosen.get(chosen.size() - 1).name().equals(name)) {
        fail();
      }
    }
    return chosen;
  }

  private static void fail() {
    System.err.println(
        USAGE + ReportPart.ALL.stream().map(ReportPart::name).collect(Collectors.joining(" ")));
    System.exit(1);
  }

  private Path file() {
    return folder.resolve("report.json");
  }

  /** Runs parts, and tells whether none failed. */
  private boolean run(List<ReportPart> parts) throws IOException, InterruptedException {
    ObjectNode report = json.createObjectNode();
    if (parts != ReportPart.ALL && Files.exists(file())) {
      report = (ObjectNode) json.readTree(file().toFile());
    }
    for (Map.Entry<String, Object> entry : PeerFolder.heading().entrySet()) {
      report.put(entry.getKey(), entry.getValue().toString());
    }
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

  private ObjectNode run(ReportPart part) throws IOException, InterruptedException {
    Path result = folder.resolve(part.name() + ".json");
    Path log = folder.resolve(part.name() + ".log");
    Files.deleteIfExists(result);
    List<String> options = new ArrayList<>();
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key.toString().matches("marshalimage\\..*|jmh\\..*|user\\.home")) {
                options.add("-D" + key + '=' + value);
              }
            });
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = part.command(java, options, result.toString(), isQuick);
    System.out.print(part.name() + ": ");
    System.out.flush();
    long start = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    int status = builder.redirectOutput(log.toFile()).start().waitFor();
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    ObjectNode node = json.createObjectNode();
    node.put("command", String.join(" ", command));
    node.put("when", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    node.put("seconds", seconds);
    boolean isDone = status == 0 && Files.exists(result);
    if (isDone) {
      node.set("result", json.readTree(result.toFile()));
    }
    List<String> lines = Files.readAllLines(log);
    String failure = failure(part, lines, status, isDone);
    if (!failure.isEmpty()) {
      node.put("failure", failure);
    }
    System.out.printf("%s in %,d s%n", failure.isEmpty() ? "done" : "FAILED, see " + log, seconds);
    return node;
  }

  /** Returns how a part failed, in part or altogether; empty if it did not. */
  private static String failure(ReportPart part, List<String> lines, int status, boolean isDone) {
    if (!isDone) {
      List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "status " + status + '\n' + String.join("\n", tail);
    }
    // JMH goes on after a benchmark that fails, and says so.
    int at = part.isJmh() ? lines.indexOf("<failure>") : -1;
    return at < 0
        ? ""
        : String.join("\n", lines.subList(at, Math.min(lines.size(), at + TAIL_LINES)));
  }

  /** Returns the commit that is checked out, and whether it was changed; empty if not known. */
  private static String commit() throws InterruptedException {
    try {
      ProcessBuilder builder =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10");
      Process git = builder.directory(Corpus.target().toFile()).start();
      try (InputStream output = git.getInputStream()) {
        String said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? said : "";
      }
    } catch (IOException e) {
      return "";
    }
  }

  private void page() throws IOException {
    Path page = folder.resolve("report.html");
    Files.writeString(page, ReportPage.of(json.readTree(file().toFile())));
    System.out.println("written to " + file() + " and " + page);
  }
}
