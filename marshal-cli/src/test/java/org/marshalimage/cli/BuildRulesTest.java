package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;

/** What the build promises and no part of it checks. */
class BuildRulesTest {
  /** What others depend on. */
  private static final List<String> PUBLISHED =
      List.of("marshal-format", "marshal-core", "marshal-writer", "marshal-jython");

  private static String parentPom() throws Exception {
    return Files.readString(TestData.root().resolve("pom.xml"));
  }

  @Test
  void doclintLooksAtEveryPackage() throws Exception {
    Matcher option = Pattern.compile("<arg>-Xdoclint/package:(.*?)</arg>").matcher(parentPom());
    assertThat(option.find()).isTrue();
    // A name followed by ".*" stands for the packages below it, not for that package.
    List<String> patterns = List.of(option.group(1).split(","));
    List<String> missed = new ArrayList<>();
    try (Stream<Path> files = Files.walk(TestData.root())) {
      files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> file.getParent().toString().replace(File.separatorChar, '.'))
          .filter(name -> name.contains(".java.org.marshalimage"))
          .map(name -> name.substring(name.indexOf(".java.org.") + ".java.".length()))
          .filter(
              name ->
                  patterns.stream()
                      .noneMatch(
                          pattern ->
                              pattern.endsWith(".*")
                                  ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                                  : name.equals(pattern)))
          .forEach(missed::add);
    }
    assertThat(missed).isEmpty();
  }

  @Test
  void skipTestsSkipsIntegrationTestsToo() throws Exception {
    assertThat(parentPom())
        .contains("<skipTests>false</skipTests>", "<skipITs>${skipTests}</skipITs>");
  }

  @Test
  void javadocOfWhatIsPublishedIsBuiltAndWarningsFail() throws Exception {
    assertThat(parentPom()).contains("<failOnWarnings>true</failOnWarnings>");
    for (String module : PUBLISHED) {
      assertThat(Files.readString(TestData.root().resolve(module).resolve("pom.xml")))
          .contains("<artifactId>maven-javadoc-plugin</artifactId>");
    }
  }

  /** Whoever maps gets our two artifacts and the JDK; what more there is must be asked for. */
  @Test
  void readingBringsNoOtherLibrary() throws Exception {
    for (String module : List.of("marshal-format", "marshal-core")) {
      String pom = Files.readString(TestData.root().resolve(module).resolve("pom.xml"));
      Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
          .matcher(pom)
          .results()
          .map(dependency -> dependency.group(1))
          .filter(dependency -> !dependency.contains("<artifactId>marshal-format<"))
          .forEach(
              dependency ->
                  assertThat(dependency)
                      .as(module)
                      .containsPattern("<optional>true<|<scope>(test|provided)<"));
    }
  }

  /** It runs the command in a JVM of its own, and has no class of ours to call by mistake. */
  @Test
  void mavenPluginIsCompiledAgainstNothingOfOurs() throws Exception {
    String pom = Files.readString(TestData.root().resolve("marshal-maven-plugin/pom.xml"));
    Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
        .matcher(pom)
        .results()
        .map(dependency -> dependency.group(1))
        .filter(dependency -> dependency.contains("<groupId>org.marshalimage<"))
        .forEach(
            dependency -> assertThat(dependency).containsPattern("<scope>(runtime|test)</scope>"));
  }

  @Test
  void bomHasAllThatIsPublished() throws Exception {
    String bom = Files.readString(TestData.root().resolve("marshal-bom/pom.xml"));
    for (String module : PUBLISHED) {
      assertThat(bom).contains("<artifactId>" + module + "</artifactId>");
    }
  }

  /** An application has its own Jython, and its own choice of where logs go. */
  @Test
  void jythonBringsNeitherJythonNorLogging() throws Exception {
    String pom = Files.readString(TestData.root().resolve("marshal-jython/pom.xml"));
    for (String artifact : List.of("jython-standalone", "slf4j-nop")) {
      assertThat(pom)
          .containsPattern("<artifactId>" + artifact + "</artifactId>\\s*<scope>provided</scope>");
    }
  }

  @Test
  void bomHasTheVersionOfTheParent() throws Exception {
    String version = "<artifactId>marshal-image</artifactId>\\s*<version>([^<]+)</version>";
    Matcher parent = Pattern.compile(version).matcher(parentPom());
    assertThat(parent.find()).isTrue();
    assertThat(Files.readString(TestData.root().resolve("marshal-bom/pom.xml")))
        .containsPattern(
            "<artifactId>marshal-bom</artifactId>\\s*<version>"
                + Pattern.quote(parent.group(1))
                + "</version>");
  }
}
