package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Finding;
import org.marshalimage.MarshalImage;
import org.marshalimage.VerifyReport;
import org.marshalimage.format.MarshalFormatException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks the whole of images. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Checks the whole of images: every table, checksum, object and slot.",
    footer = {
      "",
      "A line for each finding: image, offset, what it belongs to, what is wrong.",
      "Exit code 0 if all images are sound, else 1."
    })
final class VerifyCommand implements Callable<Integer>, DirectCommand {
  private static final int MOST_FINDINGS = 100;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "IMG", description = "The images.")
  private List<Path> images;

  @Option(
      names = "--limit",
      defaultValue = "" + MOST_FINDINGS,
      paramLabel = "N",
      description =
          "Most findings of an image that are written; all are counted. "
              + MOST_FINDINGS
              + " by default.")
  private int limit = MOST_FINDINGS;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  /**
   * A finding, as {@code --json} writes it.
   *
   * @param offset bytes from the start of the image; null if it is at no one place
   * @param path what it belongs to
   * @param problem what is wrong
   * @param expected what should be there; null where that cannot be said
   * @param found what is there; null where that cannot be said
   */
  record Row(
      @Nullable Long offset,
      String path,
      String problem,
      @Nullable String expected,
      @Nullable String found) {
    static Row of(Finding finding) {
      Long offset = finding.offset() < 0 ? null : (Long) finding.offset();
      return new Row(
          offset, finding.path(), finding.problem(), finding.expected(), finding.found());
    }
  }

  /**
   * What {@code --json} writes of an image.
   *
   * @param image the image
   * @param sound whether nothing is wrong
   * @param bytes length of the file
   * @param objects objects that were looked at
   * @param total number of findings, those left out among them
   * @param findings up to the limit
   * @param fault why the file could not be read; null if it could
   */
  record Report(
      String image,
      boolean sound,
      long bytes,
      long objects,
      long total,
      List<Row> findings,
      @Nullable String fault) {}

  private final List<Report> reports = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();

  VerifyCommand() {}

  VerifyCommand(List<Path> images) {
    this.images = images;
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--limit takes a number of at least 0, found " + limit);
    }
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) {
    for (Path image : images) {
      verify(out, image);
    }
    if (json) {
      out.println(Json.write(reports));
    }
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return reports.stream().allMatch(Report::sound)
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void verify(PrintWriter out, Path image) {
    try (InputFile input = InputFile.of(image)) {
      // Of a folder the JDK says no more than that it cannot be opened.
      if (Files.isDirectory(image)) {
        throw new BadInputException("is a directory, expected an image: " + image);
      }
      VerifyReport report = MarshalImage.verify(input.image(), limit);
      reports.add(
          new Report(
              image.toString(),
              report.isSound(),
              report.length(),
              report.objects(),
              report.total(),
              report.findings().stream().map(Row::of).toList(),
              null));
      print(out, image, report);
    } catch (BadInputException | MarshalFormatException | IOException e) {
      String fault = Main.describe(e);
      bad.add(fault);
      reports.add(new Report(image.toString(), false, 0, 0, 0, List.of(), fault));
    }
  }

  private void print(PrintWriter out, Path image, VerifyReport report) {
    if (json) {
      return;
    }
    for (Finding finding : report.findings()) {
      out.println(Main.oneLine(image + ": " + finding));
    }
    long leftOut = report.total() - report.findings().size();
    String findings = report.total() == 1 ? "1 finding" : report.total() + " findings";
    out.println(
        Main.oneLine(image.toString())
            + ": "
            + (report.isSound()
                ? "sound"
                : findings + (leftOut > 0 ? ", " + leftOut + " not shown" : ""))
            + ", "
            + report.objects()
            + " objects, "
            + report.length()
            + " bytes");
  }
}
