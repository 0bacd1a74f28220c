package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** The flags that the pages give an embedder do what they say, on the JDK that runs this. */
@EnabledOnOs(OS.LINUX)
class EmbedderFlagsIT {
  /** What an embedder has: the library and what it depends on, in the jars of this class path. */
  private static final Pattern JARS =
      Pattern.compile(
          "(marshal-(format|core|writer)-[0-9].*(?<!-tests)"
              + "|(chronicle-|posix-|agrona-|jackson-core-|slf4j-|jffi-).*)\\.jar");

  /** What the example of help/writing.md prints. */
  static final List<String> WRITTEN =
      List.of("package shop: a shop", "module shop.stock: 42", "list of 1", "115 bytes");

  private static final String UNSAFE_FLAG = " --sun-misc-unsafe-memory-access=allow";
  private static final boolean WARNS_OF_UNSAFE = Runtime.version().feature() >= 24;

  @TempDir Path directory;

  @BeforeEach
  void makeFolders() throws Exception {
    Path lib = Files.createDirectories(directory.resolve("lib"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path file = Path.of(entry);
      if (JARS.matcher(file.getFileName().toString()).matches()) {
        Files.copy(file, lib.resolve(file.getFileName()));
      }
    }
    compile("help/writing.md", "Write", "program", "");
  }

  /** Compiles the example of a page into a folder. */
  private void compile(String page, String name, String folder, String prefix) throws IOException {
    Matcher example =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(TestData.root().resolve(page)));
    assertThat(example.find()).isTrue();
    Path source = directory.resolve(name + ".java");
    Files.writeString(source, prefix + example.group(1));
    String[] args = {
      "-cp",
      System.getProperty("java.class.path"),
      "-d",
      directory.resolve(folder).toString(),
      source.toString()
    };
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, args)).isZero();
  }

  private Processes.Result run(String command) throws Exception {
    String java = command.replaceFirst("^java ", Matcher.quoteReplacement(Processes.java() + " "));
    return Processes.run(directory, List.of("/bin/sh", "-c", "cd '" + directory + "' && " + java));
  }

  /** Returns the commands of the page that are for this JDK. */
  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    for (String line : Files.readAllLines(TestData.root().resolve("help/writing.md"))) {
      if (line.startsWith("java ") && (WARNS_OF_UNSAFE || !line.contains(UNSAFE_FLAG))) {
        boolean isComplete = !WARNS_OF_UNSAFE || line.contains(UNSAFE_FLAG);
        if (line.contains(" -p ")) {
          commands.add(isComplete ? line : line.replaceFirst(" ", UNSAFE_FLAG + " "));
        } else if (isComplete) {
          commands.add(line);
        }
      }
    }
    assertThat(commands).hasSize(2);
    return commands;
  }

  /**
   * Leaves out what is optional, and is there for tests that map in place: bridges to system calls,
   * of which newer JDKs warn.
   */
  private void removeBridges() throws IOException {
    removeFromLib("jffi-*");
  }

  private void removeFromLib(String glob) throws IOException {
    try (var jars = Files.newDirectoryStream(directory.resolve("lib"), glob)) {
      for (Path jar : jars) {
        Files.delete(jar);
      }
    }
  }

  /** With the program's class in a jar of {@code lib}, where a class path has it. */
  private void addProgramToLib() throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(directory.resolve("lib/program.jar")))) {
      zip.putNextEntry(new ZipEntry("Write.class"));
      zip.write(Files.readAllBytes(directory.resolve("program/Write.class")));
    }
  }

  @Test
  void writerIsSilentWithTheFlagsForTheClassPathAndNeedsEach() throws Exception {
    addProgramToLib();
    removeBridges();
    assertSilentAndNeedsEach(commands().get(0));
  }

  @Test
  void writerIsSilentWithTheFlagsForTheModulePathAndNeedsEach() throws Exception {
    String command = commands().get(1);
    assertThat(command).contains(" -p lib ");
    removeBridges();
    assertSilentAndNeedsEach(command);
  }

  private void assertSilentAndNeedsEach(String command) throws Exception {
    Processes.Result result = run(command);
    assertThat(result.err()).as(command).isEmpty();
    assertThat(result.out().lines()).containsExactlyElementsOf(WRITTEN);
    List<String> flags = new ArrayList<>();
    Pattern.compile("--add-exports \\S+|--sun-misc\\S+")
        .matcher(command)
        .results()
        .forEach(flag -> flags.add(flag.group()));
    assertThat(flags).hasSize(WARNS_OF_UNSAFE ? 3 : 2);
    for (String flag : flags) {
      Processes.Result without = run(command.replace(flag + " ", ""));
      assertThat(without.err()).as("without " + flag).isNotEmpty();
      assertThat(without.code()).isZero();
    }
  }

  @Test
  void withoutFlagsAWriterPrintsTheNineLinesThatThePageNames() throws Exception {
    addProgramToLib();
    removeBridges();
    removeFromLib("slf4j-nop*");
    Processes.Result result = run("java -cp 'lib/*' Write made.img");
    assertThat(result.code()).isZero();
    assertThat(result.err().lines()).hasSize(WARNS_OF_UNSAFE ? 9 : 5);
    assertThat(result.err()).contains("SLF4J(W)", "ReflectionBasedByteBufferCleanerService");
  }

  @Test
  void modulesMapInPlaceOnTheModulePath() throws Exception {
    String linking = Files.readString(TestData.root().resolve("help/linking.md"));
    String modules = "--add-modules ALL-MODULE-PATH,jdk.unsupported";
    String nativeAccess = "--enable-native-access=org.marshalimage";
    assertThat(linking).contains(modules, nativeAccess);
    Path image = directory.resolve("x.img");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    compile("help/linking.md", "InPlace", "inplace", "package inplace;\n");
    Path module =
        Files.writeString(
            directory.resolve("module-info.java"), "module inplace { requires org.marshalimage; }");
    String[] args = {
      "-p",
      directory.resolve("lib").toString(),
      "-d",
      directory.resolve("inplace").toString(),
      module.toString()
    };
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, args)).isZero();
    Processes.Result result =
        run(
            "java -p lib:inplace "
                + modules
                + (WARNS_OF_UNSAFE ? " " + nativeAccess : "")
                + " -m inplace/inplace.InPlace x.img shop.stock.shelf");
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).contains("1 module, IN_PLACE");
  }
}
