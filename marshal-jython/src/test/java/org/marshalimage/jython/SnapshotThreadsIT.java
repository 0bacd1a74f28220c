package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads that make objects of a snapshot, and import modules that it has not. */
class SnapshotThreadsIT {
  /**
   * A module that falls back: it holds an open file. Its body has another thread make an object.
   */
  private static final String OPENED =
      """
      import os, threading, plain
      f = open(os.devnull)
      found = []
      thread = threading.Thread(target=lambda: found.append(plain.other[0]))
      thread.start()
      thread.join()
      thread = None
      print 'opened is executed', found
      """;

  private static final String PLAIN = "first = ['x']\nother = ['y']\nthird = ['z']\nmodules = {}\n";

  /** Its import lasts until another thread wants to import, and then needs an object itself. */
  private static final String SLOW =
      """
      import sys, threading, time, plain
      from org.python.core import Py
      said = []
      def work():
          said.append('opened' in sys.modules)
          said.append(plain.modules['opened'][0].found)
      thread = threading.Thread(target=work)
      thread.start()
      lock = Py.getSystemState().getImportLock()
      while not lock.hasQueuedThreads():
          time.sleep(0.01)
      print plain.third
      """;

  @TempDir private Path folder;

  private Processes.Result run(String main, String... arguments) throws Exception {
    List<String> settings = new ArrayList<>(Processes.WRITING);
    settings.add("-Dpython.path=" + folder);
    List<String> command = Processes.jvm(settings, Processes.classPath(), main);
    command.addAll(List.of(arguments));
    return Processes.run(folder, 90, command);
  }

  @Test
  void threadsThatImportAndThreadsThatMakeObjectsDoNotWaitForOneAnother() throws Exception {
    Files.writeString(folder.resolve("opened.py"), OPENED);
    Files.writeString(folder.resolve("plain.py"), PLAIN);
    Path image = folder.resolve("app.img");
    Processes.Result made =
        run(
            SnapshotProcess.class.getName(),
            "--snapshot",
            image.toString(),
            "-S",
            "-c",
            "import plain, opened, time, threading; plain.modules['opened'] = [opened]");
    assertThat(made.out())
        .as(made.err())
        .contains("state:opened: ['f']  open file")
        .doesNotContain("not kept: state:plain");
    Files.writeString(folder.resolve("slow.py"), SLOW);
    Processes.Result started =
        run(
            Main.class.getName(),
            image.toString(),
            "-S",
            "-c",
            "import slow; slow.thread.join(); print slow.said");
    assertThat(started.out())
        .as(started.err())
        .isEqualTo("['z']\nopened is executed ['y']\n[False, ['y']]\n");
    assertThat(started.code()).isZero();
  }
}
