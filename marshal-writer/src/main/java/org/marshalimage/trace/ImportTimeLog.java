package org.marshalimage.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what CPython writes with {@code -X importtime}: a line for each import, after those that it
 * has led to, with its own time, that with these, and its name, moved in by two spaces for each
 * import around it (CPython's {@code Python/import.c}).
 */
public final class ImportTimeLog {
  private static final Pattern LINE =
      Pattern.compile("import time:\\s+(\\d{1,15}) \\|\\s+(\\d{1,15}) \\| ( *)(\\S.*?)\\s*");

  private ImportTimeLog() {}

  /** An import whose imports are known. */
  private record Import(String module, int depth, long total, List<Import> imports) {}

  /**
   * Reads a log. Other lines, as those that the program writes, are passed over; so are imports of
   * what was imported before, which take no time.
   *
   * @param file the log
   * @return an execution for each import, in the order in which they began; times count from the
   *     first
   * @throws IOException if it cannot be read, or has no such line
   */
  public static List<Execution> read(Path file) throws IOException {
    List<Import> waiting = new ArrayList<>();
    String text = TextFiles.read(file, StandardCharsets.UTF_8, "a log of imports");
    for (String line : text.split("\\R", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        int depth = matcher.group(3).length() / 2;
        int first = waiting.size();
        while (first > 0 && waiting.get(first - 1).depth > depth) {
          first--;
        }
        List<Import> imports = waiting.subList(first, waiting.size());
        Import whole =
            new Import(
                matcher.group(4), depth, Long.parseLong(matcher.group(2)), List.copyOf(imports));
        imports.clear();
        waiting.add(whole);
      }
    }
    if (waiting.isEmpty()) {
      throw new IOException(
          "no line of -X importtime, expected \"import time: ... | ... | NAME\", file=" + file);
    }
    List<Execution> executions = new ArrayList<>();
    long start = 0;
    for (Import each : waiting) {
      start = add(each, start, executions);
    }
    return executions;
  }

  /** Adds an import and all that it has led to; iterative, as a log may nest as it likes. */
  private static long add(Import outermost, long start, List<Execution> executions) {
    record Pending(Import each, long start, int parent) {}
    List<Pending> stack = new ArrayList<>(List.of(new Pending(outermost, start, -1)));
    while (!stack.isEmpty()) {
      Pending next = stack.remove(stack.size() - 1);
      int index = executions.size();
      executions.add(
          new Execution(next.each.module, next.start, next.start + next.each.total, next.parent));
      long at = next.start;
      int place = stack.size();
      for (Import inner : next.each.imports) {
        stack.add(place, new Pending(inner, at, index));
        at += inner.total;
      }
    }
    return start + outermost.total;
  }
}
