package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What is said of a folder that was deployed to, in which one thing is not as Central asks for. */
class StagedFilesTest {
  private static final String PARENT =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <groupId>org.x</groupId>
        <artifactId>all</artifactId>
        <version>1.0</version>
        <packaging>pom</packaging>
        <name>All</name>
        <description>All of it.</description>
        <url>${home}</url>
        <licenses><license><name>Apache-2.0</name><url>https://apache.org</url></license></licenses>
        <developers>
          <developer>
            <name>Ada</name>
            <email>ada@x.org</email>
            <organization>X</organization>
            <organizationUrl>${home}</organizationUrl>
          </developer>
        </developers>
        <scm>
          <connection>scm:git:${home}</connection>
          <developerConnection>scm:git:${home}</developerConnection>
          <url>${home}</url>
        </scm>
        <modules><module>one</module><module>tests</module></modules>
        <properties><home>https://x.org/all</home></properties>
      </project>
      """;

  private static final String CHILD =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <parent><groupId>org.x</groupId><artifactId>all</artifactId><version>1.0</version></parent>
        <artifactId>one</artifactId>
        <name>One</name>
      </project>
      """;

  @TempDir Path directory;
  private Path project;
  private Path staging;
  private Path one;

  @BeforeEach
  void deploy() throws Exception {
    project = Files.createDirectories(directory.resolve("project"));
    staging = directory.resolve("staging");
    Path all = Files.createDirectories(staging.resolve("org/x/all/1.0"));
    one = Files.createDirectories(staging.resolve("org/x/one/1.0"));
    Files.writeString(project.resolve("pom.xml"), PARENT);
    Files.writeString(Files.createDirectories(project.resolve("one")).resolve("pom.xml"), CHILD);
    Files.writeString(
        Files.createDirectories(project.resolve("tests")).resolve("pom.xml"),
        CHILD
            .replace("one", "tests")
            .replace(
                "</project>",
                "<properties><maven.deploy.skip>true</maven.deploy.skip></properties></project>"));
    put(all.resolve("all-1.0.pom"), PARENT);
    put(one.resolve("one-1.0.pom"), CHILD);
    for (String kind : List.of("", "-sources", "-javadoc")) {
      jar(one.resolve("one-1.0" + kind + ".jar"), "META-INF/LICENSE", "META-INF/NOTICE");
    }
    Files.writeString(staging.resolve("org/x/one/maven-metadata.xml"), "<metadata/>");
  }

  /** Writes a file with checksums and something that looks like a signature. */
  private static void put(Path file, String text) throws Exception {
    Files.writeString(file, text);
    sign(file);
  }

  private static void jar(Path file, String... entries) throws Exception {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
      }
    }
    sign(file);
  }

  private static void sign(Path file) throws Exception {
    Files.writeString(beside(file, ".asc"), "-----BEGIN PGP SIGNATURE-----\n");
    for (String[] kind : new String[][] {{".md5", "MD5"}, {".sha1", "SHA-1"}}) {
      byte[] digest = MessageDigest.getInstance(kind[1]).digest(Files.readAllBytes(file));
      Files.writeString(beside(file, kind[0]), HexFormat.of().formatHex(digest));
    }
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private List<String> faults() throws Exception {
    return StagedFiles.faults(staging, project, true, false);
  }

  private void edit(String file, String from, String to) throws Exception {
    Path pom = staging.resolve(file);
    String text = Files.readString(pom);
    assertThat(text).contains(from);
    put(pom, text.replace(from, to));
  }

  @Test
  void whatIsCompleteHasNoFault() throws Exception {
    assertThat(faults()).isEmpty();
  }

  @Test
  void elementOfThePomThatIsMissingIsNamed() throws Exception {
    edit("org/x/one/1.0/one-1.0.pom", "<name>One</name>", "");
    assertThat(faults()).containsExactly("one: pom without name");
    edit("org/x/one/1.0/one-1.0.pom", "<artifactId>one", "<name>One</name><artifactId>one");
    edit("org/x/all/1.0/all-1.0.pom", "<email>ada@x.org</email>", "");
    assertThat(faults())
        .containsExactly(
            "all: pom without developers/developer/email",
            "one: pom without developers/developer/email");
  }

  @Test
  void propertyWithoutAValueIsNamed() throws Exception {
    edit("org/x/all/1.0/all-1.0.pom", "<home>https://x.org/all</home>", "");
    assertThat(faults()).contains("one: pom with an unknown property in url: ${home}").hasSize(10);
  }

  @Test
  void placeholdersAreNamedButOnTrial() throws Exception {
    edit("org/x/all/1.0/all-1.0.pom", "https://x.org/all", "https://example.org/all");
    assertThat(faults())
        .contains("all: url is a placeholder, see RELEASING.md: https://example.org/all");
    assertThat(StagedFiles.faults(staging, project, true, true)).isEmpty();
  }

  @Test
  void snapshotsAreNamed() throws Exception {
    edit(
        "org/x/one/1.0/one-1.0.pom",
        "</project>",
        "<dependencies><dependency><version>2-SNAPSHOT</version></dependency></dependencies></project>");
    assertThat(faults()).containsExactly("one: is a snapshot, or depends on one");
  }

  @Test
  void fileThatIsMissingOrWrongIsNamed() throws Exception {
    Files.delete(one.resolve("one-1.0-javadoc.jar"));
    Files.delete(one.resolve("one-1.0-sources.jar.asc"));
    Files.delete(one.resolve("one-1.0.jar.md5"));
    Files.writeString(one.resolve("one-1.0.jar.sha1"), "00");
    Files.writeString(one.resolve("one-1.0.pom.asc"), "");
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "one: missing: one-1.0-javadoc.jar",
            "missing: one-1.0-sources.jar.asc",
            "missing: one-1.0.jar.md5",
            "wrong: one-1.0.jar.sha1",
            "no signature: one-1.0.pom.asc");
    assertThat(StagedFiles.faults(staging, project, false, false)).hasSize(3);
  }

  @Test
  void jarWithoutLicenseOrNoticeIsNamed() throws Exception {
    jar(one.resolve("one-1.0-sources.jar"), "META-INF/NOTICE");
    assertThat(faults()).containsExactly("one: no META-INF/LICENSE in one-1.0-sources.jar");
  }

  @Test
  void whatIsPublishedIsWhatTheProjectSays() throws Exception {
    Files.createDirectories(staging.resolve("org/x/tests/1.0"));
    put(
        staging.resolve("org/x/tests/1.0/tests-1.0.pom"),
        CHILD.replace("one", "tests").replace("<name>", "<packaging>pom</packaging><name>"));
    assertThat(faults()).containsExactly("published: expected [all, one], found [all, one, tests]");
  }

  @Test
  void placeOfAPomIsThatOfItsNames() throws Exception {
    edit("org/x/one/1.0/one-1.0.pom", "<artifactId>one", "<groupId>org.y</groupId><artifactId>one");
    assertThat(faults())
        .containsExactly("one: lies in the wrong place: expected org/y/one/1.0/one-1.0.pom");
  }

  /** The poms of this project, before they are deployed: what can be seen of them without it. */
  @Test
  void bomHasTheSamePublisherAsTheParent() throws IOException {
    String parent = Files.readString(TestData.root().resolve("pom.xml"));
    String bom = Files.readString(TestData.root().resolve("marshal-bom/pom.xml"));
    for (String name : List.of("url", "scm", "organization", "developer", "email")) {
      String start = "<marshalimage." + name + ">";
      int at = parent.indexOf(start);
      assertThat(bom).contains(parent.substring(at, parent.indexOf('\n', at)));
    }
    for (String element : List.of("licenses", "developers")) {
      int at = parent.indexOf("<" + element + ">");
      int end = parent.indexOf("</" + element + ">");
      assertThat(bom).contains(parent.substring(at, end));
    }
  }
}
