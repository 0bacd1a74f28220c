package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.jspecify.annotations.Nullable;

/** What goals have in common that write an image: where to, and that they do so only if needed. */
abstract class ImageMojo extends MarshalMojo {
  private static final String TYPE = "img";

  /** The image to write. By default a file in {@code target} that is called as the jar is. */
  @Parameter(property = "marshalimage.outputFile")
  @Nullable File outputFile;

  /**
   * Writes the image as a resource instead, under this name below {@code target/classes}, for
   * {@code MarshalImage.mapResource(Main.class.getResource("/NAME"), folder)}.
   */
  @Parameter(property = "marshalimage.resource")
  @Nullable String resource;

  /** Whether the image becomes an artifact of the project, of type {@code img}. */
  @Parameter(property = "marshalimage.attach", defaultValue = "false")
  boolean attach;

  /** The classifier of the attached artifact. Is also part of the default file's name. */
  @Parameter(property = "marshalimage.classifier")
  @Nullable String classifier;

  private final MavenProjectHelper helper;

  ImageMojo(MavenProjectHelper helper) {
    this.helper = helper;
  }

  /** Adds all that the image is made of, but the parameters. */
  abstract void addInputs(Fingerprint fingerprint) throws IOException, MojoExecutionException;

  /** Returns the arguments of the command; makes nothing. */
  abstract Arguments arguments(Path output) throws MojoExecutionException;

  /** Makes what the command needs. */
  abstract void prepare() throws IOException, MojoExecutionException, MojoFailureException;

  /** Returns what stands at the end of the default file's name if there is no classifier. */
  abstract String defaultSuffix();

  @Override
  final void run() throws IOException, MojoExecutionException, MojoFailureException {
    Path output = output();
    Arguments arguments = arguments(output);
    claim(output);
    LastRun last = new LastRun(workFolder().resolve("last-run.txt"));
    String fingerprint = fingerprint(arguments);
    if (fingerprint != null && last.made(output, fingerprint)) {
      getLog().info(path(output) + " is up to date");
    } else {
      last.forget();
      prepare();
      Files.createDirectories(output.getParent());
      marshal("cannot write " + path(output), arguments);
      if (fingerprint != null) {
        last.note(output, fingerprint);
      }
    }
    attach(output);
  }

  /** Returns null if something cannot be read; then the command says so. */
  private @Nullable String fingerprint(Arguments arguments) throws MojoExecutionException {
    try {
      Fingerprint fingerprint = new Fingerprint().texts(arguments.list());
      for (String jar : classPath()) {
        fingerprint.stamp(Path.of(jar));
      }
      addInputs(fingerprint);
      return fingerprint.value();
    } catch (IOException e) {
      getLog().debug("made anew: what it is made of cannot be read: " + e);
      return null;
    }
  }

  /** Returns a folder for what this execution makes on the way. */
  final Path workFolder() {
    String name = execution.getGoal() + "-" + execution.getExecutionId();
    return absolute(Path.of(project.getBuild().getDirectory(), "marshal-image"))
        .resolve(name.replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  /** Returns where the image goes. */
  final Path output() throws MojoExecutionException {
    if (classifier != null && !attach) {
      throw mistake(
          "<classifier> is that of an attached artifact, and <attach> is not true: found "
              + classifier);
    }
    if (outputFile != null && resource != null) {
      throw mistake(
          "<outputFile> and <resource> are both set, expected one place: found "
              + path(outputFile)
              + " and "
              + resource);
    }
    if (resource != null) {
      return resourceFile(resource);
    }
    if (outputFile != null) {
      return absolute(outputFile.toPath());
    }
    String suffix = classifier == null ? defaultSuffix() : "-" + classifier;
    String name = project.getBuild().getFinalName() + suffix + "." + TYPE;
    return absolute(Path.of(project.getBuild().getDirectory(), name));
  }

  private Path resourceFile(String name) throws MojoExecutionException {
    Path classes = absolute(Path.of(project.getBuild().getOutputDirectory()));
    // As getResource takes it, with or without a slash.
    Path file = classes.resolve(name.startsWith("/") ? name.substring(1) : name).normalize();
    if (!file.startsWith(classes) || file.equals(classes)) {
      throw mistake(
          "<resource> takes the name of a file below "
              + path(classes)
              + ", such as app.img, found "
              + name);
    }
    return file;
  }

  private void claim(Path output) throws MojoExecutionException {
    String other = ProjectImages.add(project, output, me());
    if (other != null) {
      throw mistake(
          "two executions write "
              + path(output)
              + ": "
              + other
              + " and "
              + me()
              + "; <outputFile>, <resource> or <classifier> tells them apart");
    }
  }

  private void attach(Path output) throws MojoExecutionException {
    if (!attach) {
      return;
    }
    List<Artifact> attached = project.getAttachedArtifacts();
    for (Artifact other : attached) {
      String otherClassifier = other.getClassifier() == null ? "" : other.getClassifier();
      if (other.getType().equals(TYPE)
          && otherClassifier.equals(Objects.requireNonNullElse(classifier, ""))) {
        if (other.getFile().equals(output.toFile())) {
          return;
        }
        throw mistake(
            "two attached images need two <classifier>s: "
                + path(other.getFile())
                + " and "
                + path(output)
                + (classifier == null ? " have none" : " have " + classifier));
      }
    }
    helper.attachArtifact(project, TYPE, classifier, output.toFile());
  }
}
