package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.PythonVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the modules of an image. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "Lists the modules of an image.")
final class LsCommand implements Callable<Integer>, DirectCommand {
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

  LsCommand() {}

  LsCommand(Path image) {
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
      List<Row> rows = new ArrayList<>();
      for (ImageModule module : mapped.modules()) {
        rows.add(row(module));
      }
      if (json) {
        out.println(Json.write(rows));
        return CommandLine.ExitCode.OK;
      }
      mapped.properties().forEach((name, text) -> out.println(Main.oneLine(name + " = " + text)));
      out.println("python  code objects   own bytes  module");
      for (Row row : rows) {
        out.println(
            Columns.right(row.python, 6)
                + Columns.right(Integer.toString(row.codeObjects), 14)
                + Columns.right(Long.toString(row.bytes), 12)
                + "  "
                + Main.oneLine(row.name)
                + (row.isPackage ? " (package)" : ""));
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static Row row(ImageModule module) {
    PythonVersion python = module.pythonVersion().orElse(null);
    return new Row(
        module.name(),
        module.isPackage(),
        python == null ? "" : python.toString(),
        module.codeCount(),
        module.segmentLength());
  }
}
