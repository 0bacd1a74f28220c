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
import org.marshalimage.ImageSummary;
import org.marshalimage.ImageWriter;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.stream.PycFile;
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
      "__pycache__ and version tags dropped, __init__ naming its package."
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
        "Directories, .pyc files and archives (zip, jar, whl, egg);",
        "a pipe or - (standard input): one .pyc file or archive."
      })
  private List<Path> paths;

  @Option(
      names = "--optimize",
      defaultValue = "0",
      paramLabel = "N",
      description = "Which of the .opt-N files to take: 0 (the default), 1 or 2.")
  private int optimize;

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = {
        "Leaves out files whose path below PATH matches;",
        "without a '/', files any part of whose path does."
      })
  private List<String> excludes = List.of();

  @Mixin private LinkOptions link;

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
    if (optimize < 0 || optimize > 2) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--optimize takes 0, 1 or 2, found " + optimize);
    }
    LinkOptions.Goal goal = link.goal(spec.commandLine());
    int width = pointerWidth(goal);
    long start = System.nanoTime();
    Quiet.prepareForWriter();
    ImageTarget.check(output);
    link.checkIsNot(output);
    try (PycInputs inputs = new PycInputs(optimize, ExcludeGlobs.of(excludes, spec.commandLine()));
        ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      if (internTable != null) {
        try (InputFile input = InputFile.of(internTable);
            MarshalImage older = input.map()) {
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
      read(inputs.inputs(), writer);
      double readSeconds = (System.nanoTime() - start) / 1e9;
      if (modules == 0 && bad.isEmpty()) {
        bad.add("no .pyc file of optimization level " + optimize + " is left to build from");
      }
      if (modules == 0 || !bad.isEmpty() && !skipBad) {
        if (!skipBad && bad.size() > 0 && modules > 0) {
          bad.add("no image written; --skip-bad builds without what is bad");
        }
        throw new BadInputException(String.join("\n", bad));
      }
      PrintWriter err = spec.commandLine().getErr();
      inputs.notes().forEach(note -> err.println("marshal: " + InputFile.named(note)));
      bad.forEach(each -> err.println("marshal: skipped: " + each));
      ImageSummary summary = write(writer, goal);
      double seconds = (System.nanoTime() - start) / 1e9;
      print(summary, goal, inputs.missingLevel(), readSeconds, seconds);
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

  private void read(List<PycInputs.Input> inputs, ImageWriter writer) {
    try (ProgressBar bar = progress(inputs.size())) {
      for (PycInputs.Input input : inputs) {
        try {
          byte[] bytes = input.content().read();
          PycFile pyc = PycFile.parse(bytes, input.file());
          if (pyc.root().typeCode() != TypeCode.CODE) {
            throw new MarshalStreamException(
                "not a module: expected a code object, found a "
                    + TypeCode.nameOf(pyc.root().typeCode()),
                pyc.version().headerLength(),
                input.file());
          }
          writer.addModule(input.name().module(), pyc, input.name().isPackage());
          bytesIn += bytes.length;
          modules++;
        } catch (MarshalFormatException | IOException e) {
          bad.add(Main.describe(e));
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
                  Map.entry("modulesOfOtherLevelsOnly", missingLevel),
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
          optimize);
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
