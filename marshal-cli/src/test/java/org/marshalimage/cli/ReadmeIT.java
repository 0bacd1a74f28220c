package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What the README says works. */
class ReadmeIT {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  private static String readme() throws Exception {
    return Files.readString(TestData.root().resolve("README.md"));
  }

  @Test
  void embeddingExampleCompilesAndRuns() throws Exception {
    Matcher example = EXAMPLE.matcher(readme());
    assertThat(example.find()).isTrue();
    Path source = Files.writeString(directory.resolve("Embed.java"), example.group(1));
    String classPath = Processes.mappingClassPath();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(
            null, null, null, "-cp", classPath, "-d", directory.toString(), source.toString());
    assertThat(status).isZero();

    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Processes.Result result =
        Processes.run(
            directory,
            List.of(
                Processes.java(),
                "-cp",
                classPath + File.pathSeparator + directory,
                "Embed",
                image.toString(),
                "shop.stock.shelf"));
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .containsExactly("shop/stock/shelf.py, 22 bytes of bytecode", "prices", "TABLE", "has");
  }

  @Test
  void filesAndClassesThatPagesNameAreThere() throws Exception {
    Path root = TestData.root();
    Matcher link = Pattern.compile("]\\(([^)]+)\\)").matcher(readme());
    while (link.find()) {
      assertThat(root.resolve(link.group(1))).exists();
    }
    String tests = Files.readString(root.resolve("help/tests.md"));
    Matcher name = Pattern.compile("`(\\w+(?:Test|IT))`").matcher(tests);
    int found = 0;
    while (name.find()) {
      try (var files = Files.walk(root)) {
        String file = name.group(1) + ".java";
        assertThat(files.anyMatch(path -> path.endsWith(file))).as(file).isTrue();
      }
      found++;
    }
    assertThat(found).isGreaterThan(8);
  }
}
