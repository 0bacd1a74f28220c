package org.marshalimage.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.marshalimage.LinkReport;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;

/**
 * Which pages of an image does a process have to itself, and which does it share? Two processes map
 * an image in the same way and read all objects of the modules of the import set; then the system
 * is asked what the one has of the file. Linux alone tells.
 */
final class PageReport {
  private static final Path MAPS = Path.of("/proc/self/smaps");
  private static final List<String> FIELDS =
      List.of("Rss", "Shared_Clean", "Private_Clean", "Private_Dirty", "Shared_Dirty");

  private PageReport() {}

  /**
   * Prints a table and writes it as JSON.
   *
   * @param arguments none; in the process that maps the same beside this one, the image, and
   *     whether in place
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      try (MarshalImage image = use(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]))) {
        System.out.println(image);
        // Until the other process has seen enough.
        System.in.read();
      }
      return;
    }
    if (!Files.isReadable(MAPS)) {
      System.out.println("No " + MAPS + ": this needs Linux.");
      return;
    }
    Harness harness = new Harness("pages", "page-report.json", 0);
    harness.put("unit", "kB");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : new String[] {Corpus.IMPORTS, Corpus.IMPORTER}) {
      Path image = Corpus.image(name);
      rows.add(row("read-only", image, false));
      rows.add(row("in place", image, true));
      rows.add(row("in place, prelinked", Corpus.image(name + Corpus.PRELINKED), true));
    }
    harness.add("kB; the import set is used of each image", rows);
    harness.write();
  }

  private static Map<String, Object> row(String label, Path path, boolean inPlace)
      throws Exception {
    // What is left of one would count for the next, or lie where that wants to.
    Mappings mappings = new Mappings(path, 1);
    List<String> arguments = List.of(path.toString(), Boolean.toString(inPlace));
    Process other = Processes.start(Processes.java(List.of(), PageReport.class, arguments));
    try (BufferedReader output = other.inputReader()) {
      if (output.readLine() == null) {
        throw new IOException("a process failed, see what it printed");
      }
      MarshalImage image = use(path, inPlace);
      mappings.keep(image);
      LinkReport linked = image.linkReport();
      if (label.contains("prelinked") && !linked.isPrelinked()) {
        throw new IllegalStateException("address is taken: " + linked);
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("image", path.getFileName().toString());
      row.put("mapping", label);
      row.putAll(sizes(path));
      row.put("pagesWritten", linked.pagesWritten());
      return row;
    } finally {
      other.destroy();
      mappings.release();
    }
  }

  /** Maps an image and reads every object that the modules of the import set lead to. */
  private static MarshalImage use(Path path, boolean inPlace) throws IOException {
    MapOptions.Builder options = MapOptions.builder();
    MarshalImage image = MarshalImage.map(path, (inPlace ? options.inPlace() : options).build());
    CursorWalk walk = new CursorWalk(image, true);
    for (String module : Library.importSet().names()) {
      walk.walk(image.module(module).code().offset());
    }
    return image;
  }

  /** Returns what the system says of a file that is mapped, in kB. */
  private static Map<String, Long> sizes(Path path) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    FIELDS.forEach(field -> sizes.put(field, 0L));
    String file = Pattern.quote(path.toRealPath().toString());
    // A mapping is a line of addresses, rights and the file, and one for each field.
    Pattern mapping = Pattern.compile("(?m)^[0-9a-f]+-.* " + file + "\n((?:[A-Z].*\n)+)");
    mapping
        .matcher(Files.readString(MAPS))
        .results()
        .flatMap(found -> found.group(1).lines())
        .map(line -> line.split(":? +"))
        .filter(words -> sizes.containsKey(words[0]))
        .forEach(words -> sizes.merge(words[0], Long.parseLong(words[1]), Long::sum));
    return sizes;
  }
}
