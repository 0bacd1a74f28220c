package org.marshalimage.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * A part of the report: one process, whose JSON becomes one section. What the section is called and
 * what it asks stands in {@code parts.properties}.
 *
 * @param name short, for {@code --only}, and the key in the report
 * @param program {@code org.openjdk.jmh.Main}, or the main class of a harness
 * @param key of JMH the class, of a harness its {@link Harness name}
 * @param quick for a quick run, arguments of JMH or settings of a harness
 */
record ReportPart(String name, String program, String key, String quick) {
  private static final String JMH = "org.openjdk.jmh.Main";
  private static final List<String> FULL = List.of("-f", "2", "-wi", "3", "-i", "5");
  private static final List<String> QUICK =
      List.of("-f", "1", "-wi", "1", "-i", "2", "-w", "500ms", "-r", "500ms");

  /** The parts, in the order of the page. */
  static final List<ReportPart> ALL =
      List.of(
          jmh("map", "MapBenchmark", "-p image=1MB,stdlib"),
          jmh("module", "ModuleBenchmark", ""),
          harness("import-set-speed", ImportSetSpeed.class, "imports", "rounds=3 warmup=1"),
          harness("cold", ColdStart.class, "cold", "rounds=3"),
          jmh("peers", "PeerBenchmark", ""),
          jmh("walk", "WalkBenchmark", ""),
          jmh("strings", "StringBenchmark", ""),
          harness(
              "stream-speed", StreamSpeed.class, "stream", "rounds=3 warmup=1 versions=2.7,3.13"),
          harness("link-speed", LinkSpeed.class, "link", "rounds=3 warmup=1"),
          jmh("types", "TypeHandleBenchmark", ""),
          jmh("verify", "VerifyBenchmark", ""),
          harness("write", WriteSpeed.class, "write", "rounds=1 large=false"),
          harness("heap", HeapReport.class, "heap", ""),
          harness("pages", PageReport.class, "pages", ""));

  private static final ResourceBundle TEXTS =
      ResourceBundle.getBundle("org.marshalimage.jmh.parts", Locale.ROOT);

  private static ReportPart jmh(String name, String classes, String quick) {
    return new ReportPart(name, JMH, classes, quick);
  }

  private static ReportPart harness(String name, Class<?> program, String key, String quick) {
    return new ReportPart(name, program.getName(), key, quick);
  }

  String title() {
    return TEXTS.getString(name + ".title");
  }

  String question() {
    return TEXTS.getString(name + ".question");
  }

  boolean isJmh() {
    return program.equals(JMH);
  }

  /** Returns what {@code java} runs it with. */
  List<String> command(List<String> options, String result, boolean isQuick) {
    List<String> words = isQuick && !quick.isEmpty() ? List.of(quick.split(" ")) : List.of();
    List<String> line = new ArrayList<>();
    if (!isJmh()) {
      // What this run is told counts more than what a quick run has.
      words.forEach(each -> line.add(property(each)));
    }
    line.addAll(options);
    if (!isJmh()) {
      line.add(property("json=" + result));
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
    if (isJmh()) {
      line.addAll(List.of(key, "-prof", "gc"));
      line.addAll(isQuick ? QUICK : FULL);
      line.addAll(words);
      line.addAll(List.of("-rf", "json", "-rff", result));
    }
    return line;
  }

  private String property(String setting) {
    return "-Dmarshalimage." + key + '.' + setting;
  }
}
