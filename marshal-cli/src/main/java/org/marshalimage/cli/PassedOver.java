package org.marshalimage.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts the files that are no module's, by reason, and keeps an example of each. */
final class PassedOver {
  private static final String IN_CACHE = "in __pycache__, whose names no interpreter looks for";
  private static final String SPELLING = "whose names no import can spell";

  private final Map<PycName.Flaw, Integer> counts = new EnumMap<>(PycName.Flaw.class);
  private final Map<PycName.Flaw, String> examples = new EnumMap<>(PycName.Flaw.class);
  private final Map<String, Integer> folders = new LinkedHashMap<>();

  /**
   * Counts a file.
   *
   * @param relative its path below the given folder or archive
   * @param start the folder or archive, for messages, with what stands before the path
   */
  void add(PycName.Flaw flaw, String relative, String start) {
    counts.merge(flaw, 1, Integer::sum);
    examples.putIfAbsent(flaw, Main.oneLine(start + relative));
    String folder = PycName.folderWithDot(relative);
    if (flaw == PycName.Flaw.FOLDER && folder != null) {
      folders.merge(Main.oneLine(start + folder), 1, Integer::sum);
    }
  }

  /** Returns a line for each reason. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    counts.forEach(
        (flaw, count) -> {
          String files = "passed over " + count + (count == 1 ? " file " : " files ");
          if (flaw == PycName.Flaw.FOLDER) {
            notes.add(files + "below folders with a dot in their names" + folders());
          } else {
            String reason = flaw == PycName.Flaw.CACHED_NAME ? IN_CACHE : SPELLING;
            notes.add(files + reason + "; the first is " + examples.get(flaw));
          }
        });
    return notes;
  }

  /** Names the folder that has most of the files: the library, not a folder of data in it. */
  private String folders() {
    String best = "";
    int most = 0;
    for (Map.Entry<String, Integer> each : folders.entrySet()) {
      if (each.getValue() > most) {
        most = each.getValue();
        best = each.getKey();
      }
    }
    String others = folders.size() == 1 ? "" : ", and so with " + (folders.size() - 1) + " more";
    return ", where no import finds them; give the folder itself: " + best + others;
  }
}
