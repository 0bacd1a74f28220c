package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.cli.report.ReportPage;
import org.marshalimage.cli.report.StartRecord;
import org.marshalimage.trace.Execution;
import org.marshalimage.trace.ImportTimeLog;
import org.marshalimage.trace.Trace;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a page of pictures of an image. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Makes a page that shows what an image holds, and what a start costs.",
    footer = {
      "",
      "One HTML file, which needs no network: bytes by package, module and kind; the",
      "pages of the file; what sharing saved; the largest strings and code objects;",
      "with a trace what it touched; with a log, or a trace that has times, imports."
    })
final class ReportCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "IMG", description = "The image.")
  private Path image;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "HTML",
      description = "The page to write; an existing one is replaced.")
  private Path output;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "What a program has recorded. May be given again: runs are merged.")
  private List<Path> traces = new ArrayList<>();

  @Option(
      names = "--cost",
      paramLabel = "LOG",
      description = {
        "What CPython has written with -X importtime;",
        "its times are shown, not those of a trace."
      })
  private @Nullable Path log;

  @Override
  public Integer call() throws IOException {
    checkTarget();
    Trace trace = traces.isEmpty() ? null : TraceFiles.read(traces);
    List<Execution> logged = log == null ? null : ImportTimeLog.read(log);
    byte[] page;
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      Trace.Found found = trace == null ? null : trace.find(mapped);
      if (trace != null && found != null) {
        TraceFiles.report(spec.commandLine().getErr(), trace, found.passedOver());
      }
      List<Execution> executions =
          logged != null ? logged : trace != null ? trace.executions() : List.of();
      page = ReportPage.of(mapped, shownName(), new StartRecord(trace, found, executions));
    }
    new AtomicFiles().write(output, page);
    spec.commandLine()
        .getOut()
        .println(Main.oneLine(output.toString()) + ": " + Columns.grouped(page.length) + " bytes");
    return CommandLine.ExitCode.OK;
  }

  private void checkTarget() throws IOException {
    ImageTarget.checkIsNot(output, image);
    for (Path each : traces) {
      ImageTarget.checkIsNot(output, each);
    }
    if (log != null) {
      ImageTarget.checkIsNot(output, log);
    }
  }

  private String shownName() {
    Path name = image.getFileName();
    return InputFile.isStandardInput(image) || name == null ? "standard input" : name.toString();
  }
}
