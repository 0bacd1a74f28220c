package org.marshalimage;

import java.util.Comparator;
import java.util.stream.Collectors;

/** Says which modules a name that is not there may have meant. */
final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  static String describe(MarshalImage image, String name) {
    String nearest =
        image.modules().stream()
            .map(ImageModule::name)
            .sorted(
                Comparator.comparingInt((String each) -> distance(each, name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(SHOWN)
            .collect(Collectors.joining(", "));
    return "no module named '"
        + name
        + "' among "
        + image.moduleCount()
        + (nearest.isEmpty() ? "" : ", nearest: " + nearest)
        + ", image="
        + image.path();
  }

  /** Edit distance (insert, delete, replace). */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
