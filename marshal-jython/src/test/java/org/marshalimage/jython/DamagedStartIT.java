package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that start from damaged snapshots, of which checksums are as they were, or made to fit:
 * they see what there was, or an error of Python's or of the image's; of those whose checksums fit
 * nobody can tell whether a number was another one.
 */
class DamagedStartIT {
  private static final int SECONDS = 3600;
  private static final int STARTS =
      Integer.getInteger(
          "marshalimage.damagedStarts", Boolean.getBoolean("marshalimage.sweep") ? 10_000 : 200);

  /** In one process, as each is a mapping until it is collected. */
  private static final int AT_ONCE = 1000;

  private static final Pattern END = Pattern.compile("(?m)^starts: (\\d+), errors: (\\d+), .*$");

  @TempDir private Path scratch;

  @Test
  void aProgramSeesWhatThereWasOrAnError() throws Exception {
    Path modules = scratch.resolve("kinds");
    Libraries.copy(Libraries.module().resolve("src/test/kinds"), modules, ".class");
    Path image = scratch.resolve("kinds.img");
    Processes.Result made =
        run(
            modules,
            SnapshotProcess.class.getName(),
            "--snapshot",
            image.toString(),
            "-c",
            "import kinds, holder, sharer, plugin, stand, plugged, pack, pack.other");
    assertThat(made.code()).as(made.err()).isZero();
    Path program = Libraries.module().resolve("src/test/python/look_at_all.py");
    int starts = 0;
    int errors = 0;
    for (int from = 0; from < STARTS; from += AT_ONCE) {
      int to = Math.min(STARTS, from + AT_ONCE);
      Processes.Result done =
          run(
              modules,
              DamagedStarts.class.getName(),
              image.toString(),
              program.toString(),
              Integer.toString(from),
              Integer.toString(to));
      Matcher end = END.matcher(done.out());
      assertThat(end.find())
          .as("exit code " + done.code() + "\n" + done.out() + last(done.err()))
          .isTrue();
      assertThat(done.out().lines().filter(line -> line.startsWith("finding: "))).isEmpty();
      starts += Integer.parseInt(end.group(1));
      errors += Integer.parseInt(end.group(2));
    }
    System.out.println("damaged starts: " + starts + ", errors: " + errors);
    assertThat(starts).isEqualTo(STARTS);
    assertThat(errors).isGreaterThan(STARTS / 4);
  }

  private static String last(String err) {
    return err.substring(Math.max(0, err.length() - 2000));
  }

  private Processes.Result run(Path modules, String main, String... arguments) throws Exception {
    List<String> settings = new ArrayList<>(Processes.WRITING);
    settings.add("-Dpython.path=" + modules);
    Path tests = Libraries.module().resolve("target/test-classes");
    Path testkit = Libraries.module().resolve("../marshal-writer/target/test-classes").normalize();
    String classPath = Processes.classPath() + ":" + tests + ":" + testkit;
    List<String> command = Processes.jvm(settings, classPath, main);
    command.addAll(List.of(arguments));
    assertThat(Files.exists(testkit)).isTrue();
    return Processes.run(scratch, SECONDS, command);
  }
}
