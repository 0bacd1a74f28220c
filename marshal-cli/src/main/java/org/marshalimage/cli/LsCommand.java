package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the modules of an image. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "Lists the modules of an image.")
final class LsCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "IMG", description = "The image.")
  private Path image;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  /**
   * A line.
   *
   * @param name the module
   * @param isPackage whether it is a package
   * @param python its Python version; empty if none is known
   * @param codeObjects code objects
   * @param bytes bytes that it alone uses
   */
  record Row(String name, boolean isPackage, String python, int codeObjects, long bytes) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      List<Row> rows = mapped.modules().stream().map(LsCommand::row).toList();
      if (json) {
        out.println(Json.write(rows));
        return CommandLine.ExitCode.OK;
      }
      out.println("python  code objects   own bytes  module");
      for (Row row : rows) {
        out.printf(
            Locale.ROOT,
            "%6s  %12d  %10d  %s%s%n",
            row.python,
            row.codeObjects,
            row.bytes,
            Main.oneLine(row.name),
            row.isPackage ? " (package)" : "");
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static Row row(ImageModule module) {
    return new Row(
        module.name(),
        module.isPackage(),
        module.pythonVersion().map(Object::toString).orElse(""),
        module.codeCount(),
        module.segmentLength());
  }
}
