package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/**
 * What all goals have in common. Each runs the {@code marshal} command in a JVM of its own. What
 * writes an image needs flags to be silent, which a running Maven cannot be given; a file that is
 * mapped stays so until its JVM ends, and could not be deleted before on Windows; and a large image
 * needs a heap that Maven may not have.
 */
abstract class MarshalMojo extends AbstractMojo {
  private static final String DEFAULT_SOURCES = "src/main/python";

  static final String MAIN = "org.marshalimage.cli.Main";

  /** What the command puts before each line of its own on standard error. */
  private static final String PREFIX = "marshal: ";

  /** What the writer's libraries ask for; without it they print lines. */
  static final List<String> FLAGS =
      List.of(
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "-Dstdout.encoding=UTF-8",
          "-Dstderr.encoding=UTF-8");

  /** Does nothing if true. */
  @Parameter(property = "marshalimage.skip", defaultValue = "false")
  boolean skip;

  /** Options of the JVM that does the work, such as {@code -Xmx4g} for an image of 1.6 GB. */
  @Parameter(property = "marshalimage.jvmArguments")
  List<String> jvmArguments = new ArrayList<>();

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  MavenProject project;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
  MojoExecution execution;

  @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
  List<Artifact> pluginArtifacts;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("skipped");
      return;
    }
    try {
      run();
    } catch (IOException e) {
      throw new MojoExecutionException(message(e), e);
    }
  }

  /** Does the work. */
  abstract void run() throws IOException, MojoExecutionException, MojoFailureException;

  private static String message(IOException e) {
    // Of many exceptions of files the message is the path alone.
    return e.getClass() == IOException.class ? e.getMessage() : e.toString();
  }

  /** Returns an exception for what a user can mend in the POM. */
  static MojoExecutionException mistake(String what) {
    return new MojoExecutionException("wrong configuration: " + what);
  }

  /** Returns the folders of sources that are named, or the one that is usual. */
  final List<File> sourceFolders(List<File> named) {
    return named.isEmpty() ? List.of(new File(project.getBasedir(), DEFAULT_SOURCES)) : named;
  }

  /** Returns how messages call this execution. */
  final String me() {
    return execution.getGoal() + " (" + execution.getExecutionId() + ")";
  }

  /**
   * Runs the command, and says what it says.
   *
   * @param failure what could not be done if it fails, for a message that goes on with ":"
   * @throws MojoExecutionException if an argument is wrong, which is a mistake in the POM
   * @throws MojoFailureException if the command found something wrong
   */
  final void marshal(String failure, Arguments arguments)
      throws IOException, MojoExecutionException, MojoFailureException {
    List<String> command = command(arguments.list());
    getLog().debug("runs " + String.join(" ", command));
    ChildProcess.Result result =
        ChildProcess.run(new ProcessBuilder(command).directory(project.getBasedir()));
    List<String> said = ownLines(result.err());
    switch (result.code()) {
      case 0 -> {
        result.out().forEach(getLog()::info);
        said.forEach(getLog()::warn);
      }
      case 1 -> {
        List<String> lines = new ArrayList<>(result.out());
        lines.addAll(said);
        throw new MojoFailureException(listed(failure, lines));
      }
      // What follows the first line tells how the command line is to be written.
      case 2 ->
          throw mistake(
              arguments.inTermsOfParameters(said.isEmpty() ? "" + arguments.list() : said.get(0)));
      default ->
          throw new MojoExecutionException(
              listed(
                  failure + ": marshal " + arguments.command() + " ended with " + result.code(),
                  said));
    }
  }

  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath()));
    command.add(MAIN);
    command.addAll(arguments);
    return command;
  }

  /** Returns the jars of the plugin and of what it depends on: the command's. */
  List<String> classPath() {
    return pluginArtifacts.stream().map(artifact -> artifact.getFile().getPath()).toList();
  }

  /** Leaves out what a JVM says of its environment variables, and the command's name. */
  private static List<String> ownLines(List<String> lines) {
    return lines.stream()
        .filter(line -> !line.startsWith("Picked up ") && !line.startsWith("NOTE: Picked up "))
        .map(line -> line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line)
        .toList();
  }

  /** Joins a line and what it is about. */
  static String listed(String what, List<String> lines) {
    return lines.size() == 1
        ? what + ": " + lines.get(0)
        : what + (lines.isEmpty() ? "" : ":\n" + String.join("\n", lines));
  }

  /**
   * Returns a file's path for messages and for the command, which runs in the project's folder:
   * from there if the file lies below it.
   *
   * @param file an absolute path
   */
  final String path(Path file) {
    Path folder = project.getBasedir().toPath();
    String relative = file.startsWith(folder) ? folder.relativize(file).toString() : "";
    // An empty path names nothing, and one that starts with "-" would be an option.
    return relative.isEmpty() || relative.startsWith("-") ? file.toString() : relative;
  }

  /** Returns a file's path for messages and for the command. */
  final String path(File file) {
    return path(absolute(file.toPath()));
  }

  /** Returns the absolute path of a file that the POM names. */
  final Path absolute(Path file) {
    return project.getBasedir().toPath().resolve(file).normalize();
  }
}
