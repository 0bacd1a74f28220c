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

/** Checks the whole of images: every table, checksum, object and slot. */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class VerifyMojo extends MarshalMojo {
  /** The images. By default all that goals before this one have written. */
  @Parameter(property = "marshalimage.images")
  List<File> images = new ArrayList<>();

  /** Made by Maven. */
  public VerifyMojo() {}

  /** Returns the arguments of the command. */
  Arguments arguments() throws MojoExecutionException {
    List<Path> named =
        images.isEmpty()
            ? ProjectImages.of(project)
            : images.stream().map(image -> absolute(image.toPath())).toList();
    if (named.isEmpty()) {
      throw mistake("no goal before this one has written an image, expected <images>");
    }
    Arguments arguments = new Arguments("verify");
    named.forEach(image -> arguments.path(path(image)));
    return arguments;
  }

  @Override
  void run() throws IOException, MojoExecutionException, MojoFailureException {
    marshal("not all images are sound", arguments());
  }
}
