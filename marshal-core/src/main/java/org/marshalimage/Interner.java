package org.marshalimage;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;

/**
 * Gives equal interned strings of several images one object of the interpreter's. Equal means the
 * same type, str or bytes, and the same code points: a surrogate pair and the code point that it
 * would encode differ.
 *
 * <p>Safe for use by many threads. It keeps the objects, and the text of each, as long as it lives,
 * but neither images nor tables; an object that keeps the view of which it was made keeps the
 * view's image from being unmapped, unless that is closed.
 *
 * @param <T> the interpreter's strings
 */
public final class Interner<T> {
  private final Function<? super StrView, ? extends T> maker;

  /** A element for each text, as {@link #content} has it. */
  private final ConcurrentHashMap<String, @Nullable Object[]> elements = new ConcurrentHashMap<>();

  private Interner(Function<? super StrView, ? extends T> maker) {
    if (maker == null) {
      throw new IllegalArgumentException("no maker");
    }
    this.maker = maker;
  }

  /**
   * Makes an interner that knows no strings.
   *
   * @param <T> what is made
   * @param maker makes the object of a string, never null, from a view of it in the image that
   *     first asks; the rules of {@link Attachments} hold for it
   * @return the interner
   */
  public static <T> Interner<T> create(Function<? super StrView, ? extends T> maker) {
    return new Interner<>(maker);
  }

  /**
   * Makes a table for the str and bytes objects of an image, as {@link Attachments#ofStrings} does.
   * It gives an interned string the object that this interner has for it; any other string, which
   * Python does not hold to be the same object as an equal one, gets an object of its own.
   *
   * @param image not closed
   * @return a new table
   */
  public Attachments<T> attachments(MarshalImage image) {
    return Attachments.ofStrings(image, this::make);
  }

  // Elements hold what the maker gives.
  @SuppressWarnings("unchecked")
  private @Nullable T make(StrView string) {
    if (!string.isInterned()) {
      return maker.apply(string);
    }
    // The map only holds elements: a maker must not run under a lock of the map.
    Object[] element = elements.computeIfAbsent(content(string), key -> new Object[1]);
    return (T) OnceArray.getOrMake(element, 0, string, maker);
  }

  /** Returns a text that two strings share only if they are equal. */
  private static String content(StrView string) {
    String text = string.toString();
    if (string.kind() == TypeCode.BYTES) {
      return "s" + text;
    }
    int length = string.length();
    if (text.length() == length) {
      // Every char is a code point.
      return "u" + text;
    }
    StringBuilder codePoints = new StringBuilder(1 + 2 * length).append('w');
    for (int i = 0; i < length; i++) {
      int codePoint = string.codePointAt(i);
      codePoints.append((char) (codePoint >>> Character.SIZE)).append((char) codePoint);
    }
    return codePoints.toString();
  }
}
