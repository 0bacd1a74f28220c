package org.marshalimage.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final String[] FIELDS = {
    "Rss", "Shared_Clean", "Private_Clean", "Private_Dirty", "Shared_Dirty"
  };

  /** System property: file for the results; by default {@code target/page-report.json}. */
  static final String RESULT = "marshalimage.pages.json";

  private final List<Object> measured = new ArrayList<>();

  private PageReport() {}

  /**
   * Prints a table and writes it as JSON.
   *
   * @param arguments none; in the process that maps the same beside this one, the image, whether in
   *     place, and a file that names the modules
   * @throws Exception if an image cannot be mapped
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      List<String> modules = Files.readAllLines(Path.of(arguments[2]));
      try (MarshalImage image =
          use(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]), modules)) {
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
    Map<String, Object> result = PeerFolder.heading();
    PageReport pages = new PageReport();
    List<String> modules = LinkTarget.names(Library.importSet());
    Path list = Files.createTempFile("modules", null);
    try {
      Files.write(list, modules);
      for (String name : new String[] {Corpus.IMPORTS, Corpus.IMPORTER}) {
        Path image = Corpus.image(name);
        System.out.printf(
            "%nimage of %s: %,d kB; %d of its %d modules are used%n",
            Corpus.library(name).label(),
            Files.size(image) >> 10,
            modules.size(),
            Corpus.library(name).files().size());
        System.out.printf("| kB |");
        for (String field : FIELDS) {
          System.out.printf(" %s |", field);
        }
        System.out.printf(" pages written |%n|---|---|---|---|---|---|---|%n");
        pages.report("read-only", image, false, modules, list);
        pages.report("in place", image, true, modules, list);
        Path prelinked = Corpus.image(name + Corpus.PRELINKED);
        pages.report("in place, prelinked", prelinked, true, modules, list);
      }
    } finally {
      Files.delete(list);
    }
    result.put("unit", "kB");
    result.put("measured", pages.measured);
    PeerFolder.write(result, RESULT, "page-report.json");
  }

  private void report(String label, Path path, boolean inPlace, List<String> modules, Path list)
      throws Exception {
    // What is left of one would count for the next, or lie where that wants to.
    PrivateMappings mappings = new PrivateMappings(path, 1);
    Process other = start(path, inPlace, list);
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      if (output.readLine() == null) {
        throw new IOException("a process failed, see what it printed");
      }
      try (MarshalImage image = use(path, inPlace, modules)) {
        mappings.keep(image);
        LinkReport linked = image.linkReport();
        StringBuilder row = new StringBuilder("| ").append(label).append(" |");
        Map<String, Long> sizes = sizes(path);
        for (String field : FIELDS) {
          row.append(String.format(Locale.ROOT, " %,d |", sizes.get(field)));
        }
        row.append(String.format(Locale.ROOT, " %,d |", linked.pagesWritten()));
        System.out.println(row);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", path.getFileName().toString());
        json.put("mapping", label);
        json.putAll(sizes);
        json.put("pagesWritten", linked.pagesWritten());
        measured.add(json);
        if (path.getFileName().toString().contains(Corpus.PRELINKED) && !linked.isPrelinked()) {
          throw new IllegalStateException("address is taken: " + linked);
        }
      }
    } finally {
      other.destroy();
    }
    mappings.releaseIfMany();
  }

  private static Process start(Path image, boolean inPlace, Path list) throws IOException {
    List<String> command =
        PeerFolder.java(
            PageReport.class, image.toString(), Boolean.toString(inPlace), list.toString());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Maps an image and reads every object that the modules lead to. */
  private static MarshalImage use(Path path, boolean inPlace, List<String> modules)
      throws IOException {
    MapOptions.Builder options = MapOptions.builder();
    MarshalImage image = MarshalImage.map(path, (inPlace ? options.inPlace() : options).build());
    CursorWalk walk = new CursorWalk(image, true);
    for (String module : modules) {
      walk.walk(image.module(module).code().offset());
    }
    return image;
  }

  /** Returns what the system says of a file that is mapped, in kB. */
  private static Map<String, Long> sizes(Path path) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String field : FIELDS) {
      sizes.put(field, 0L);
    }
    String file = path.toRealPath().toString();
    boolean isOurs = false;
    for (String line : Files.readAllLines(MAPS)) {
      int colon = line.indexOf(':');
      String field = colon < 0 ? "" : line.substring(0, colon);
      if (field.isEmpty() || field.indexOf(' ') >= 0) {
        // The first line of a mapping: addresses, rights, and the file.
        isOurs = line.endsWith(file);
      } else if (isOurs && sizes.containsKey(field)) {
        sizes.merge(
            field, Long.parseLong(line.substring(colon + 1, line.length() - 3).strip()), Long::sum);
      }
    }
    return sizes;
  }
}
