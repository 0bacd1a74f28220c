package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.Comparison;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.testkit.DamagedImages;

/**
 * A snapshot of modules that have an object of each kind, of some that cannot be kept, and of those
 * who have to do with these. And what becomes of it when it is damaged.
 */
class KindsSnapshotIT {
  private static final int SECONDS = 240;
  private static final int MUTATIONS = Boolean.getBoolean("marshalimage.sweep") ? 10_000 : 300;
  private static final String EXECUTED = "opened is executed\n";

  @TempDir static Path scratch;
  private static Path modules;
  private static Path image;
  private static String report;
  private static Processes.Result alone;

  @BeforeAll
  static void makeSnapshot() throws Exception {
    modules = scratch.resolve("kinds");
    Libraries.copy(Libraries.module().resolve("src/test/kinds"), modules, ".class");
    image = scratch.resolve("kinds.img");
    // Compiles what it imports.
    alone = run("org.python.util.jython", "-S", modules.resolve("show_modules.py").toString());
    assertThat(alone.out()).as(alone.err()).contains("told of kinds", EXECUTED);
    Processes.Result made =
        run(
            SnapshotProcess.class.getName(),
            "--snapshot",
            image.toString(),
            "-S",
            "-c",
            "import kinds, holder, sharer, plugin, stand, plugged, pack, pack.other");
    assertThat(made.code()).as(made.err()).isZero();
    report = made.out();
  }

  private static Processes.Result run(String main, String... arguments) throws Exception {
    return Processes.run(scratch, SECONDS, Processes.withModules(modules, main, arguments));
  }

  @Test
  void objectsOfAllKindsAreWhatTheyAreOnceTheirModulesAreExecuted() throws Exception {
    Processes.Result started =
        run(
            Main.class.getName(),
            image.toString(),
            "-S",
            modules.resolve("show_modules.py").toString());
    assertThat(started.out().replaceFirst(EXECUTED, ""))
        .as(started.err())
        .isEqualTo(alone.out().replaceFirst(EXECUTED, ""));
    assertThat(started.err()).isEqualTo(alone.err());
    // Not when a module is imported that has classes of it, but when one of these is looked up.
    assertThat(started.out()).contains("plain\n" + EXECUTED);
    assertThat(alone.out()).contains(EXECUTED + "plain\n");
  }

  @Test
  void whatIsExecutedIsWhatCannotBeKeptAndWhoHasLeftOrGotSomethingThere() {
    List<String> causes =
        report
            .lines()
            .filter(line -> line.contains("not kept: "))
            .filter(line -> !line.contains("state:signal"))
            .map(
                line ->
                    line.strip()
                        .replaceFirst("^(.*)  not kept: ([^ ]*(?:, [^ ]+)*)  .*$", "$1 | $2"))
            .toList();
    assertThat(causes)
        .containsExactlyInAnyOrder(
            "state:effect  module that changes sys.path, sys.meta_path, the builtins, codecs, sys.modules"
                + " | state:effect",
            "state:opened: ['opened']  open file | state:opened, state:sharer, state:stand",
            "state:plugin: ['opened']  open file | state:plugin, state:registry");
  }

  @Test
  void aDamagedSnapshotIsAnErrorOrAsItWas() throws IOException {
    DamagedImages images = new DamagedImages(Files.readAllBytes(image));
    Path file = scratch.resolve("damaged.img");
    int errors = 0;
    try (MarshalImage sound = MarshalImage.map(image)) {
      for (int seed = 0; seed < MUTATIONS; seed++) {
        DamagedImages.Damaged damaged = images.mutant(seed);
        Files.deleteIfExists(file);
        Files.write(file, damaged.bytes());
        boolean isError = isError(sound, file, damaged, seed);
        errors += isError ? 1 : 0;
      }
    }
    System.out.println("mutations: " + MUTATIONS + ", errors: " + errors);
    assertThat(errors).isGreaterThan(MUTATIONS / 2);
  }

  /** Reads all of an image as one who starts from it does. */
  private static boolean isError(
      MarshalImage sound, Path file, DamagedImages.Damaged damaged, int seed) throws IOException {
    MarshalImage opened = null;
    try {
      opened = ImageImporter.of(file, "mapped").image();
      boolean isSame =
          Fit.isSnapshot(opened) && Comparison.create().differences(sound, opened).isEmpty();
      // Of a checksum that somebody has made to fit, nothing can be told.
      if (!isSame && Fit.isSnapshot(opened) && !damaged.isSealed()) {
        fail("damage is not noticed: seed=%d, what=%s", seed, damaged.what());
      }
      return false;
    } catch (MarshalFormatException | IllegalArgumentException | NoSuchElementException e) {
      return true;
    } finally {
      if (opened != null) {
        opened.close();
      }
    }
  }

  /** One place in each part of the file, by whole processes. */
  @Test
  void aProgramThatStartsFromADamagedSnapshotSaysSo() throws Exception {
    byte[] sound = Files.readAllBytes(image);
    int places = Boolean.getBoolean("marshalimage.sweep") ? 16 : 2;
    for (int i = 0; i < places; i++) {
      byte[] bytes = sound.clone();
      int at = 64 + (int) ((long) (sound.length - 64) * i / places);
      bytes[at] ^= 0x10;
      Path file = Files.write(scratch.resolve("place.img"), bytes);
      Processes.Result started =
          run(
              Main.class.getName(),
              file.toString(),
              "-S",
              "-c",
              "import kinds, sys; print kinds.Sub.__mro__[1].__name__, kinds.ordered; sys.stdout.flush()");
      if (started.code() == 0) {
        assertThat(started.out()).as("at " + at).isEqualTo("Base {'a': 2, 'b': 1}\n");
      } else {
        assertThat(started.code()).as("at " + at + ": " + started.err()).isEqualTo(1);
        assertThat(Stream.of(started.err().split("\n")))
            .as("at " + at)
            .anyMatch(line -> line.contains(file.toString()));
      }
    }
  }
}
