package org.marshalimage;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.StringJoiner;
import org.marshalimage.format.MarshalFormatException;

/** Says which modules a name that is not there may have meant. */
final class NearestNames {
  private static final int SHOWN = 3;

  /** A name that is longer by this than the one that was asked for is not what was meant. */
  private static final int LONGER = 100;

  private NearestNames() {}

  /**
   * Makes the exception for a name that is not there. Its type is not said: who throws it would
   * load that class even where nothing is thrown.
   */
  static RuntimeException notFound(MarshalImage image, String name) {
    return new NoSuchElementException(describe(image, name));
  }

  private static String describe(MarshalImage image, String name) {
    List<ImageModule> modules = image.modules();
    // Distance and index, which is that of the name in their order; the nearest first.
    long[] candidates = new long[modules.size()];
    int count = 0;
    StringJoiner nearest = new StringJoiner(", ");
    try {
      for (int i = 0; i < candidates.length; i++) {
        String each = modules.get(i).name();
        if (each.length() <= name.length() + LONGER) {
          candidates[count++] = (long) distance(each, name) << Integer.SIZE | i;
        }
      }
    } catch (MarshalFormatException e) {
      // A damaged name is no reason not to say that the one asked for is not there.
    }
    Arrays.sort(candidates, 0, count);
    for (int i = 0; i < Math.min(count, SHOWN); i++) {
      nearest.add(modules.get((int) candidates[i]).name());
    }
    return "no module named '"
        + name
        + "' among "
        + image.moduleCount()
        + (count == 0 ? "" : ", nearest: " + nearest)
        + ", image="
        + image.bytes().file();
  }

  /** Edit distance (insert, delete, replace). */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    int[] current = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] free = previous;
      previous = current;
      current = free;
    }
    return previous[right.length()];
  }
}
