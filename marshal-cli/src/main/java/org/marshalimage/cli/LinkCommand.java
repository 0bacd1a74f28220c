package org.marshalimage.cli;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.marshalimage.ImageInfo;
import org.marshalimage.MarshalImage;
import org.marshalimage.writer.ImageWriter;
import org.marshalimage.writer.PrelinkSummary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prelinks an image that is there. */
@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    description = "Prelinks an image: writes slots for an address, type words for handles.",
    footer = {
      "",
      "An option that is not given is off: --base alone also removes an earlier --types.",
      "A prelinked image can be mapped in every way, and linked again."
    })
final class LinkCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private RewriteOptions files;

  @Mixin private LinkOptions link;

  @Option(
      names = "--none",
      description = "Undoes prelinking; the bytes are those of an image that was never prelinked.")
  private boolean none;

  /**
   * What was done; {@code --json} writes it.
   *
   * @param image the image that was written
   * @param id its id, that of IMG
   * @param linkBase the address it is prelinked for; 0 for none
   * @param typesFingerprint of the handles it is prelinked for; 0 for none
   * @param slotsRelocated slots that are not as they were in IMG
   * @param typeWordsPatched type words that are not
   * @param countsPinned counts that are not
   * @param bytes length of the file
   * @param seconds what it took
   */
  record Report(
      String image,
      String id,
      long linkBase,
      @JsonSerialize(using = Json.HexSerializer.class) long typesFingerprint,
      long slotsRelocated,
      long typeWordsPatched,
      long countsPinned,
      long bytes,
      double seconds) {}

  @Override
  public Integer call() throws IOException {
    if (none == link.areGiven()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          none
              ? "--none goes without --base and --types"
              : "nothing to do: expected --base, --types or --none");
    }
    files.check(spec.commandLine());
    LinkOptions.Goal goal = link.goal(spec.commandLine());
    long start = System.nanoTime();
    try (InputFile input = InputFile.of(files.image)) {
      link(input.image(), goal, start);
    }
    return CommandLine.ExitCode.OK;
  }

  private void link(Path source, LinkOptions.Goal goal, long start) throws IOException {
    ImageInfo info = info(source);
    Path target = files.target();
    ImageTarget.check(target);
    link.checkIsNot(target);
    long address = goal.address(info.id());
    PrelinkSummary summary = prelink(source, target, address, goal);
    print(
        new Report(
            target.toString(),
            info.id(),
            address,
            goal.fingerprint(),
            summary.slotsRelocated(),
            summary.typeWordsPatched(),
            summary.countsPinned(),
            info.length(),
            (System.nanoTime() - start) / 1e9));
  }

  private static ImageInfo info(Path source) throws IOException {
    try (MarshalImage mapped = InputFile.mapBriefly(source)) {
      return mapped.info();
    }
  }

  private PrelinkSummary prelink(Path source, Path target, long address, LinkOptions.Goal goal)
      throws IOException {
    try {
      return ImageWriter.prelink(source, target, address, goal.types());
    } catch (IllegalArgumentException e) {
      // The options are good, but not for this image: it has types that are not bound.
      throw new BadInputException(e.getMessage());
    }
  }

  private void print(Report report) {
    PrintWriter out = spec.commandLine().getOut();
    if (files.json) {
      out.println(Json.write(report));
      return;
    }
    out.printf("%s%n", report.image);
    out.printf("  base       %s%n", LinkOptions.describeBase(report.linkBase));
    out.printf("  types      %s%n", LinkOptions.describeTypes(report.typesFingerprint));
    out.printf(Locale.ROOT, "  slots      %,14d  relocated%n", report.slotsRelocated);
    out.printf(Locale.ROOT, "  type words %,14d  patched%n", report.typeWordsPatched);
    if (report.countsPinned > 0) {
      out.printf(Locale.ROOT, "  counts     %,14d  pinned%n", report.countsPinned);
    }
    out.printf(Locale.ROOT, "  bytes      %,14d%n", report.bytes);
    out.printf(Locale.ROOT, "  seconds    %14.2f%n", report.seconds);
    out.printf("  id         %s%n", report.id);
  }
}
