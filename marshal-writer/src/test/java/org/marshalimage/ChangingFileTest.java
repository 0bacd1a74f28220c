package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.CorruptImageException;

/**
 * The file of a mapped image is cut, replaced, deleted or overwritten while threads read it: the
 * JVM lives. {@link ChangingFile} does it, 50 times in a process of its own.
 */
@EnabledOnOs(OS.LINUX)
class ChangingFileTest {
  @TempDir Path directory;

  /** For processes in which no read of compiled code fails: they soon end. */
  private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private String run(List<String> flags, Class<?> program, Object... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + directory.resolve("crash.log"));
    command.add("-Xmx512m");
    command.add("-Dorg.marshalimage.leastMapped=0");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path out = directory.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(out);
    assertThat(ended).as("ended: " + text).isTrue();
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private Path image() throws IOException {
    return TestImages.ofFolder(directory, "pyc/3.13");
  }

  @ParameterizedTest
  @CsvSource({
    "READ_ONLY,CUT",
    "READ_ONLY,REPLACE",
    "READ_ONLY,DELETE",
    "READ_ONLY,OVERWRITE",
    "CHECKED,CUT",
    "IN_PLACE,CUT",
    "IN_PLACE,REPLACE",
    "IN_PLACE,DELETE",
    "IN_PLACE,OVERWRITE",
    "PRELINKED_FOR_OTHERS,CUT",
    "PRELINKED_FOR_OTHERS,REPLACE"
  })
  void jvmLives(String mode, String change) throws Exception {
    List<String> flags = change.equals("CUT") ? List.of() : QUICK;
    String out = run(flags, ChangingFile.class, image(), directory, mode, change);
    System.out.print(out);
    assertThat(out).doesNotContain("UNEXPECTED").contains("arrays read=");
    // To copy bytes out tells what happened, where single reads give the JVM's error.
    assertThat(out).doesNotContain("arrays InternalError").doesNotContain("main InternalError");
    if (change.equals("CUT")) {
      assertThat(out).contains("main CorruptImageException=");
    } else if (!change.equals("OVERWRITE")) {
      // What is mapped is the old file.
      for (String thread : List.of("touch", "views", "cursor", "arrays")) {
        assertThat(out).doesNotContain(thread + " Corrupt").doesNotContain(thread + " Internal");
      }
    }
  }

  /** The JVM computes CRC-32C of mapped memory in a way that a page that is gone kills it. */
  @Test
  void checksumsOfAFileThatWasCutAreRefused() throws Exception {
    assertThat(run(List.of(), CutBeforeChecksums.class, image()))
        .contains("file was cut while it was mapped");
  }

  /** Maps an image, cuts its file, and has the checksums of a module compared. */
  static final class CutBeforeChecksums {
    private CutBeforeChecksums() {}

    /**
     * Runs.
     *
     * @param args image
     * @throws IOException if the test is broken
     */
    public static void main(String[] args) throws IOException {
      Path path = Path.of(args[0]);
      try (MarshalImage image =
          MarshalImage.map(path, MapOptions.builder().checksums(true).build())) {
        ImageModule module = image.modules().get(0);
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(4096);
        }
        module.root();
      } catch (CorruptImageException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
