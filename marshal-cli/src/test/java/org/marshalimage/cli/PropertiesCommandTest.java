package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;

/** What {@code build} is told to say of an image, and what shows it. */
class PropertiesCommandTest extends CommandTest {
  private Run build(String... properties) {
    List<Object> args = new ArrayList<>(List.of("build", "-o", directory.resolve("x.img")));
    for (String property : properties) {
      args.addAll(List.of("--property", property));
    }
    args.add(TestData.path("pyc/3.13/ints.pyc"));
    return run(args.toArray());
  }

  @Test
  void statAndLsShowProperties() {
    build("made.by=Jython 2.7.4", "environment=LANG=C", "two\nlines=a\nb").ok();
    Path image = directory.resolve("x.img");
    for (String command : List.of("stat", "ls")) {
      assertThat(run(command, image).ok().out().lines().map(String::strip))
          .as(command)
          .contains(
              "made.by = Jython 2.7.4", "environment = LANG=C", "two\\u000alines = a\\u000ab");
    }
    assertThat(run("stat", "--json", image).ok().out()).contains("\"made.by\" : \"Jython 2.7.4\"");
  }

  @Test
  void whatIsNoPropertyIsBadUsageAndWritesNothing() {
    assertThat(build("a").err()).contains("expected NAME=TEXT, found a");
    assertThat(build("=a").err()).contains("name of a property is empty");
    assertThat(build("a=1", "a=2").err()).contains("property is set twice: a");
    assertThat(build("a").code()).isEqualTo(2);
    assertThat(build("a=1", "a=2").code()).isEqualTo(2);
    assertThat(directory.resolve("x.img")).doesNotExist();
  }
}
