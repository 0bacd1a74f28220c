package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What the README says works. */
class ReadmeIT {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** What a page says that its example prints. */
  private static final Pattern PRINTED =
      Pattern.compile("It prints\n\n```text\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  private static String page(String name) throws Exception {
    return Files.readString(TestData.root().resolve(name));
  }

  /** Compiles the class that a page shows, against what it is run with, and runs it. */
  private Processes.Result example(String page, String type, List<String> classPath, Object... args)
      throws Exception {
    Matcher example = EXAMPLE.matcher(page(page));
    assertThat(example.find()).isTrue();
    Path source = Files.writeString(directory.resolve(type + ".java"), example.group(1));
    String compilePath = String.join(File.pathSeparator, classPath);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(
            null, null, null, "-cp", compilePath, "-d", directory.toString(), source.toString());
    assertThat(status).isZero();

    List<String> command = new ArrayList<>(List.of(Processes.java(), "-cp"));
    command.add(String.join(File.pathSeparator, classPath) + File.pathSeparator + directory);
    command.add(type);
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return Processes.run(directory, command);
  }

  @Test
  void bytecodeExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Processes.Result result =
        example(
            "help/bytecode.md",
            "Disassemble",
            List.of(Processes.mappingClassPath()),
            image,
            "shop.stock.shelf");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).startsWith("0 0 RESUME 0").contains("2 2 LOAD_CONST 0");
  }

  @Test
  void embeddingExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Processes.Result result =
        example(
            "README.md", "Embed", List.of(Processes.mappingClassPath()), image, "shop.stock.shelf");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .containsExactly("shop/stock/shelf.py, 22 bytes of bytecode", "prices", "TABLE", "has");
  }

  @Test
  void attachingExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Path small = TestData.path("compat/v1/small.img");
    Processes.Result result =
        example(
            "help/attachments.md", "Attach", List.of(Processes.mappingClassPath()), image, small);
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).containsExactly("true", "null", "<module> true", "true");
  }

  @Test
  void reloadingExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    Path next = directory.resolve("next.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    CommandTest.run("build", "-o", next, TestData.path("pyc/3.8")).ok();
    Processes.Result result =
        example(
            "help/lifetime.md",
            "Reload",
            List.of(Processes.mappingClassPath()),
            image,
            next,
            "shop.stock.shelf");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .containsExactly("<module> shop/stock/shelf.py", "shop/stock/shelf.py");
    assertThat(next).doesNotExist();
  }

  @Test
  void findingExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Path small = TestData.path("compat/v1/small.img");
    Processes.Result result =
        example(
            "help/embedding.md",
            "Find",
            List.of(Processes.mappingClassPath()),
            small,
            image,
            "shop.stock");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .startsWith("shop.stock.empty_package of x.img", "shop.stock.shelf of x.img");
    assertThat(result.out()).contains("2 images, ");
  }

  @Test
  void writingExampleCompilesAndRuns() throws Exception {
    // The writer's libraries are those of this test; what they print without flags is theirs.
    Processes.Result result =
        example(
            "help/writing.md",
            "Write",
            List.of(System.getProperty("java.class.path")),
            directory.resolve("made.img"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out().lines()).containsExactlyElementsOf(EmbedderFlagsIT.WRITTEN);
  }

  @Test
  void snapshotExampleCompilesAndRuns() throws Exception {
    Processes.Result result =
        example(
            "help/snapshots.md",
            "Snapshot",
            List.of(System.getProperty("java.class.path")),
            directory.resolve("toy.img"));
    assertThat(result.code()).as(result.err()).isZero();
    Matcher printed = PRINTED.matcher(page("help/snapshots.md"));
    assertThat(printed.find()).isTrue();
    assertThat(result.out()).isEqualTo(printed.group(1));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void linkingExampleCompilesAndRuns() throws Exception {
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Processes.Result result =
        example(
            "help/linking.md",
            "InPlace",
            List.of(System.getProperty("java.class.path")),
            image,
            "shop.stock.shelf");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out().lines()).containsExactly("true", "true", "9", "1 module, IN_PLACE");
  }

  @Test
  void filesAndClassesThatPagesNameAreThere() throws Exception {
    Path root = TestData.root();
    Matcher link = Pattern.compile("]\\(([^)#]+)(?:#[^)]*)?\\)").matcher(page("README.md"));
    while (link.find()) {
      assertThat(root.resolve(link.group(1))).exists();
    }
    String tests = page("help/tests.md");
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
