package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TypeCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a code object. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows a module's code object, or one within it, as a person reads it.")
final class ShowCommand implements Callable<Integer>, DirectCommand {
  private static final int NAMED = 20;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IMG", description = "The image.")
  private Path image;

  @Parameters(
      index = "1",
      paramLabel = "MODULE[:QUALNAME]",
      description = "For example json.decoder:JSONDecoder.decode")
  private String target;

  @Option(names = "--json", description = "Writes canonical JSON, as dump does.")
  private boolean json;

  ShowCommand() {}

  ShowCommand(Path image, String target) {
    this.image = image;
    this.target = target;
  }

  @Override
  public Integer call() throws IOException {
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) throws IOException {
    int colon = target.indexOf(':');
    String moduleName = colon < 0 ? target : target.substring(0, colon);
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      ImageObject root = mapped.root(moduleName);
      if (!(root instanceof CodeView moduleCode)) {
        throw new BadInputException(
            "root is no code object, dump shows it: root="
                + moduleName
                + ", found="
                + TypeCode.nameOf(root.kind())
                + ", file="
                + image);
      }
      List<CodeView> codes =
          colon < 0
              ? List.of(moduleCode)
              : find(moduleCode, moduleName, target.substring(colon + 1));
      String separator = "";
      for (CodeView code : codes) {
        if (json) {
          out.println(GraphSource.json(code.toValue(), target));
        } else {
          out.print(separator);
          new CodePrinter(out).print(code);
          separator = System.lineSeparator();
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static List<CodeView> find(CodeView module, String moduleName, String qualName) {
    List<CodeView> found = CodeFinder.find(module, qualName);
    if (found.isEmpty()) {
      List<CodeFinder.Found> all = CodeFinder.all(module);
      String some =
          all.stream().limit(NAMED).map(CodeFinder.Found::path).collect(Collectors.joining(", "));
      throw new BadInputException(
          "no code object '"
              + qualName
              + "' in module "
              + moduleName
              + (all.isEmpty() ? ": it has none but its own" : ": it has " + some)
              + (all.size() > NAMED ? ", and " + (all.size() - NAMED) + " more" : ""));
    }
    return found;
  }
}
