package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.jmh.WarmGroup.WarmProcess;

/**
 * What does it cost to link modules, beside what CPython's own {@code marshal.loads} takes for
 * their {@code .pyc} files? All modules of the library of 3.13, and the {@link
 * Library#importSet()}. The processes are warm, have the files in memory, and take turns.
 *
 * <p>What linking takes is told apart: the pages that the system copies, by a process that writes a
 * word in each of the same pages and does nothing else; and linking itself, by what remains and by
 * a process that links pages which are copied already.
 */
final class LinkSpeed {
  private final Harness harness = new Harness("link", "link-speed.json", 15);

  private LinkSpeed() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    LinkSpeed speed = new LinkSpeed();
    speed.harness.put("unit", "ms");
    speed.measure(PythonVersion.V3_13, LinkTarget.ALL, Library.find());
    speed.measure(Library.IMPORTER, LinkTarget.IMPORTS, Library.importSet());
    speed.harness.write();
  }

  private void measure(PythonVersion version, String target, Library library) throws IOException {
    Interpreter interpreter = Interpreter.find(version);
    if (interpreter == null || library.isTestdata()) {
      System.out.println("\nCPython " + version + " with a compiled library is not installed");
      return;
    }
    // Made before anything is timed.
    Path image = LinkTarget.of(target).prelinked().image();
    try (WarmGroup group = new WarmGroup(harness, library.paths())) {
      group.python(interpreter, "loads");
      Map<LinkWork.Work, WarmProcess> ours = new EnumMap<>(LinkWork.Work.class);
      for (LinkWork.Work work : LinkWork.Work.values()) {
        ours.put(work, group.java(work.label, WarmWork.Kind.LINK, work, target));
      }
      List<Map<String, Object>> rows = group.takeTurns(millis -> millis);
      rows.forEach(row -> row.put("files", library.label()));
      String title = "%s, ms a pass: %,d modules, image of %,d bytes";
      harness.add(
          String.format(title, library.label(), library.files().size(), Files.size(image)), rows);
      harness.add("a slot and a page", List.of(slots(library.label(), ours)));
    }
  }

  /** Returns what linking takes for each slot. */
  private static Map<String, Object> slots(String files, Map<LinkWork.Work, WarmProcess> ours) {
    JsonNode ready = ours.get(LinkWork.Work.LINK).ready();
    double[] link = ours.get(LinkWork.Work.LINK).passes().wall();
    double[] floor = ours.get(LinkWork.Work.COPY_PAGES).passes().wall();
    double[] alone = ours.get(LinkWork.Work.LINK_COPIED).passes().wall();
    double nanosASlot = 1e6 / ready.get("slots").asLong();
    double microsAPage = 1e3 / ready.get("pages").asLong();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("files", files);
    for (String field : new String[] {"objects", "slots", "pages"}) {
      row.put(field, ready.get(field).asLong());
    }
    row.put("microsecondsAPage", scaled(floor, microsAPage));
    row.put(
        "nanosecondsASlotWithoutFloor",
        scaled(Series.zip(link, floor, (all, copies) -> all - copies), nanosASlot));
    row.put("nanosecondsASlotWhereCopied", scaled(alone, nanosASlot));
    return row;
  }

  private static double[] scaled(double[] millis, double factor) {
    return Series.quartiles(Arrays.stream(millis).map(each -> each * factor).toArray());
  }
}
