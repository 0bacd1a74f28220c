package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.stream.PycFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the SHA-256 of canonical JSON. */
@Command(
    name = "digest",
    mixinStandardHelpOptions = true,
    description =
        "Writes the SHA-256 of the canonical JSON of .pyc files and of modules of images.",
    footer = {"", "Lines '<sha256>  <path>', of an image '<sha256>  <module>'."})
final class DigestCommand implements Callable<Integer>, DirectCommand {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMG|PYC|DIR",
      description = "Images, .pyc files, and directories of .pyc files.")
  private List<Path> paths;

  @Option(
      names = "--follow-links",
      description = {
        "Follows links below a directory, also those that lead out of it; without it",
        "they are passed over."
      })
  private boolean followLinks;

  private final List<String> bad = new ArrayList<>();

  DigestCommand() {}

  DigestCommand(List<Path> paths) {
    this.paths = paths;
  }

  @Override
  public Integer call() throws IOException {
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) throws IOException {
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        directory(path, out, err);
      } else {
        file(path, path.toString(), out);
      }
    }
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return CommandLine.ExitCode.OK;
  }

  private void directory(Path directory, PrintWriter out, PrintWriter err) throws IOException {
    FileTree tree = FileTree.walk(directory, ".pyc", followLinks, ExcludeGlobs.NONE);
    for (FileTree.Found found : tree.files()) {
      file(found.path(), FileNames.shown(directory, found.relative()), out);
    }
    if (tree.files().isEmpty() && tree.faults().isEmpty()) {
      bad.add(tree.noFiles());
    } else {
      tree.notes().forEach(note -> err.println("marshal: " + note));
    }
    bad.addAll(tree.faults());
  }

  private void file(Path path, String name, PrintWriter out) {
    try (InputFile input = InputFile.of(path)) {
      if (input.isImage()) {
        try (MarshalImage image = input.map()) {
          for (ImageModule module : image.modules()) {
            out.println(
                GraphSource.digestLine(module.root().toValue(), Main.oneLine(module.name())));
          }
        }
      } else {
        out.println(GraphSource.digestLine(PycFile.parse(input.pyc(), name).root(), name));
      }
    } catch (MarshalFormatException | BadInputException | IOException e) {
      bad.add(Main.describe(e));
    }
  }
}
