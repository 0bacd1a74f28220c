package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/**
 * What a start of the packaged command loads, which is what it takes: CommandStart of the
 * benchmarks has the times.
 */
class CommandStartIT {
  private static final Pattern LOADED = Pattern.compile("\\] (\\S+) source: (.*)");

  /** Of our jar; a parser and its model are 200 more. */
  private static final int MOST_CLASSES = 40;

  @TempDir Path directory;

  /** Returns the classes that are loaded from the jar. */
  private List<String> loaded(Object... args) throws Exception {
    Path log = directory.resolve("classes.txt");
    Processes.Result result =
        Processes.run(
            directory, Processes.marshalAsItIs(List.of("-Xlog:class+load:file=" + log), args));
    assertThat(result.code()).as(result.err()).isZero();
    List<String> ours = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher loaded = LOADED.matcher(line);
      if (loaded.find() && loaded.group(2).endsWith("marshal.jar")) {
        ours.add(loaded.group(1));
      }
    }
    System.out.println("classes of " + args[0] + ": " + ours.size());
    return ours;
  }

  @Test
  void commandsThatReadLoadNoParserAndFewClasses() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Object[][] commands = {{"ls", image}, {"stat", image}, {"--version"}};
    for (Object[] args : commands) {
      assertThat(loaded(args))
          .hasSizeLessThanOrEqualTo(MOST_CLASSES)
          .contains("org.marshalimage.cli.Main")
          .doesNotContain("picocli.CommandLine", "org.marshalimage.writer.ImageWriter");
      // Of the JDK, what takes longest.
      assertThat(directory.resolve("classes.txt"))
          .content()
          .doesNotContain(" java.util.Formatter ");
    }
    assertThat(loaded("show", image, "shop.stock.shelf"))
        .contains("org.marshalimage.cli.CodePrinter")
        .doesNotContain("picocli.CommandLine");
  }

  @Test
  void optionsLoadTheModelOfTheirCommandAlone() throws Exception {
    assertThat(loaded("ls", "--help"))
        .contains("org.marshalimage.cli.LsCommand", "picocli.CommandLine")
        .doesNotContain("org.marshalimage.cli.BuildCommand", "org.marshalimage.cli.LinkCommand");
  }
}
