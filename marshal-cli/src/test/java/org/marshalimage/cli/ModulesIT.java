package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** What an embedder takes who maps, and does not write: two modules and the JDK. */
@EnabledOnOs(OS.LINUX)
class ModulesIT {
  private static final String PROGRAM =
      """
      package mapper;

      import java.nio.file.Path;
      import org.marshalimage.MarshalImage;

      public class Mapper {
        public static void main(String[] args) throws Exception {
          try (MarshalImage image = MarshalImage.map(Path.of(args[0]))) {
            System.out.println(image.module(args[1]).code().name());
            System.out.println(image.verify().isSound());
          }
        }
      }
      """;

  @TempDir Path directory;

  /** Runs a tool of the JDK; returns what it prints. */
  private static String runTool(String name, Object... args) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    int code =
        ToolProvider.findFirst(name)
            .orElseThrow()
            .run(out, out, Stream.of(args).map(Object::toString).toArray(String[]::new));
    assertThat(code).as(text.toString()).isZero();
    return text.toString();
  }

  @Test
  void programThatMapsRunsFromARunTimeImage() throws Exception {
    Path source = Files.createDirectories(directory.resolve("source"));
    Path main = Files.writeString(source.resolve("Mapper.java"), PROGRAM);
    Path module =
        Files.writeString(
            source.resolve("module-info.java"), "module mapper { requires org.marshalimage; }");
    Path classes = directory.resolve("classes");
    String path = Processes.mappingClassPath();
    runTool("javac", "-p", path, "-d", classes, main, module);
    Path runTime = directory.resolve("run-time");
    runTool(
        "jlink",
        "--module-path",
        path + File.pathSeparator + classes,
        "--add-modules",
        "mapper",
        "--output",
        runTime);
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    Processes.Result result =
        Processes.run(
            directory,
            List.of(
                runTime.resolve("bin/java").toString(),
                "-m",
                "mapper/mapper.Mapper",
                image.toString(),
                "shop.stock.shelf"));
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).containsExactly("<module>", "true");
    Processes.Result modules =
        Processes.run(directory, List.of(runTime.resolve("bin/java").toString(), "--list-modules"));
    assertThat(modules.out().lines().map(line -> line.replaceFirst("@.*", "")))
        .containsExactlyInAnyOrder(
            "java.base", "mapper", "org.marshalimage", "org.marshalimage.format");
  }

  /**
   * 0.36 MiB, without LICENSE and NOTICE. With code alone it was 0.32; records, externals,
   * observers, stretches of segments, the encoder's own numbers and names of newer Pythons came to
   * it.
   */
  @Test
  void jarsOfWhoMapsAreSmall() throws Exception {
    long bytes = 0;
    for (String jar : Processes.mappingClassPath().split(File.pathSeparator)) {
      bytes += Files.size(Path.of(jar));
      try (ZipFile zip = new ZipFile(jar)) {
        for (String entry : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
          // With its heads, before the data and in the directory.
          bytes -= zip.getEntry(entry).getCompressedSize() + 30 + 46 + 2 * entry.length();
        }
      }
    }
    assertThat(bytes).isLessThanOrEqualTo(378_000);
  }

  /** Each module requires what its classes use, and exports what others use. */
  @Test
  void modulesRequireWhatTheirClassesUse() throws Exception {
    for (String name : List.of("marshal-format", "marshal-core")) {
      String summary =
          runTool(
              "jdeps",
              "--ignore-missing-deps",
              "-summary",
              "--multi-release",
              "17",
              "--module-path",
              Processes.mappingClassPath(),
              Processes.jar(name));
      assertThat(summary.lines().filter(line -> line.contains(" -> ")))
          .as(summary)
          .allMatch(
              line -> line.matches(".* -> (java.base|jdk.jfr|org.marshalimage.format|not found)"));
    }
  }
}
