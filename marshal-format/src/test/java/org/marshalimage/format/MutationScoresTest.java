package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figure of each class, and which figure fails. */
class MutationScoresTest {
  @TempDir Path directory;

  private void check(String exemptions, String... mutants) throws Exception {
    StringBuilder report = new StringBuilder("<mutations>");
    for (String mutant : mutants) {
      String[] parts = mutant.split(" ");
      for (int i = 0; i < Integer.parseInt(parts[1]); i++) {
        report
            .append("<mutation detected='")
            .append(parts[2])
            .append("'><mutatedClass>")
            .append(parts[0])
            .append("</mutatedClass></mutation>");
      }
    }
    Path file =
        Files.writeString(directory.resolve("mutations.xml"), report.append("</mutations>"));
    Path reasons = Files.writeString(directory.resolve("mutants.txt"), exemptions);
    MutationScores.main(new String[] {file.toString(), reasons.toString()});
  }

  @Test
  void classWithFewerThan88OfHundredFails() throws Exception {
    check("", "a.Good 22 true", "a.Good 3 false");
    assertThat(directory.resolve("classes.txt")).hasContent(" 88 %   22 of  25  a.Good\n");
    assertThatThrownBy(() -> check("", "a.Good 1 true", "a.Bad 21 true", "a.Bad 3 false"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "mutants live that tests are to find:\n"
                + " 87 %   21 of  24  a.Bad, expected at least 88 %");
  }

  @Test
  void nestedClassCountsAsThatAroundIt() throws Exception {
    check("", "a.Outer 88 true", "a.Outer$Inner$1 12 false");
    assertThat(directory.resolve("classes.txt")).hasContent(" 88 %   88 of 100  a.Outer\n");
  }

  @Test
  void classWithAReasonMayHaveLess() throws Exception {
    check("# a comment\n\na.Odd 50 one of two cannot be seen\n", "a.Odd 1 true", "a.Odd 1 false");
    assertThatThrownBy(() -> check("a.Odd 50 reason", "a.Odd 1 true", "a.Odd 2 false"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> check("a.Odd 50", "a.Odd 1 true"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a class, a percentage and a reason: line=a.Odd 50");
  }

  @Test
  void moduleWithoutMutantsHasNoReport() throws Exception {
    Path report = directory.resolve("mutations.xml");
    MutationScores.main(new String[] {report.toString(), "mutants.txt"});
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void mavenCanRunIt() {
    assertThat(MutationScores.class).isPublic().hasPublicMethods("main");
  }
}
