package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.stream.PycFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

  private final List<String> bad = new ArrayList<>();

  DigestCommand() {}

  DigestCommand(List<Path> paths) {
    this.paths = paths;
  }

  @Override
  public Integer call() {
    return run(spec.commandLine().getOut());
  }

  @Override
  public Integer run(PrintWriter out) {
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        int before = bad.size();
        if (!directory(out, path) && bad.size() == before) {
          bad.add("no .pyc files in directory: " + path);
        }
      } else {
        file(out, path);
      }
    }
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return CommandLine.ExitCode.OK;
  }

  /** Files first, then folders, each by name; returns whether there was a file. */
  private boolean directory(PrintWriter out, Path directory) {
    List<Path> entries;
    try (Stream<Path> list = Files.list(directory)) {
      entries = list.sorted().toList();
    } catch (IOException e) {
      bad.add(Main.describe(e));
      return false;
    } catch (UncheckedIOException e) {
      bad.add(Main.describe(e.getCause()));
      return false;
    }
    boolean found = false;
    for (Path entry : entries) {
      if (Files.isRegularFile(entry) && entry.getFileName().toString().endsWith(".pyc")) {
        file(out, entry);
        found = true;
      }
    }
    for (Path entry : entries) {
      if (Files.isDirectory(entry) && !Files.isSymbolicLink(entry)) {
        found |= directory(out, entry);
      }
    }
    return found;
  }

  private void file(PrintWriter out, Path path) {
    try (InputFile input = InputFile.of(path)) {
      if (input.isImage()) {
        try (MarshalImage image = input.map()) {
          for (ImageModule module : image.modules()) {
            String name = Main.oneLine(module.name());
            out.println(GraphSource.digestLine(module.root().toValue(), name));
          }
        }
      } else {
        out.println(
            GraphSource.digestLine(
                PycFile.parse(input.pyc(), path.toString()).root(), path.toString()));
      }
    } catch (MarshalFormatException | BadInputException | IOException e) {
      bad.add(Main.describe(e));
    }
  }
}
