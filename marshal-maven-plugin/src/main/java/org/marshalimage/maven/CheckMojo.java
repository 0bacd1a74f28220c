package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Compares an image with the sources that its modules were compiled from. */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class CheckMojo extends MarshalMojo {
  /** The image. By default the one that a goal before this one has written. */
  @Parameter(property = "marshalimage.image")
  @Nullable File image;

  /** Folders of Python sources, laid out as a library. By default {@code src/main/python}. */
  @Parameter(property = "marshalimage.sources")
  List<File> sources = new ArrayList<>();

  /**
   * Leaves out sources, and their modules: a glob without "/" is compared with each part of a path,
   * another with the whole path below its folder.
   */
  @Parameter(property = "marshalimage.excludes")
  List<String> excludes = new ArrayList<>();

  /** Whether links below folders are followed. */
  @Parameter(property = "marshalimage.followLinks", defaultValue = "false")
  boolean followLinks;

  /** Made by Maven. */
  public CheckMojo() {}

  /** Returns the arguments of the command. */
  Arguments arguments() throws MojoExecutionException {
    Path checked = image == null ? ProjectImages.only(project, me()) : absolute(image.toPath());
    return new Arguments("check")
        .options("--source", "sources", sourceFolders(sources).stream().map(this::path).toList())
        .options("--exclude", "excludes", excludes)
        .flag("--follow-links", "followLinks", followLinks)
        .path(path(checked));
  }

  @Override
  void run() throws IOException, MojoExecutionException, MojoFailureException {
    marshal("the image is not that of its sources", arguments());
  }
}
