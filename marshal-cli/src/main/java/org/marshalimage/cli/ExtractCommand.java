package org.marshalimage.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
  private static final boolean IS_WINDOWS = File.separatorChar == '\\';

  /** Names that are devices in every folder of Windows, whatever follows a dot. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(?:con|prn|aux|nul|conin\\$|conout\\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *",
          Pattern.CASE_INSENSITIVE);

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
  private final AtomicFiles files = new AtomicFiles();
  private final Set<String> paths = new HashSet<>();
  private int written;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
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
      Path file = file(module, pyc.version());
      Files.createDirectories(file.getParent());
      ImageTarget.checkIsNot(file, image);
      files.write(file, pyc.toByteArray());
      written++;
    } catch (MarshalFormatException | BadInputException e) {
      bad.add(Main.describe(e));
    } catch (IllegalArgumentException | IllegalStateException e) {
      bad.add("cannot be marshalled: " + module.name() + ": " + e.getMessage());
    }
  }

  /** Returns where a module's file goes, which is below the folder. */
  private Path file(ImageModule module, PythonVersion version) {
    String tag =
        pycache && !version.isPython2() ? "cpython-" + version.toString().replace(".", "") : null;
    String path = path(module.name(), module.isPackage(), tag, IS_WINDOWS);
    if (path == null) {
      throw new BadInputException("name that is no path: '" + Main.oneLine(module.name()) + "'");
    }
    if (!paths.add(path)) {
      throw new BadInputException(
          "file of another module: '" + module.name() + "' would replace " + path);
    }
    try {
      return directory.resolve(path);
    } catch (InvalidPathException e) {
      if (!FileNames.canSpell(path)) {
        throw new BadInputException(FileNames.fault("name '" + Main.oneLine(module.name()) + "'"));
      }
      throw new BadInputException("name that is no path: '" + Main.oneLine(module.name()) + "'");
    }
  }

  /**
   * Returns where a module's file goes, with "/" between its parts; null if the name is none that a
   * file below any folder can have.
   *
   * @param tag the version tag of a file in {@code __pycache__}; null for one beside it
   * @param isWindows whether the names of Windows are asked for
   */
  static @Nullable String path(
      String module, boolean isPackage, @Nullable String tag, boolean isWindows) {
    String[] parts = module.split("\\.", -1);
    for (String part : parts) {
      if (!isFileName(part, isWindows)) {
        return null;
      }
    }
    String folder = String.join("/", parts);
    String name = "__init__";
    if (!isPackage) {
      name = parts[parts.length - 1];
      int end = folder.length() - name.length();
      folder = end == 0 ? "" : folder.substring(0, end - 1);
    }
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return tag == null
        ? prefix + name + ".pyc"
        : prefix + "__pycache__/" + name + "." + tag + ".pyc";
  }

  /** Tells whether a part of a module's name can be that of a file and leads nowhere else. */
  private static boolean isFileName(String part, boolean isWindows) {
    if (part.isEmpty()
        || part.chars().anyMatch(unit -> Character.isISOControl(unit) || unit == '/')
        || part.indexOf('\\') >= 0) {
      return false;
    }
    // Of Windows: drives, streams of a file, devices, and what it drops at the end of a name.
    return !isWindows
        || part.chars().noneMatch(unit -> "<>:\"|?*".indexOf(unit) >= 0)
            && !part.endsWith(" ")
            && !DEVICE.matcher(part).matches();
  }
}
