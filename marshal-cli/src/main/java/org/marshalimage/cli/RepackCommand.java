package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lays an image that is there out by what a start touches. */
@Command(
    name = "repack",
    mixinStandardHelpOptions = true,
    description = "Lays an image out anew: what a program touches when it starts lies together.",
    footer = {
      "",
      "Roots, objects and numbers of interned strings stay, and what the image is",
      "prelinked for. Its id is another one. All of it is verified first."
    })
final class RepackCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private RewriteOptions files;

  @Mixin private TraceOptions start;

  @Option(
      names = "--none",
      description = "Undoes the layout; the bytes are those of an image that never had one.")
  private boolean none;

  /**
   * What was done; {@code --json} writes it.
   *
   * @param image the image that was written
   * @param id its id
   * @param objectsFound objects of the traces that it has
   * @param objectsPassedOver objects of the traces that it has not
   * @param modulesTouched modules that a start touches
   * @param hotBytes bytes of what lies together for it
   * @param bytes length of the file
   * @param seconds what it took
   */
  record Report(
      String image,
      String id,
      int objectsFound,
      int objectsPassedOver,
      int modulesTouched,
      long hotBytes,
      long bytes,
      double seconds) {}

  @Override
  public Integer call() throws IOException {
    if (none == start.areGiven()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          none ? "--none goes without --trace" : "nothing to do: expected --trace or --none");
    }
    files.check(spec.commandLine());
    long begin = System.nanoTime();
    Quiet.prepareForWriter();
    Path target = files.target();
    ImageTarget.check(target);
    start.read(target);
    try (InputFile input = InputFile.of(files.image)) {
      ImageSummary summary = ImageWriter.repack(input.image(), target, start);
      start.report(spec.commandLine().getErr());
      print(report(summary, target, begin));
    }
    return CommandLine.ExitCode.OK;
  }

  private Report report(ImageSummary summary, Path target, long begin) throws IOException {
    int touched = 0;
    long hotBytes;
    try (MarshalImage mapped = MarshalImage.map(target)) {
      hotBytes = mapped.info().sharedHotLength();
      for (ImageModule module : mapped.modules()) {
        if (module.coldOffset() != 0) {
          touched++;
          hotBytes += module.segmentLength() - module.coldLength();
        }
      }
    }
    return new Report(
        target.toString(),
        summary.id(),
        start.foundCount(),
        start.passedOver(),
        touched,
        hotBytes,
        summary.length(),
        (System.nanoTime() - begin) / 1e9);
  }

  private void print(Report report) {
    PrintWriter out = spec.commandLine().getOut();
    if (files.json) {
      out.println(Json.write(report));
      return;
    }
    out.printf("%s%n", report.image);
    if (!none) {
      out.printf(Locale.ROOT, "  found      %,14d  objects of the trace%n", report.objectsFound);
      out.printf(Locale.ROOT, "  modules    %,14d  touched%n", report.modulesTouched);
      out.printf(Locale.ROOT, "  hot bytes  %,14d  lie together%n", report.hotBytes);
    }
    out.printf(Locale.ROOT, "  bytes      %,14d%n", report.bytes);
    out.printf(Locale.ROOT, "  seconds    %14.2f%n", report.seconds);
    out.printf("  id         %s%n", report.id);
  }
}
