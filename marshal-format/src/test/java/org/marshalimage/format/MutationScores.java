package org.marshalimage.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads the report of a mutation test, prints how many mutants of each class were found, writes
 * that beside the report as {@code classes.txt}, and fails if a class falls short.
 *
 * <p>The profile "mutation" runs it: {@code help/tests.md}. Public, for Maven's sake.
 */
public final class MutationScores {
  /**
   * Of 100 mutants of a class the tests find so many, unless a line of mutants.txt says why not.
   */
  private static final int LEAST_PERCENT = 88;

  private MutationScores() {}

  /** Mutants of a class and those that live in it. */
  private static final class Score {
    int found;
    int all;

    /** Rounded down: 87.9 is not 88. */
    int percent() {
      return 100 * found / all;
    }
  }

  /** What a class need not reach. */
  private record Exemption(int percent, String reason) {}

  /**
   * Checks a report.
   *
   * @param args the report, {@code mutations.xml}, and the exemptions, {@code mutants.txt}
   */
  public static void main(String[] args) throws Exception {
    Path report = Path.of(args[0]);
    if (!Files.exists(report)) {
      System.out.println("no mutants of this module's classes");
      return;
    }
    Map<String, Score> scores = scores(report);
    Map<String, Exemption> exemptions = exemptions(Path.of(args[1]));
    List<String> lines = new ArrayList<>();
    List<String> tooFew = new ArrayList<>();
    scores.forEach(
        (name, score) -> {
          Exemption exemption = exemptions.getOrDefault(name, new Exemption(LEAST_PERCENT, ""));
          String line =
              String.format(
                  "%3d %%  %3d of %3d  %s", score.percent(), score.found, score.all, name);
          lines.add(line);
          if (score.percent() < exemption.percent) {
            tooFew.add(line + ", expected at least " + exemption.percent + " %");
          }
        });
    lines.forEach(System.out::println);
    Files.write(report.resolveSibling("classes.txt"), lines);
    if (!tooFew.isEmpty()) {
      throw new IllegalStateException(
          "mutants live that tests are to find:\n" + String.join("\n", tooFew));
    }
  }

  private static Map<String, Score> scores(Path report) throws Exception {
    NodeList mutants =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("mutation");
    Map<String, Score> scores = new TreeMap<>();
    for (int i = 0; i < mutants.getLength(); i++) {
      Element mutant = (Element) mutants.item(i);
      String name = mutant.getElementsByTagName("mutatedClass").item(0).getTextContent();
      // A nested class counts as part of the class that it is written in.
      Score score = scores.computeIfAbsent(name.replaceAll("\\$.*", ""), key -> new Score());
      score.all++;
      score.found += Boolean.parseBoolean(mutant.getAttribute("detected")) ? 1 : 0;
    }
    return scores;
  }

  /** Reads lines of a class, its percentage and a reason; {@code #} starts a comment. */
  private static Map<String, Exemption> exemptions(Path file) throws IOException {
    Map<String, Exemption> exemptions = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split(" +", 3);
      if (parts.length < 3) {
        throw new IllegalArgumentException(
            "expected a class, a percentage and a reason: line=" + line + ", file=" + file);
      }
      exemptions.put(parts[0], new Exemption(Integer.parseInt(parts[1]), parts[2]));
    }
    return exemptions;
  }
}
