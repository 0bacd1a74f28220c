package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.jspecify.annotations.Nullable;

/** Lays an image out anew: what a program touches when it starts lies together. */
@Mojo(name = "repack", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class RepackMojo extends ImageMojo {
  /** The image. By default the one that a goal before this one has written. */
  @Parameter(property = "marshalimage.image")
  @Nullable File image;

  /** Recordings of a start. Several are merged. */
  @Parameter(property = "marshalimage.traces")
  List<File> traces = new ArrayList<>();

  /**
   * Made by Maven.
   *
   * @param helper attaches the image
   */
  @Inject
  public RepackMojo(MavenProjectHelper helper) {
    super(helper);
  }

  @Override
  String defaultSuffix() {
    return "-repacked";
  }

  @Override
  Arguments arguments(Path output) throws MojoExecutionException {
    if (traces.isEmpty()) {
      throw mistake("nothing to lay the image out by, expected <traces>");
    }
    Path input = input();
    if (input.equals(output)) {
      // The image would be another one, and be made anew, in each run.
      throw mistake("an image is not repacked over itself: found " + path(output) + " twice");
    }
    return new Arguments("repack")
        .option("--output", "outputFile", path(output))
        .options("--trace", "traces", traces.stream().map(this::path).toList())
        .path(path(input));
  }

  private Path input() throws MojoExecutionException {
    return image == null ? ProjectImages.only(project, me()) : absolute(image.toPath());
  }

  @Override
  void addInputs(Fingerprint fingerprint) throws IOException, MojoExecutionException {
    fingerprint.tree(input(), "", true, false);
    for (File trace : traces) {
      fingerprint.tree(absolute(trace.toPath()), "", true, false);
    }
  }

  @Override
  void prepare() {
    // There is nothing to make.
  }
}
