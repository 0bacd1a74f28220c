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
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.stream.PycFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes {@code .pyc} files of an image's modules. */
@Command(
    name = "extract",
    mixinStandardHelpOptions = true,
    description = "Makes .pyc files of the modules of an image, which CPython imports.")
final class ExtractCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IMG", description = "The image.")
  private Path image;

  @Parameters(
      index = "1..*",
      paramLabel = "MODULE",
      description = "Modules of the image; all if none is named.")
  private List<String> modules = List.of();

  @Option(
      names = {"-d", "--directory"},
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; made if it is not there.")
  private Path directory;

  @Option(
      names = "--pycache",
      description = {
        "Writes pkg/__pycache__/x.cpython-313.pyc, which CPython takes beside a source,",
        "and not pkg/x.pyc, which it takes without one."
      })
  private boolean pycache;

  private final List<String> bad = new ArrayList<>();
  private int written;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (MarshalImage mapped = MarshalImage.map(image)) {
      if (modules.isEmpty()) {
        for (ImageModule module : mapped.modules()) {
          extract(module);
        }
      }
      for (String name : modules) {
        extract(mapped.module(name));
      }
    }
    out.printf("%d files in %s%n", written, directory);
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return CommandLine.ExitCode.OK;
  }

  private void extract(ImageModule module) throws IOException {
    try {
      PycFile pyc =
          module
              .toPycFile()
              .orElseThrow(() -> new BadInputException("came from no .pyc file: " + module.name()));
      Path file = directory.resolve(path(module, pyc.version()));
      Files.createDirectories(file.getParent());
      AtomicFiles.write(file, pyc.toByteArray());
      written++;
    } catch (MarshalFormatException | BadInputException e) {
      bad.add(Main.describe(e));
    } catch (IllegalArgumentException | IllegalStateException e) {
      bad.add("cannot be marshalled: " + module.name() + ": " + e.getMessage());
    }
  }

  /** Returns where a module's file goes; a name that would lead elsewhere is refused. */
  private String path(ImageModule module, PythonVersion version) {
    String[] parts = module.name().split("\\.", -1);
    for (String part : parts) {
      if (part.isEmpty() || part.matches("(?s).*[/\\\\\0].*")) {
        throw new BadInputException("name that is no path: '" + module.name() + "'");
      }
    }
    String folder = String.join("/", parts);
    String name = "__init__";
    if (!module.isPackage()) {
      name = parts[parts.length - 1];
      int end = folder.length() - name.length();
      folder = end == 0 ? "" : folder.substring(0, end - 1);
    }
    String prefix = folder.isEmpty() ? "" : folder + "/";
    if (pycache && !version.isPython2()) {
      String tag = "cpython-" + version.toString().replace(".", "");
      return prefix + "__pycache__/" + name + "." + tag + ".pyc";
    }
    return prefix + name + ".pyc";
  }
}
