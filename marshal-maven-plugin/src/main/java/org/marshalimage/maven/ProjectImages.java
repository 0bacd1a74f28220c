package org.marshalimage.maven;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * The images that the goals of one project have written in this run of Maven, in their order. They
 * are kept with the project, by classes of the JDK alone: two executions may have class loaders of
 * their own.
 */
final class ProjectImages {
  private static final String KEY = "org.marshalimage.images";

  private ProjectImages() {}

  @SuppressWarnings("unchecked")
  private static Map<String, String> map(MavenProject project) {
    Map<String, String> images = (Map<String, String>) project.getContextValue(KEY);
    if (images == null) {
      images = new LinkedHashMap<>();
      project.setContextValue(KEY, images);
    }
    return images;
  }

  /**
   * Notes that a goal is about to write an image.
   *
   * @return another execution that has written the same file; null if there is none
   */
  static @Nullable String add(MavenProject project, Path image, String execution) {
    String other = map(project).putIfAbsent(image.toString(), execution);
    return execution.equals(other) ? null : other;
  }

  /** Returns all of them. */
  static List<Path> of(MavenProject project) {
    return map(project).keySet().stream().map(Path::of).toList();
  }

  /**
   * Returns the only one that other executions have written.
   *
   * @throws MojoExecutionException if there is none, or several
   */
  static Path only(MavenProject project, String execution) throws MojoExecutionException {
    List<String> images =
        map(project).entrySet().stream()
            .filter(each -> !each.getValue().equals(execution))
            .map(Map.Entry::getKey)
            .toList();
    if (images.size() != 1) {
      throw MarshalMojo.mistake(
          images.isEmpty()
              ? "no goal before this one has written an image, expected <image>"
              : "goals before this one have written several images, expected <image>, one of "
                  + String.join(", ", images));
    }
    return Path.of(images.get(0));
  }
}
