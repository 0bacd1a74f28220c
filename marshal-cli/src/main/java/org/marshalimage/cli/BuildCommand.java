package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an image of {@code .pyc} files. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = "Makes an image of .pyc files.",
    footer = {
      "",
      "A module's name is its path below the given directory or archive, with '/' as '.',",
      "__pycache__ and version tags dropped, __init__ naming its package. It begins anew",
      "in site-packages and dist-packages. Files that no import finds are passed over."
    })
final class BuildCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "IMG",
      description = "The image to write.")
  private Path output;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = {
        "Directories, .pyc files and archives (zip, jar, whl, egg, pyz, pex);",
        "a pipe or - (standard input): one .pyc file or archive."
      })
  private List<Path> paths;

  @Mixin private PycOptions pycs;

  @Mixin private LinkOptions link;

  @Mixin private TraceOptions start;

  @Option(
      names = "--pointer-width",
      paramLabel = "BYTES",
      description = {
        "Bytes by which objects name one another: 4, offsets; 8, addresses for",
        "native code when mapped in place. 4 by default, 8 if --base names an address."
      })
  private @Nullable Integer pointerWidth;

  @Option(
      names = "--intern-table",
      paramLabel = "IMG",
      description = {
        "Gives the interned strings of an older image the numbers that they have there,",
        "all of them first. It may be the image that is replaced."
      })
  private @Nullable Path internTable;

  @Option(
      names = "--property",
      paramLabel = "NAME=TEXT",
      converter = Property.Converter.class,
      description = "A note about the image, which stat and ls show.")
  private List<Property> properties = List.of();

  @Option(names = "--skip-bad", description = "Leaves out what cannot be read.")
  private boolean skipBad;

  @Option(names = "--json", description = "Writes the summary as JSON.")
  private boolean json;

  @Option(names = "--no-progress", description = "Shows no progress bar on a terminal.")
  private boolean noProgress;

  /** What happened to one input after the other. */
  private long bytesIn;

  private int modules;
  private final List<String> bad = new ArrayList<>();
  private final List<InputFile> pipes = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    PycInputs.Options which = pycs.options(spec.commandLine());
    LinkOptions.Goal goal = link.goal(spec.commandLine());
    int width = pointerWidth(goal);
    long begin = System.nanoTime();
    Quiet.prepareForWriter();
    ImageTarget.check(output);
    link.checkIsNot(output);
    start.read(output);
    try (PycInputs inputs = new PycInputs(which);
        ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      setProperties(writer);
      writer.start(start.areGiven() ? start : null);
      if (internTable != null) {
        try (InputFile input = InputFile.of(internTable);
            MarshalImage older = InputFile.mapBriefly(input.image())) {
          writer.internTable(older);
        }
      }
      for (Path path : paths) {
        ImageTarget.checkIsNot(output, path);
        add(path, inputs);
      }
      for (Path file : Files.exists(output) ? inputs.files() : List.<Path>of()) {
        ImageTarget.checkIsNot(output, file);
      }
      inputs.faults().forEach(fault -> bad.add(InputFile.named(fault)));
      PycChoice choice = new PycChoice(which.python());
      read(inputs.byModule(), choice, writer);
      choice.bad().forEach(each -> bad.add(InputFile.named(each)));
      if (!choice.conflicts().isEmpty()) {
        // None of these files is bad, so that there is none to skip.
        choice.conflicts().forEach(each -> bad.add(InputFile.named(each)));
        throw new BadInputException(String.join("\n", bad));
      }
      double readSeconds = (System.nanoTime() - begin) / 1e9;
      if (modules == 0 && bad.isEmpty()) {
        bad.addAll(inputs.notes());
        bad.add(pycs.noneLeft(which) + " to build from");
      }
      if (modules == 0 || !bad.isEmpty() && !skipBad) {
        if (!skipBad && bad.size() > 0 && modules > 0) {
          bad.add("no image written; --skip-bad builds without what is bad");
        }
        throw new BadInputException(String.join("\n", bad));
      }
      PrintWriter err = spec.commandLine().getErr();
      inputs.notes().forEach(note -> err.println("marshal: " + InputFile.named(note)));
      choice.notes().forEach(note -> err.println("marshal: " + InputFile.named(note)));
      bad.forEach(each -> err.println("marshal: skipped: " + each));
      ImageSummary summary = write(writer, goal);
      start.report(err);
      double seconds = (System.nanoTime() - begin) / 1e9;
      int otherVersions = inputs.otherVersions() + choice.otherVersions();
      print(summary, goal, inputs.missingLevel(), otherVersions, readSeconds, seconds);
    } finally {
      for (InputFile pipe : pipes) {
        pipe.close();
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private void add(Path path, PycInputs inputs) throws IOException {
    if (!InputFile.isPipe(path)) {
      inputs.add(path);
      return;
    }
    InputFile pipe = InputFile.of(path);
    pipes.add(pipe);
    try {
      inputs.add(pipe.module());
    } catch (BadInputException | MarshalFormatException | IOException e) {
      bad.add(Main.describe(e));
    }
  }

  /** Not an entry of a map, in which a second text of a name would replace the first one. */
  private record Property(String name, String text) {
    static final class Converter implements CommandLine.ITypeConverter<Property> {
      @Override
      public Property convert(String value) {
        int end = value.indexOf('=');
        if (end < 0) {
          throw new CommandLine.TypeConversionException("expected NAME=TEXT, found " + value);
        }
        return new Property(value.substring(0, end), value.substring(end + 1));
      }
    }
  }

  private void setProperties(ImageWriter writer) {
    try {
      properties.forEach(property -> writer.property(property.name, property.text));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private int pointerWidth(LinkOptions.Goal goal) {
    if (pointerWidth == null) {
      return goal.isAuto() || goal.address("") != 0
          ? HeaderLayout.ADDRESS_WIDTH
          : HeaderLayout.COMPACT_WIDTH;
    }
    if (pointerWidth != HeaderLayout.COMPACT_WIDTH && pointerWidth != HeaderLayout.ADDRESS_WIDTH) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--pointer-width takes 4 or 8, found " + pointerWidth);
    }
    return pointerWidth;
  }

  private void read(
      Map<String, List<PycInputs.Input>> byModule, PycChoice choice, ImageWriter writer) {
    try (ProgressBar bar = progress(byModule.size())) {
      for (Map.Entry<String, List<PycInputs.Input>> each : byModule.entrySet()) {
        PycChoice.Read read = choice.choose(each.getKey(), each.getValue());
        if (read != null) {
          writer.addModule(each.getKey(), read.pyc(), read.input().name().isPackage());
          bytesIn += read.bytes().length;
          modules++;
        }
        if (bar != null) {
          bar.step();
        }
      }
    }
  }

  private ImageSummary write(ImageWriter writer, LinkOptions.Goal goal) throws IOException {
    if (!link.areGiven()) {
      return writer.write(output);
    }
    try {
      writer.prelink(goal.isAuto() ? 0 : goal.address(""), goal.types());
      ImageSummary summary = writer.write(output);
      if (goal.isAuto()) {
        // The id that chooses the address is known once the image is there.
        ImageWriter.prelink(output, output, goal.address(summary.id()), goal.types());
      }
      return summary;
    } catch (IllegalArgumentException e) {
      // The options are good, but not for this image: it has types that are not bound.
      throw new BadInputException(e.getMessage());
    }
  }

  private @Nullable ProgressBar progress(int count) {
    if (noProgress || json || !Terminal.isAttached()) {
      return null;
    }
    return new ProgressBarBuilder()
        .setTaskName("build")
        .setUnit(" modules", 1)
        .setInitialMax(count)
        .clearDisplayOnFinish()
        .build();
  }

  private void print(
      ImageSummary summary,
      LinkOptions.Goal goal,
      int missingLevel,
      int otherVersions,
      double readSeconds,
      double seconds) {
    long address = goal.address(summary.id());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.write(
              Map.ofEntries(
                  Map.entry("image", output.toString()),
                  Map.entry("id", summary.id()),
                  Map.entry("linkBase", address),
                  Map.entry("typesFingerprint", Json.hex(goal.fingerprint())),
                  Map.entry("modules", modules),
                  Map.entry("skipped", bad),
                  Map.entry("traceObjectsFound", start.foundCount()),
                  Map.entry("traceObjectsPassedOver", start.passedOver()),
                  Map.entry("modulesOfOtherLevelsOnly", missingLevel),
                  Map.entry("filesOfOtherPythons", otherVersions),
                  Map.entry("bytesIn", bytesIn),
                  Map.entry("bytesOut", summary.length()),
                  Map.entry("objects", summary.objects()),
                  Map.entry("strings", summary.strings()),
                  Map.entry("sharedStrings", summary.sharedStrings()),
                  Map.entry("secondsReading", readSeconds),
                  Map.entry("secondsWriting", seconds - readSeconds),
                  Map.entry("seconds", seconds))));
      return;
    }
    out.printf("%s%n", output);
    out.printf(Locale.ROOT, "  modules   %,14d%n", modules);
    if (!bad.isEmpty()) {
      out.printf(Locale.ROOT, "  skipped   %,14d  bad inputs%n", bad.size());
    }
    if (missingLevel > 0) {
      out.printf(
          Locale.ROOT,
          "  left out  %,14d  modules that have no file of optimization level %d%n",
          missingLevel,
          pycs.optimize());
    }
    if (otherVersions > 0) {
      out.printf(
          Locale.ROOT,
          "  left out  %,14d  files of another Python than %s%n",
          otherVersions,
          pycs.python());
    }
    out.printf(Locale.ROOT, "  bytes in  %,14d%n", bytesIn);
    out.printf(
        Locale.ROOT,
        "  bytes out %,14d  %.2f times the bytes in%n",
        summary.length(),
        (double) summary.length() / bytesIn);
    out.printf(Locale.ROOT, "  objects   %,14d%n", summary.objects());
    out.printf(
        Locale.ROOT,
        "  strings   %,14d  each stored once: %,d of one module, %,d shared%n",
        summary.strings(),
        summary.strings() - summary.sharedStrings(),
        summary.sharedStrings());
    if (start.areGiven()) {
      out.printf(Locale.ROOT, "  found     %,14d  objects of the trace%n", start.foundCount());
    }
    if (link.areGiven()) {
      out.printf("  base      %s%n", LinkOptions.describeBase(address));
      out.printf("  types     %s%n", LinkOptions.describeTypes(goal.fingerprint()));
    }
    out.printf(
        Locale.ROOT,
        "  seconds   %14.2f  %.2f reading, %.2f writing%n",
        seconds,
        readSeconds,
        seconds - readSeconds);
    out.printf("  id        %s%n", summary.id());
  }
}
