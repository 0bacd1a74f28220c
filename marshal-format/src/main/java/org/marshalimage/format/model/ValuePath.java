package org.marshalimage.format.model;

/**
 * Spells the way from the root of a graph to a value, for messages: {@code consts[3].key[0]}. Not
 * thread-safe.
 */
public final class ValuePath {
  /** Steps of a path that a message shows whole; of a longer one it shows half at either end. */
  private static final int LONGEST = 20;

  private final StringBuilder text = new StringBuilder();

  /** Makes the path of the root itself. */
  public ValuePath() {}

  /**
   * Goes into a field of a code object.
   *
   * @param name what Python calls it, without "co_"
   */
  public void field(String name) {
    text.append(text.length() == 0 ? "" : ".").append(name);
  }

  /**
   * Goes into a container.
   *
   * @param container no code object
   * @param index which value it is; in a dict keys and values count in turn
   */
  public void item(Value container, int index) {
    if (container instanceof DictValue) {
      text.append(index % 2 == 0 ? ".key" : ".value").append('[').append(index / 2).append(']');
    } else {
      text.append('[').append(index).append(']');
    }
  }

  /**
   * Puts a path before a problem.
   *
   * @param path a whole path; empty for the root
   * @param problem what is wrong there
   * @return both; of a very long path the middle is left out
   */
  public static String message(String path, String problem) {
    if (path.isEmpty()) {
      return problem;
    }
    return shorten(path) + ": " + problem;
  }

  /**
   * Leaves out the middle of a path of more than 20 steps: a person looks at its ends, and one of
   * thousands fills screens.
   *
   * @param path a whole path
   * @return its ends, and how many steps are left out between them
   */
  public static String shorten(String path) {
    int steps = 0;
    for (int at = 0; at < path.length(); at++) {
      steps += isStep(path, at) ? 1 : 0;
    }
    if (steps <= LONGEST) {
      return path;
    }
    int left = steps - LONGEST;
    int head = start(path, LONGEST / 2);
    int tail = start(path, LONGEST / 2 + left);
    return path.substring(0, head) + " ..." + left + " more... " + path.substring(tail);
  }

  /** Returns where a step of a path starts. */
  private static int start(String path, int step) {
    int at = -1;
    for (int i = 0; i <= step; i++) {
      do {
        at++;
      } while (!isStep(path, at));
    }
    return at;
  }

  /** Tells whether a step starts there: a field with the index behind it, or an index alone. */
  private static boolean isStep(String path, int at) {
    return at == 0
        || path.charAt(at) == '.'
        || path.charAt(at) == '[' && path.charAt(at - 1) == ']';
  }

  /** Returns all steps; empty for the root. */
  @Override
  public String toString() {
    return text.toString();
  }
}
