package org.marshalimage.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JDKs of which start-up is measured. */
final class Jdks {
  /**
   * System property: homes of JDKs, separated by commas; by default the one that runs this, and
   * those beside it of the major versions 17 and 25.
   */
  static final String HOMES = "marshalimage.jdks";

  private static final List<Integer> MAJOR_VERSIONS = List.of(17, 25);
  private static final Pattern RELEASE = Pattern.compile("\"?(\\d+)[^\"]*\"?");

  private Jdks() {}

  /** Returns the homes of the JDKs to measure and their releases. */
  static Map<Path, String> find() throws IOException {
    Map<Path, String> found = new LinkedHashMap<>();
    String setting = System.getProperty(HOMES);
    if (setting != null) {
      for (String name : setting.split(",")) {
        Path home = Path.of(name.strip());
        String release = release(home);
        if (release == null) {
          throw new IOException("not the home of a JDK: " + home + ", named by " + HOMES);
        }
        found.put(home.toRealPath(), release);
      }
      return found;
    }
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    found.put(own, System.getProperty("java.version"));
    List<Integer> majors = new ArrayList<>(MAJOR_VERSIONS);
    majors.remove((Integer) Runtime.version().feature());
    for (Path sibling : Interpreter.list(own.getParent(), "*")) {
      String release = release(sibling);
      if (release != null && majors.remove((Integer) majorVersion(release))) {
        found.put(sibling.toRealPath(), release);
      }
    }
    return found;
  }

  private static @Nullable String release(Path home) throws IOException {
    Path file = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(file)) {
      return null;
    }
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    String version = properties.getProperty("JAVA_VERSION");
    return version == null ? null : version.replace("\"", "");
  }

  /** Returns 17 of {@code "17.0.15"}; 0 if that is no release. */
  static int majorVersion(String release) {
    Matcher matcher = RELEASE.matcher(release);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
