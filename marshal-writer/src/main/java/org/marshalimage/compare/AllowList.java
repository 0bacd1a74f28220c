package org.marshalimage.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may differ: a text file in UTF-8, which a person writes and reads. A line has one pattern,
 * which is compared with the whole of {@link Difference#where()}, {@code ROOT: PATH}; {@code *}
 * stands for any chars, none among them, and all other chars for themselves. Blank lines are passed
 * over, and those that start with {@code #}.
 *
 * <pre>{@code
 * # the seed is new in each process
 * state:random: _inst.slot[*]
 * state:*: ['__file__']
 * }</pre>
 *
 * <p>It remembers which lines have matched. Not thread-safe.
 */
public final class AllowList {
  /** Bytes of the longest file that is read. */
  private static final int MAX_LENGTH = 16 << 20;

  /**
   * A line of the file.
   *
   * @param number from 1 on
   * @param pattern what it allows
   */
  public record Line(int number, String pattern) {}

  private final List<Line> lines;
  private final boolean[] hasMatched;

  private AllowList(List<Line> lines) {
    this.lines = lines;
    hasMatched = new boolean[lines.size()];
  }

  /**
   * Reads a file.
   *
   * @param file in UTF-8
   * @return the list
   * @throws IOException if it cannot be read or is too long; if lines are bad, the message has one
   *     line for each of them, with its number and the file
   */
  public static AllowList read(Path file) throws IOException {
    long length = Files.size(file);
    if (length > MAX_LENGTH) {
      throw new IOException(
          "file is too long for an allow-list: length="
              + length
              + ", max="
              + MAX_LENGTH
              + ", file="
              + file);
    }
    return parse(Files.readAllBytes(file), file.toString());
  }

  /**
   * Reads a list.
   *
   * @param bytes in UTF-8
   * @param file its name, for messages
   * @return the list
   * @throws IOException if lines are bad, as of {@link #read}
   */
  public static AllowList parse(byte[] bytes, String file) throws IOException {
    List<Line> lines = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    int number = 0;
    for (int start = 0, end; start < bytes.length; start = end + 1) {
      end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      try {
        String text =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, start, end - start))
                .toString()
                .strip();
        String problem = problem(text);
        if (problem != null) {
          faults.add(problem + ", line=" + number + ", file=" + file);
        } else if (!text.isEmpty() && !text.startsWith("#")) {
          lines.add(new Line(number, text));
        }
      } catch (CharacterCodingException e) {
        faults.add("not in UTF-8, line=" + number + ", file=" + file);
      }
    }
    if (!faults.isEmpty()) {
      throw new IOException(String.join("\n", faults));
    }
    return new AllowList(List.copyOf(lines));
  }

  private static @Nullable String problem(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      return "control character, which no path has";
    }
    if (!text.isEmpty() && text.chars().allMatch(unit -> unit == '*')) {
      return "pattern allows everything, expected a root";
    }
    return null;
  }

  /**
   * Tells whether a difference may be. All lines that match are known as such from then on.
   *
   * @param difference any difference
   * @return whether a line allows it
   */
  public boolean allows(Difference difference) {
    return !lines.isEmpty() && allows(difference.where());
  }

  /**
   * Tells whether a finding of another kind may be, as {@link #allows(Difference)} does.
   *
   * @param where what lines are compared with
   * @return whether a line allows it
   */
  public boolean allows(String where) {
    boolean isAllowed = false;
    for (int i = 0; i < hasMatched.length; i++) {
      if (matches(lines.get(i).pattern, where)) {
        hasMatched[i] = true;
        isAllowed = true;
      }
    }
    return isAllowed;
  }

  /**
   * Returns the differences that no line allows.
   *
   * @param differences any differences
   * @return findings
   */
  public List<Difference> findings(List<Difference> differences) {
    return differences.stream().filter(difference -> !allows(difference)).toList();
  }

  /**
   * Returns the lines that have matched nothing so far, which a person may want to delete.
   *
   * @return lines in their order
   */
  public List<Line> unused() {
    List<Line> unused = new ArrayList<>();
    for (int i = 0; i < hasMatched.length; i++) {
      if (!hasMatched[i]) {
        unused.add(lines.get(i));
      }
    }
    return unused;
  }

  /** Goes back to the last star alone, so that the time is at most the product of the lengths. */
  private static boolean matches(String pattern, String text) {
    int at = 0;
    int star = -1;
    int from = 0;
    for (int i = 0; i < text.length(); ) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        from = i;
      } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++from;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
