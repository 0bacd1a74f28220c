package org.marshalimage.format.model;

/**
 * Spells the way from the root of a graph to a value, for messages: {@code consts[3].key[0]}. Not
 * thread-safe.
 */
public final class ValuePath {
  /** Characters of a path that a message shows whole. */
  private static final int LONG = 200;

  /** Characters that it shows of either end of a longer one, up to the next step. */
  private static final int SHOWN = 80;

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
    if (path.length() <= LONG) {
      return path + ": " + problem;
    }
    int head = SHOWN;
    while (!isStep(path.charAt(head))) {
      head++;
    }
    int tail = path.length() - SHOWN;
    while (!isStep(path.charAt(tail))) {
      tail--;
    }
    long left = path.substring(head, tail).chars().filter(ValuePath::isStep).count();
    return path.substring(0, head)
        + "...("
        + left
        + " steps)..."
        + path.substring(tail)
        + ": "
        + problem;
  }

  private static boolean isStep(int c) {
    return c == '.' || c == '[';
  }

  /** Returns all steps; empty for the root. */
  @Override
  public String toString() {
    return text.toString();
  }
}
