package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotOptionsTest {
  private static SnapshotOptions parse(String... args) {
    return SnapshotOptions.parse(args);
  }

  @Test
  void theProgramMayBeAnArchive() {
    SnapshotOptions options = parse("--snapshot", "app.img", "-jar", "x/../app.jar", "-S", "b");
    String file = Path.of("app.jar").toAbsolutePath().toString();
    assertThat(options.kind()).isEqualTo("-jar");
    assertThat(options.what()).isEqualTo(file);
    assertThat(options.argv()).containsExactly(file, "-S", "b");
    assertThat(options.withSite()).isTrue();
    assertThat(options.withTarget(Path.of("other.img"))).endsWith("-jar", file, "-S", "b");
  }

  @Test
  void optionsOfTheInterpreterGoToTheProcessesThatMakeIt() {
    SnapshotOptions options =
        parse("--snapshot", "app.img", "-O", "-3", "-Q", "warn", "-Qnew", "-c", "pass", "-O");
    assertThat(options.withTarget(Path.of("other.img")))
        .endsWith("-O", "-3", "-Qwarn", "-Qnew", "-c", "pass", "-O");
    assertThat(options.argv()).isEqualTo(new String[] {"-c", "-O"});
    assertThat(SnapshotOptions.parse(options.withTarget(Path.of("b")).toArray(new String[0])))
        .extracting(again -> again.withTarget(Path.of("other.img")))
        .isEqualTo(options.withTarget(Path.of("other.img")));
  }

  @Test
  void wrongOptionsAreToldOf() {
    for (List<String> wrong :
        List.of(
            List.of("-Q", "never", "-c", "pass"),
            List.of("-Qnever", "-c", "pass"),
            List.of("-Q"),
            List.of("-jar"))) {
      String[] args = new String[wrong.size() + 2];
      args[0] = "--snapshot";
      args[1] = "app.img";
      for (int i = 0; i < wrong.size(); i++) {
        args[i + 2] = wrong.get(i);
      }
      assertThatThrownBy(() -> SnapshotOptions.parse(args))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("-");
    }
  }
}
