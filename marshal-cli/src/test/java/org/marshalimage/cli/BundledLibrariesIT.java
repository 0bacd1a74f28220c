package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.TestData;

/** What the jars have of others, and under which licenses. */
class BundledLibrariesIT {
  private static final String LIST = "META-INF/THIRD-PARTY.md";

  /** Name, licenses, files of their texts, packages. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| `([^|`]+)` \\|$");

  private static String list() throws IOException {
    return Files.readString(TestData.root().resolve("marshal-cli/src/main/resources/" + LIST));
  }

  /** Returns the files of texts that the list names. */
  static Set<String> licenseFiles() throws IOException {
    Set<String> files = new TreeSet<>();
    Matcher row = ROW.matcher(list());
    while (row.find()) {
      files.addAll(List.of(row.group(3).split(", ")));
    }
    return files;
  }

  @Test
  void everyLibraryInTheJarIsListedWithTheTextOfItsLicense() throws Exception {
    List<String> packages = new ArrayList<>();
    Matcher row = ROW.matcher(list());
    while (row.find()) {
      packages.add(row.group(4));
    }
    assertThat(packages).hasSizeGreaterThan(8);
    Set<String> unlisted = new TreeSet<>();
    Set<String> unused = new TreeSet<>(packages);
    try (ZipFile jar = new ZipFile(Processes.marshalJar().toFile())) {
      jar.stream()
          .map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", ""))
          .filter(name -> name.contains("/") && !name.endsWith("/"))
          .filter(name -> !name.startsWith("org/marshalimage/"))
          .filter(name -> !name.startsWith("META-INF/") || name.contains("/resources/"))
          .forEach(
              name -> {
                if (packages.stream().noneMatch(name::startsWith)) {
                  unlisted.add(name);
                }
                unused.removeIf(name::startsWith);
              });
      assertThat(unlisted).isEmpty();
      assertThat(unused).isEmpty();
      for (String text : licenseFiles()) {
        assertThat(jar.getEntry("META-INF/" + text)).as(text).isNotNull();
      }
      assertThat(jar.getEntry(LIST)).isNotNull();
    }
  }

  private static void assertSame(ZipFile jar, String entry, Path file) throws IOException {
    assertThat(jar.getEntry(entry)).as(entry + " in " + jar.getName()).isNotNull();
    assertThat(jar.getInputStream(jar.getEntry(entry)).readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(Files.readString(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"marshal-format", "marshal-core", "marshal-writer", "marshal-cli"})
  void everyJarHasLicenseAndNotice(String module) throws Exception {
    try (ZipFile jar = new ZipFile(Processes.jar(module).toFile())) {
      assertSame(jar, "META-INF/LICENSE", TestData.root().resolve("LICENSE"));
      assertThat(jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes())
          .asString(StandardCharsets.UTF_8)
          .startsWith(
              Files.readString(TestData.root().resolve("NOTICE"))
                  .lines()
                  .findFirst()
                  .orElseThrow());
    }
  }

  @Test
  void jarOfTheCommandHasOurLicenseAndTheNoticesOfAll() throws Exception {
    try (ZipFile jar = new ZipFile(Processes.marshalJar().toFile())) {
      assertSame(jar, "META-INF/LICENSE", TestData.root().resolve("LICENSE"));
      assertThat(jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes())
          .asString(StandardCharsets.UTF_8)
          .contains("Marshal Image\nCopyright 2026", "Apache ECharts", "Jackson JSON processor");
    }
  }
}
