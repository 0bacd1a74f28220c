package org.marshalimage.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the lines of a trace. For one file; not thread-safe. */
final class TraceParser {
  private static final int HEX_DIGITS = 4;

  private final Path file;
  private int number;

  private int runs = 1;
  private long dropped;
  private final Map<String, Integer> objects = new LinkedHashMap<>();
  private final Set<String> roots = new LinkedHashSet<>();
  private final List<Execution> executions = new ArrayList<>();

  /** Of each thread, those that have begun and not ended: indexes. */
  private final Map<String, Deque<Integer>> open = new HashMap<>();

  /** When the last line of each thread was. */
  private final Map<String, Long> last = new HashMap<>();

  TraceParser(Path file) {
    this.file = file;
  }

  Trace parse(String text) throws IOException {
    String[] lines = text.split("\n", -1);
    number = 1;
    check(
        lines[0].equals(StartupTrace.HEADER),
        "no trace of this version: expected=" + StartupTrace.HEADER + ", found=" + found(lines[0]));
    int count = lines.length - 2;
    number = Math.max(1, count + 1);
    check(
        count > 0 && lines[count + 1].isEmpty() && lines[count].equals("lines " + count),
        "trace is cut, or lines are missing: expected as its last line=lines "
            + Math.max(1, count));
    for (int i = 1; i < count; i++) {
      number = i + 1;
      parseLine(lines[i], lines[i].split(" ", -1));
    }
    open.forEach((thread, indexes) -> indexes.forEach(index -> close(index, thread)));
    return Trace.of(runs, dropped, objects, List.copyOf(roots), executions);
  }

  private void parseLine(String line, String[] words) throws IOException {
    switch (words[0]) {
      case "begin" -> begin(words);
      case "end" -> end(words);
      case "dropped" -> dropped = count(words, 1, Long.MAX_VALUE);
      case "runs" -> runs = (int) count(words, 1, Integer.MAX_VALUE);
      case "image" -> expect(words, 2);
      case "root" -> {
        expect(words, 3);
        checkedNumber(words[1], 0, Long.MAX_VALUE);
        roots.add(checkedText(words[2]));
      }
      case "object" -> object(line, words, 4);
      case "string" -> object(line, words, 2);
      default -> throw fault("unknown kind of line");
    }
  }

  private void object(String line, String[] words, int expected) throws IOException {
    int times = runs;
    String place = line;
    if (words.length == expected + 1 && words[expected].startsWith("*")) {
      times = (int) checkedNumber(words[expected].substring(1), 1, runs);
      place = line.substring(0, line.lastIndexOf(' '));
    } else {
      expect(words, expected);
    }
    if (words[0].equals("object")) {
      checkedText(words[1]);
    }
    check(place.chars().allMatch(unit -> unit >= ' ' && unit < 0x7F), "not in ASCII");
    objects.merge(place, times, Math::max);
  }

  private void begin(String[] words) throws IOException {
    expect(words, 4);
    long micros = checkedNumber(words[1], 0, Long.MAX_VALUE);
    Deque<Integer> indexes = open.computeIfAbsent(words[2], thread -> new ArrayDeque<>());
    Integer parent = indexes.peek();
    last.put(words[2], micros);
    indexes.push(executions.size());
    executions.add(
        new Execution(checkedText(words[3]), micros, micros, parent == null ? -1 : parent));
  }

  private void end(String[] words) throws IOException {
    expect(words, 4);
    long micros = checkedNumber(words[1], 0, Long.MAX_VALUE);
    String module = checkedText(words[3]);
    last.put(words[2], micros);
    Deque<Integer> indexes = open.getOrDefault(words[2], new ArrayDeque<>());
    boolean isOpen =
        indexes.stream().anyMatch(index -> executions.get(index).module().equals(module));
    while (isOpen) {
      int index = indexes.pop();
      isOpen = !executions.get(index).module().equals(module);
      close(index, words[2]);
    }
  }

  private void close(int index, String thread) {
    Execution begun = executions.get(index);
    long end = Math.max(begun.begin(), last.get(thread));
    executions.set(index, new Execution(begun.module(), begun.begin(), end, begun.parent()));
  }

  private long count(String[] words, long min, long max) throws IOException {
    expect(words, 2);
    return checkedNumber(words[1], min, max);
  }

  private long checkedNumber(String word, long min, long max) throws IOException {
    long value = -1;
    try {
      value = Long.parseLong(word);
    } catch (NumberFormatException e) {
      // Refused below, as what is out of range is.
    }
    check(value >= min && value <= max, "bad number: " + shorten(word));
    return value;
  }

  private String checkedText(String word) throws IOException {
    check(word.matches("%|([!-$&-~]|%[0-9a-f]{4})+"), "bad word: " + shorten(word));
    return text(word);
  }

  private static String found(String line) {
    return line.isEmpty() ? "nothing" : shorten(line);
  }

  private static String shorten(String word) {
    String start = word.substring(0, Math.min(40, word.length()));
    return start.chars().allMatch(unit -> unit >= ' ' && unit < 0x7F) ? start : "not in ASCII";
  }

  private void expect(String[] words, int expected) throws IOException {
    check(
        words.length == expected,
        "bad number of words: expected=" + expected + ", found=" + words.length);
  }

  private void check(boolean isRight, String problem) throws IOException {
    if (!isRight) {
      throw fault(problem);
    }
  }

  private IOException fault(String problem) {
    return new IOException(problem + ", line=" + number + ", file=" + file);
  }

  /** Returns what a word spells. */
  static String text(String word) {
    if (word.equals("%")) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char unit = word.charAt(i);
      if (unit == '%') {
        text.append((char) Integer.parseInt(word.substring(i + 1, i + 1 + HEX_DIGITS), 16));
        i += HEX_DIGITS;
      } else {
        text.append(unit);
      }
    }
    return text.toString();
  }

  /** Adds the lines that executions are read from: each run as a thread of its own. */
  static void appendExecutions(List<Execution> executions, List<String> lines) {
    int thread = 0;
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < executions.size(); i++) {
      Execution each = executions.get(i);
      while (!open.isEmpty() && open.peek() != each.parent()) {
        end(executions.get(open.pop()), thread, lines);
      }
      if (each.parent() < 0) {
        thread++;
      }
      lines.add("begin " + each.begin() + " " + thread + " " + StartupTrace.word(each.module()));
      open.push(i);
    }
    while (!open.isEmpty()) {
      end(executions.get(open.pop()), thread, lines);
    }
  }

  private static void end(Execution execution, int thread, List<String> lines) {
    lines.add(
        "end " + execution.end() + " " + thread + " " + StartupTrace.word(execution.module()));
  }
}
