package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.marshalimage.ImageInfo;
import org.marshalimage.MarshalImage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts what an image holds. */
@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    description = "Counts what an image holds: sections, types, what sharing saved.")
final class StatCommand implements Callable<Integer>, DirectCommand {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "IMG", description = "The image.")
  private Path image;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  StatCommand() {}

  StatCommand(Path image) {
    this.image = image;
  }

  @Override
  public Integer call() throws IOException {
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) throws IOException {
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      ImageStatistics statistics = ImageStatistics.of(mapped);
      if (json) {
        out.println(Json.write(statistics));
      } else {
        print(out, statistics);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(PrintWriter out, ImageStatistics statistics) {
    ImageInfo header = statistics.header();
    out.println(image);
    out.println("  id             " + header.id());
    out.println("  format version " + header.formatVersion());
    out.println("  pointer width  " + header.pointerWidth());
    out.println("  link base      " + LinkOptions.describeBase(header.linkBase()));
    out.println("  link types     " + LinkOptions.describeTypes(header.typesFingerprint()));
    header
        .properties()
        .forEach((name, text) -> out.println("  " + Main.oneLine(name + " = " + text)));
    line(out, "modules", header.modules(), "");
    line(out, "code objects", header.codeObjects(), "");
    line(out, "strings", header.strings(), "");
    line(out, "interned", header.internedStrings(), "");
    out.println();
    out.println("  section               bytes");
    line(out, "directory", header.directoryLength(), percent(header.directoryLength(), header));
    line(out, "shared", header.sharedLength(), percent(header.sharedLength(), header));
    line(out, "segments", header.segmentsLength(), percent(header.segmentsLength(), header));
    if (statistics.hotBytes() > 0) {
      line(
          out,
          "hot",
          statistics.hotBytes(),
          percent(statistics.hotBytes(), header) + " of shared and segments: what a start touches");
    }
    line(out, "types", header.typesLength(), percent(header.typesLength(), header));
    line(out, "strings", header.stringsLength(), percent(header.stringsLength(), header));
    line(out, "file", header.length(), "");
    out.println();
    out.println(
        "  type              objects        bytes        heads       fields        slots"
            + "         data      padding");
    statistics
        .kinds()
        .forEach(
            (name, kind) ->
                out.println(
                    "  "
                        + Columns.left(name, 13)
                        + Columns.right(Columns.grouped(kind.objects()), 12)
                        + column(kind.bytes())
                        + column(kind.headBytes())
                        + column(kind.fieldBytes())
                        + column(kind.slotBytes())
                        + column(kind.dataBytes())
                        + column(kind.paddingBytes())));
    if (!statistics.recordTypes().isEmpty()) {
      out.println();
      out.println("  type of record    objects");
      statistics
          .recordTypes()
          .forEach(
              (name, count) ->
                  out.println(
                      "  "
                          + Columns.left(Main.oneLine(name), 13)
                          + Columns.right(Columns.grouped(count), 12)));
    }
    out.println();
    out.println(
        "  sharing between modules saved "
            + Columns.grouped(statistics.bytesSaved())
            + " bytes: "
            + Columns.percent(statistics.bytesSaved(), statistics.bytesWithoutSharing())
            + " of what they would take apart");
  }

  private static String percent(long part, ImageInfo header) {
    return "  " + Columns.percent(part, header.length());
  }

  private static void line(PrintWriter out, String name, long value, String note) {
    out.println("  " + Columns.left(name, 13) + Columns.right(Columns.grouped(value), 14) + note);
  }

  private static String column(long value) {
    return Columns.right(Columns.grouped(value), 13);
  }
}
