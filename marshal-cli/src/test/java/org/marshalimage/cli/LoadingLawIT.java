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
 * The law of the default load path: in a fresh JVM without flags, mapping an image and reading a
 * name prints nothing, loads no class from outside the JDK and our two jars, and few of ours.
 */
class LoadingLawIT {
  private static final int MOST_CLASSES = 20;
  private static final Pattern LOADED = Pattern.compile("\\] (\\S+) source: (.*)");

  @TempDir Path directory;

  private Path image() {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    return image;
  }

  @Test
  void printsNothing() throws Exception {
    Processes.Result result =
        Processes.run(
            directory,
            Processes.embedder(List.of(), MapOneModule.class, image(), "closures", "<module>"));
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void loadsFewClassesAndNoneOfOthers() throws Exception {
    Path log = directory.resolve("classes.txt");
    List<String> flags = List.of("-Xlog:class+load:file=" + log);
    Processes.Result result =
        Processes.run(
            directory,
            Processes.embedder(flags, MapOneModule.class, image(), "closures", "<module>"));
    assertThat(result.code()).isZero();

    List<String> ours = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher loaded = LOADED.matcher(line);
      if (!loaded.find() || loaded.group(1).equals(MapOneModule.class.getName())) {
        continue;
      }
      String name = loaded.group(1);
      String source = loaded.group(2);
      boolean isFile = source.startsWith("file:");
      if (isFile && source.matches(".*/marshal-(core|format)-[^/]*\\.jar")) {
        ours.add(name);
      } else if (isFile || name.startsWith("org.") || name.startsWith("net.openhft")) {
        foreign.add(line);
      }
    }
    System.out.println("classes of ours on the load path: " + ours.size() + " " + ours);
    assertThat(foreign).isEmpty();
    assertThat(ours).contains("org.marshalimage.MarshalImage");
    assertThat(ours.size()).isLessThanOrEqualTo(MOST_CLASSES);
  }

  @Test
  void worksOnTheModulePath() throws Exception {
    List<String> flags =
        List.of("-p", Processes.mappingClassPath(), "--add-modules", "org.marshalimage");
    Processes.Result result =
        Processes.run(
            directory,
            List.of(
                Processes.java(),
                flags.get(0),
                flags.get(1),
                flags.get(2),
                flags.get(3),
                "-cp",
                TestData.root().resolve("marshal-cli/target/test-classes").toString(),
                MapOneModule.class.getName(),
                image().toString(),
                "closures",
                "<module>"));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }
}
