package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.stream.PycHeader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares an image with the sources that its modules were compiled from. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Lists modules of an image whose sources have changed, are gone, or are new.",
    footer = {
      "",
      "stale: the source is not what the image recorded; missing: there is no source;",
      "new: there is a source and no module. Exit code 0 if there is none of them, else 1.",
      "A source's module is named by its path below DIR, as build names that of a .pyc file."
    })
final class CheckCommand implements Callable<Integer> {
  private static final String CURRENT = "current";
  private static final String STALE = "stale";
  private static final String MISSING = "missing";
  private static final String NEW = "new";
  private static final String EXCLUDED = "excluded";
  private static final String UNREADABLE = "unreadable";
  private static final String NO_MODULE = "noModule";
  private static final List<String> STATUSES =
      List.of(CURRENT, STALE, MISSING, NEW, EXCLUDED, UNREADABLE, NO_MODULE);
  private static final List<String> ALWAYS_SHOWN = List.of(CURRENT, STALE, MISSING, NEW);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "IMG", description = "The image.")
  private Path image;

  @Option(
      names = "--source",
      required = true,
      paramLabel = "DIR",
      description = {
        "A folder laid out as a Python library: a.py, pkg/__init__.py. May be repeated;",
        "of two sources for one module that in the first folder counts."
      })
  private List<Path> directories;

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = {
        "Leaves out sources whose path below DIR matches, and their modules;",
        "without a '/', sources any part of whose path does."
      })
  private List<String> excludes = List.of();

  @Option(
      names = "--follow-links",
      description = {
        "Follows links below DIR, also those that lead out of it; without it",
        "they are passed over."
      })
  private boolean followLinks;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  /**
   * What a {@code .pyc} file of a source records of it, or would.
   *
   * @param kind timestamp, checked-hash or unchecked-hash
   * @param mtime seconds since 1970 modulo 2^32; null of a hash
   * @param size bytes modulo 2^32; null of a hash, and in 2.7
   * @param hash its eight bytes in hex; null of a timestamp
   */
  record Mark(String kind, @Nullable Long mtime, @Nullable Long size, @Nullable String hash) {
    static Mark of(PycHeader header, ImageModule module) {
      String kind = header.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (header.kind() == PycHeader.Kind.TIMESTAMP) {
        boolean isPython2 = module.pythonVersion().map(PythonVersion::isPython2).orElse(false);
        Long size = isPython2 ? null : (Long) header.sourceSize();
        return new Mark(kind, header.mtime(), size, null);
      }
      return new Mark(kind, null, null, hex(header.hash()));
    }
  }

  /**
   * A module that is not current.
   *
   * @param status stale, missing or new
   * @param module its name
   * @param path its source; of one that is missing, where it would be below the first folder
   * @param reason what differs
   * @param recorded what the image holds; null of a new one
   * @param found what the source has; null unless the module is stale
   */
  record Finding(
      String status,
      String module,
      String path,
      String reason,
      @Nullable Mark recorded,
      @Nullable Mark found) {}

  /**
   * What {@code --json} writes.
   *
   * @param image the image
   * @param sources the folders
   * @param counts how many modules, sources or roots there are of each status
   * @param findings modules that are not current, by name
   * @param faults what could not be compared, a line each
   */
  record Report(
      String image,
      List<String> sources,
      Map<String, Integer> counts,
      List<Finding> findings,
      List<String> faults) {}

  private final List<Finding> findings = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    STATUSES.forEach(each -> counts.put(each, 0));
    PySources sources = new PySources(followLinks, ExcludeGlobs.of(excludes, spec.commandLine()));
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      for (Path directory : directories) {
        sources.add(directory);
      }
      bad.addAll(sources.faults());
      Set<String> names = new HashSet<>();
      for (ImageModule module : mapped.modules()) {
        names.add(module.name());
        compare(module, sources);
      }
      for (PySources.Source source : sources.byModule().values()) {
        if (!names.contains(source.name().module())) {
          add(
              new Finding(
                  NEW,
                  source.name().module(),
                  source.file(),
                  "no such module in the image",
                  null,
                  null));
        }
      }
    }
    findings.sort(Comparator.comparing(Finding::module));
    print(sources.notes());
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return findings.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void compare(ImageModule module, PySources sources) {
    PycHeader recorded = module.source().orElse(null);
    if (recorded == null) {
      count(NO_MODULE);
      return;
    }
    PySources.Source source = sources.byModule().get(module.name());
    if (source == null) {
      compareWithNone(module, recorded, sources);
      return;
    }
    try {
      boolean isCurrent = module.isCurrent(source.path());
      if (isCurrent && module.isPackage() == source.name().isPackage()) {
        count(CURRENT);
        return;
      }
      PycHeader found =
          PycHeader.ofSource(source.path(), recorded.kind(), module.pythonVersion().orElseThrow());
      String reason = isCurrent ? otherKind(module) : difference(recorded, found);
      add(
          new Finding(
              STALE,
              module.name(),
              source.file(),
              reason,
              Mark.of(recorded, module),
              Mark.of(found, module)));
    } catch (MarshalFormatException | IOException e) {
      count(UNREADABLE);
      String problem = Main.describe(e);
      // Of a read that fails the JDK gives no name.
      bad.add(
          e instanceof IOException && !problem.contains(source.path().toString())
              ? problem + ": " + source.file()
              : problem);
    }
  }

  private void compareWithNone(ImageModule module, PycHeader recorded, PySources sources) {
    if (sources.isExcluded(module.name(), module.isPackage())) {
      count(EXCLUDED);
    } else if (sources.isUnreadable(module.name())) {
      count(UNREADABLE);
    } else {
      String path =
          directories.get(0) + "/" + PycName.sourcePath(module.name(), module.isPackage());
      String reason =
          sources.isBehindLink(module.name())
              ? "behind a link, or nowhere: --follow-links tells"
              : directories.size() == 1 ? "no such file" : "no such file in any folder";
      add(new Finding(MISSING, module.name(), path, reason, Mark.of(recorded, module), null));
    }
  }

  private static String otherKind(ImageModule module) {
    return module.isPackage()
        ? "recorded a package, found a module that is none"
        : "recorded a module, found a package";
  }

  /** Says what differs; the headers are of one kind. */
  private static String difference(PycHeader recorded, PycHeader found) {
    List<String> parts = new ArrayList<>();
    if (recorded.mtime() != found.mtime()) {
      parts.add(
          "mtime recorded="
              + Instant.ofEpochSecond(recorded.mtime())
              + " found="
              + Instant.ofEpochSecond(found.mtime()));
    }
    if (recorded.sourceSize() != found.sourceSize()) {
      parts.add("size recorded=" + recorded.sourceSize() + " found=" + found.sourceSize());
    }
    if (recorded.hash() != found.hash()) {
      String kind = recorded.kind() == PycHeader.Kind.UNCHECKED_HASH ? "unchecked hash" : "hash";
      parts.add(kind + " recorded=" + hex(recorded.hash()) + " found=" + hex(found.hash()));
    }
    return parts.isEmpty() ? "changed while it was compared" : String.join(", ", parts);
  }

  /** A hash as {@code importlib.util.source_hash(...).hex()} gives it. */
  private static String hex(long hash) {
    return String.format("%016x", Long.reverseBytes(hash));
  }

  private void add(Finding finding) {
    findings.add(finding);
    count(finding.status());
  }

  private void count(String status) {
    counts.merge(status, 1, Integer::sum);
  }

  private void print(List<String> notes) {
    PrintWriter err = spec.commandLine().getErr();
    notes.forEach(note -> err.println("marshal: " + note));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<String> sources = directories.stream().map(Path::toString).toList();
      out.println(Json.write(new Report(image.toString(), sources, counts, findings, bad)));
      return;
    }
    for (Finding each : findings) {
      out.println(
          Main.oneLine(
              String.format("%-7s  %s  %s  %s", each.status, each.module, each.path, each.reason)));
    }
    out.println(
        counts.entrySet().stream()
            .filter(each -> each.getValue() > 0 || ALWAYS_SHOWN.contains(each.getKey()))
            .map(
                each ->
                    each.getValue()
                        + " "
                        + each.getKey().replace(NO_MODULE, "roots that are no modules"))
            .collect(Collectors.joining(", ")));
  }
}
