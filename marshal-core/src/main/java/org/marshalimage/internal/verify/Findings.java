package org.marshalimage.internal.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalFormatException;

/** Collects what is wrong with an image, up to a limit. Not thread-safe. */
public final class Findings {
  /**
   * Something wrong.
   *
   * @param offset bytes from the start of the image, or -1
   * @param part part of the file; null if an object is meant
   * @param problem what is wrong
   * @param expected null if unknown
   * @param found null if unknown
   * @param object offset of the object that is meant; 0 for none
   */
  public record Item(
      long offset,
      @Nullable String part,
      String problem,
      @Nullable String expected,
      @Nullable String found,
      long object) {
    /** Returns what is wrong, with what was expected and found. */
    String describe() {
      return problem
          + (expected == null ? "" : ": expected=" + expected)
          + (found == null ? "" : (expected == null ? ": found=" : ", found=") + found);
    }
  }

  private final int limit;
  private final List<Item> items = new ArrayList<>();
  private long total;

  /**
   * Makes an empty collection.
   *
   * @param limit most findings that are kept
   */
  public Findings(int limit) {
    this.limit = limit;
  }

  void add(
      long offset, String part, String problem, @Nullable Object expected, @Nullable Object found) {
    add(offset, part, problem, text(expected), text(found), 0);
  }

  void addHex(
      long offset, String part, String problem, @Nullable Number expected, @Nullable Number found) {
    add(offset, part, problem, hex(expected), hex(found), 0);
  }

  /** Adds what an exception says. */
  public void add(MarshalFormatException e, String part) {
    add(e.offset(), part, e.problem(), null, null, 0);
  }

  /** Adds what is wrong with an object. */
  void addObject(
      long object, long offset, String problem, @Nullable Object expected, @Nullable Object found) {
    add(offset, null, problem, text(expected), text(found), object);
  }

  private void add(
      long offset,
      @Nullable String part,
      String problem,
      @Nullable String expected,
      @Nullable String found,
      long object) {
    total++;
    if (items.size() < limit) {
      items.add(new Item(offset, part, problem, expected, found, object));
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static @Nullable String hex(@Nullable Number value) {
    return value == null ? null : "0x" + Long.toHexString(value.longValue());
  }

  /** Returns what was kept. */
  public List<Item> items() {
    return items;
  }

  /** Returns how many there were. */
  public long total() {
    return total;
  }
}
