package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes graphs as canonical JSON. */
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    description = "Writes the graph of a .pyc file, or of modules of an image, as canonical JSON.",
    footer = {"", "One line for each module. ASCII, no spaces; keys in a fixed order."})
final class DumpCommand implements Callable<Integer>, DirectCommand {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IMG|PYC", description = "An image or a .pyc file.")
  private Path path;

  @Parameters(
      index = "1..*",
      paramLabel = "MODULE",
      description = "Modules of the image; all if none is named.")
  private List<String> modules = List.of();

  DumpCommand() {}

  DumpCommand(Path path) {
    this.path = path;
  }

  @Override
  public Integer call() throws IOException {
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) throws IOException {
    try (InputFile input = InputFile.of(path)) {
      if (input.isImage()) {
        dumpImage(input, out);
        return CommandLine.ExitCode.OK;
      }
      if (!modules.isEmpty()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "modules can be named of an image only, found: " + path);
      }
      out.println(
          GraphSource.json(PycFile.parse(input.pyc(), path.toString()).root(), path.toString()));
    }
    return CommandLine.ExitCode.OK;
  }

  private void dumpImage(InputFile input, PrintWriter out) throws IOException {
    try (MarshalImage image = input.map()) {
      if (modules.isEmpty()) {
        for (ImageModule module : image.modules()) {
          dump(out, module);
        }
      }
      for (String name : modules) {
        dump(out, image.module(name));
      }
    }
  }

  private static void dump(PrintWriter out, ImageModule module) {
    out.println(GraphSource.json(module.root().toValue(), module.name()));
  }
}
