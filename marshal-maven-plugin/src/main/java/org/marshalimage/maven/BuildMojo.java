package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.jspecify.annotations.Nullable;

/** Makes an image of {@code .pyc} files, or of Python sources that a CPython compiles. */
@Mojo(name = "build", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class BuildMojo extends ImageMojo {
  /** Folders, {@code .pyc} files and archives: zip, jar, whl, egg, pyz, pex. */
  @Parameter(property = "marshalimage.inputs")
  List<File> inputs = new ArrayList<>();

  /**
   * The CPython that compiles {@code sources}: a command on the path, such as {@code python3.11},
   * or a file.
   */
  @Parameter(property = "marshalimage.python")
  @Nullable String python;

  /** Folders of Python sources, laid out as a library. By default {@code src/main/python}. */
  @Parameter(property = "marshalimage.sources")
  List<File> sources = new ArrayList<>();

  /**
   * What compiled sources record of their source: {@code checked-hash} or {@code unchecked-hash}
   * (PEP 552). CPythons before 3.7 have neither and record the source's time.
   */
  @Parameter(property = "marshalimage.invalidation", defaultValue = PythonCompiler.CHECKED)
  String invalidation = PythonCompiler.CHECKED;

  /** Optimization level: which {@code .opt-N} files are taken, and how sources are compiled. */
  @Parameter(property = "marshalimage.optimize", defaultValue = "0")
  int optimize;

  /** Takes the files of one Python, such as {@code 3.11}, where inputs have those of several. */
  @Parameter(property = "marshalimage.pythonVersion")
  @Nullable String pythonVersion;

  /**
   * Leaves out files: a glob without "/" is compared with each part of a path, another with the
   * whole path below its input.
   */
  @Parameter(property = "marshalimage.excludes")
  List<String> excludes = new ArrayList<>();

  /** Whether links below folders are followed. */
  @Parameter(property = "marshalimage.followLinks", defaultValue = "false")
  boolean followLinks;

  /** Leaves out what cannot be read, with a warning, where else the build fails. */
  @Parameter(property = "marshalimage.skipBad", defaultValue = "false")
  boolean skipBad;

  /** Recordings of a start, by which the image is laid out. */
  @Parameter(property = "marshalimage.traces")
  List<File> traces = new ArrayList<>();

  /** Bytes of a slot: 4, offsets; 8, addresses for native code when mapped in place. */
  @Parameter(property = "marshalimage.pointerWidth")
  @Nullable Integer pointerWidth;

  /** The address that slots are written for: a number, or {@code auto}. */
  @Parameter(property = "marshalimage.base")
  @Nullable String base;

  /** The handles that type words are written for: {@code standard}, a table, or {@code @FILE}. */
  @Parameter(property = "marshalimage.types")
  @Nullable String types;

  /** An older image, whose interned strings keep their numbers. */
  @Parameter(property = "marshalimage.internTable")
  @Nullable File internTable;

  /** Texts that the image says of itself, by name. */
  @Parameter Map<String, String> properties = new TreeMap<>();

  /**
   * Made by Maven.
   *
   * @param helper attaches the image
   */
  @Inject
  public BuildMojo(MavenProjectHelper helper) {
    super(helper);
  }

  private Path compiledFolder(int index) {
    return workFolder().resolve("compiled").resolve(Integer.toString(index));
  }

  @Override
  String defaultSuffix() {
    return "";
  }

  @Override
  Arguments arguments(Path output) throws MojoExecutionException {
    if (python == null && !sources.isEmpty()) {
      throw mistake("<sources> are given and nothing that compiles them, expected <python>");
    }
    if (python == null && inputs.isEmpty()) {
      throw mistake("nothing to build from, expected <inputs>, or <python> and <sources>");
    }
    Arguments arguments =
        new Arguments("build")
            .option("--output", "outputFile", path(output))
            .option("--optimize", "optimize", optimize)
            .option("--python", "pythonVersion", pythonVersion)
            .options("--exclude", "excludes", excludes)
            .flag("--follow-links", "followLinks", followLinks)
            .flag("--skip-bad", "skipBad", skipBad)
            .options("--trace", "traces", traces.stream().map(this::path).toList())
            .option("--pointer-width", "pointerWidth", pointerWidth)
            .option("--base", "base", base)
            .option("--types", "types", types)
            .option("--intern-table", "internTable", internTable == null ? null : path(internTable))
            .options(
                "--property",
                "properties",
                // By name: a POM's order means nothing.
                new TreeMap<>(properties)
                    .entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList());
    inputs.forEach(input -> arguments.path(path(input)));
    for (int i = 0; python != null && i < sourceFolders(sources).size(); i++) {
      arguments.path(path(compiledFolder(i)));
    }
    return arguments;
  }

  private PythonCompiler compiler(String program) throws MojoExecutionException {
    try {
      return new PythonCompiler(
          program, project.getBasedir().toPath(), excludes, followLinks, optimize, invalidation);
    } catch (IllegalArgumentException e) {
      throw mistake(e.getMessage());
    }
  }

  @Override
  void addInputs(Fingerprint fingerprint) throws IOException, MojoExecutionException {
    for (File input : inputs) {
      fingerprint.tree(absolute(input.toPath()), ".pyc", followLinks, false);
    }
    for (File trace : traces) {
      fingerprint.tree(absolute(trace.toPath()), "", true, false);
    }
    if (internTable != null) {
      fingerprint.tree(absolute(internTable.toPath()), "", true, false);
    }
    if (types != null && types.startsWith("@")) {
      Path file = absolute(Path.of(types.substring(1)));
      fingerprint.tree(file, "", true, false);
    }
    if (python != null) {
      compiler(python).addTo(fingerprint);
      for (File folder : sourceFolders(sources)) {
        // CPythons before 3.7 record when a source was written.
        fingerprint.text(path(folder)).tree(absolute(folder.toPath()), ".py", followLinks, true);
      }
    }
  }

  @Override
  void prepare() throws IOException, MojoExecutionException, MojoFailureException {
    if (python == null) {
      return;
    }
    PythonCompiler compiler = compiler(python);
    List<File> folders = sourceFolders(sources);
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      Path folder = absolute(folders.get(i).toPath());
      if (!Files.isDirectory(folder)) {
        throw mistake("<sources> takes folders, found " + path(folder));
      }
      PythonCompiler.Report report = compiler.compile(folder, path(folder), compiledFolder(i));
      if (report.count() == 0) {
        faults.add("no source (.py) below " + path(folder));
      }
      report.warnings().forEach(getLog()::warn);
      faults.addAll(report.faults());
    }
    if (!faults.isEmpty()) {
      throw new MojoFailureException(listed("cannot compile with " + python, faults));
    }
  }
}
