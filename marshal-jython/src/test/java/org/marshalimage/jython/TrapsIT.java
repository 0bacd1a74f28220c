package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong where a snapshot is a mere copy: registries that modules share, what a process
 * alone has, finalizers, the order of dicts. Programs print what they print on Jython alone.
 */
class TrapsIT {
  private static final int SECONDS = 240;

  /** Each says that it is executed, and has something that cannot be kept, called "held". */
  private static final List<String> EXECUTED =
      List.of(
          "opens",
          "dialects",
          "locks",
          "locks_low",
          "runs",
          "has_java",
          "derives",
          "iterates",
          "hooks",
          "excepts",
          "limits",
          "handles");

  @TempDir static Path scratch;
  private static Path modules;
  private static Path image;
  private static String report;

  @BeforeAll
  static void makeSnapshot() throws Exception {
    modules = scratch.resolve("traps");
    Libraries.copy(Libraries.module().resolve("src/test/traps"), modules, ".class");
    image = scratch.resolve("traps.img");
    String all =
        "import bystander, registers, registers_more, executed, finalized, order, twice, weakly, ends, copy, pickle, gc, "
            + String.join(", ", EXECUTED);
    Processes.Result made =
        run(SnapshotProcess.class.getName(), "--snapshot", image.toString(), "-S", "-c", all);
    assertThat(made.code()).as(made.err()).isZero();
    report = made.out();
  }

  private static Processes.Result run(String main, String... arguments) throws Exception {
    return Processes.run(scratch, SECONDS, Processes.withModules(modules, main, arguments));
  }

  /** Runs a program on Jython alone and from the snapshot, which print the same. */
  private static String same(String... arguments) throws Exception {
    List<String> options = new ArrayList<>(List.of("-S"));
    Collections.addAll(options, arguments);
    Processes.Result alone = run("org.python.util.jython", options.toArray(new String[0]));
    options.add(0, image.toString());
    Processes.Result started = run(Main.class.getName(), options.toArray(new String[0]));
    assertThat(started.out()).as(started.err()).isEqualTo(alone.out());
    assertThat(started.code()).as(started.err()).isEqualTo(alone.code()).isZero();
    return started.out();
  }

  @Test
  void aRegistryHasWhatTheModulesOfThisProgramHavePutThereAndNoMore() throws Exception {
    String shown =
        same(
            "-c",
            "import bystander\nbystander.shown()\nimport registers\nbystander.shown()\n"
                + "import registers_more, executed\nbystander.shown()\n"
                + "import copy, pickle\n"
                + "print type(copy.copy(registers_more.More())).__name__,"
                + " repr(pickle.dumps(registers.Pickled(), 2))");
    assertThat(report).contains("not kept: state:executed ").doesNotContain("not kept: state:reg");
    assertThat(shown)
        .startsWith("[('complex', 'copy_reg')")
        .contains("('error', 'of more'), ('error', 'of registers'), ")
        .contains("('Executed', 'executed'), ('More', 'registers'), ('Pickled', 'registers')")
        .contains("Pickled '\\x80\\x02\\x82M)R");
  }

  @Test
  void whatAnImportedModuleHasPutThereComesFirst() throws Exception {
    same("-c", "import registers_more, bystander\nbystander.shown()");
  }

  /** Its bases knew it before, and would still list what was dropped. */
  @Test
  void aClassThatIsMadeAgainIsThereOnce() throws Exception {
    String code =
        "import twice\nboth = twice.both\n"
            + "def of_twice(base):\n"
            + "    return [c.__name__ for c in base.__subclasses__() if c.__module__ == 'twice']\n"
            + "print of_twice(Exception), of_twice(twice.Own), of_twice(object)\n"
            + "print both[0] is twice.Own, both[1].__mro__[1] is twice.Own, both[2] is twice.Other,"
            + " both[1].__bases__, both[4]\n"
            + "own = twice.Own\n"
            + "print own.__hash__.im_func is vars(own)['__hash__'], hash(own()),"
            + " sorted(str(v) for v in twice.keyed.values())";
    assertThat(report).doesNotContain("not kept: state:twice");
    assertThat(same("-c", code)).startsWith("executed\n['Own'] ['Deeper'] ['Other']\nTrue True");
  }

  @Test
  void filtersOfTheCommandLineStandWhereTheyWould() throws Exception {
    String code = "import bystander\nbystander.shown()\nimport registers\nbystander.shown()";
    assertThat(same("-W", "error:of the line", "-c", code))
        .contains("('error', 'of\\\\ the\\\\ line')");
  }

  @Test
  void whatCannotBeKeptIsExecutedAndNothingElseIs() throws Exception {
    for (String each : EXECUTED) {
      assertThat(report).containsPattern("not kept: state:" + each + " ");
    }
    assertThat(report)
        .contains("['held']  open file")
        .contains("['held']  lock that is held")
        .contains("['held']  Java object java.util.Random")
        .contains("['held']  class derived from the Java class ")
        .contains("module that changes sys.path_hooks")
        .contains("module that changes sys.excepthook")
        .contains("module that changes the recursion limit")
        .contains("module that changes csv's dialects")
        .contains("module that changes codecs");
    String imports = "import sys\nlimit = sys.getrecursionlimit()\n";
    for (String each : EXECUTED) {
      imports += "import " + each + "\n";
    }
    assertThat(
            same(
                "-c",
                imports
                    + "print sys.getrecursionlimit() - limit, sys.path_hooks[-1] is hooks.held,"
                    + " sys.excepthook is excepts.held, u'\\xe9'.encode('ascii', 'of-handles'),"
                    + " runs.held.isAlive(), locks.held.acquire(0), locks_low.held.acquire(0)\n"
                    + "import csv\nprint sorted(csv.list_dialects()),"
                    + " list(csv.reader(['a;b'], 'of dialects'))"))
        .endsWith(
            "5 True True  True False False\n"
                + "['excel', 'excel-tab', 'of dialects'] [['a', 'b']]\n");
  }

  @Test
  void whatHasAFinalizerIsExecutedSoThatItRuns() throws Exception {
    assertThat(report).contains("state:finalized: ['new'] and 1 like it  object with a finalizer");
    String code =
        "import finalized, gc, time\n"
            + "def delete():\n    del finalized.new, finalized.old\ndelete()\n"
            + "for i in range(200):\n"
            + "    gc.collect()\n"
            + "    if len(finalized.gone) == 2:\n"
            + "        break\n"
            + "    time.sleep(0.05)\n"
            + "print sorted(finalized.gone)";
    assertThat(same("-c", code)).isEqualTo("['new', 'old']\n");
  }

  @Test
  void weakContainersForgetWhatTheProgramForgets() throws Exception {
    String code =
        "import weakly as w, gc, time\n"
            + "def add():\n"
            + "    key, value, item = w.Key(), w.Key(), w.Key()\n"
            + "    w.by_weak[key], w.to_weak['new'] = 'new', value\n"
            + "    w.weak_set.add(item)\n"
            + "    print len(w.by_weak), len(w.to_weak), len(w.weak_set)\n"
            + "add()\n"
            + "for i in range(200):\n"
            + "    gc.collect()\n"
            + "    left = len(w.by_weak.keys()), len(w.to_weak.keys()), len(list(w.weak_set))\n"
            + "    if left == (1, 1, 1):\n"
            + "        break\n"
            + "    time.sleep(0.05)\n"
            + "print left";
    assertThat(same("-c", code)).isEqualTo("2 2 2\n(1, 1, 1)\n");
  }

  @Test
  void seedsStartTimeAndThreadAreThoseOfTheProcess() throws Exception {
    String code =
        "import weakly, logging, random, threading, os\nfrom java.lang import System\n"
            + "from java.lang.management import ManagementFactory\n"
            + "start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0\n"
            + "print weakly.chance.random(), random.random()\n"
            + "print logging._startTime >= start, threading.currentThread().getName(),"
            + " threading.enumerate(), weakly.local.x\n"
            + "seen = []\n"
            + "thread = threading.Thread(target=lambda: seen.append(hasattr(weakly.local, 'x')))\n"
            + "thread.start()\nthread.join()\n"
            + "print seen, os.environ['PATH'] == System.getenv('PATH')";
    List<String> printed = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Processes.Result started = run(Main.class.getName(), image.toString(), "-S", "-c", code);
      assertThat(started.out())
          .as(started.err())
          .contains("True MainThread [<_MainThread(MainThread, started")
          .endsWith(" 5\n[False] True\n");
      printed.addAll(List.of(started.out().lines().findFirst().orElseThrow().split(" ")));
    }
    assertThat(printed).doesNotHaveDuplicates().hasSize(4);
  }

  @Test
  void whatIsCalledAtTheEndIsOfModulesThatAreImported() throws Exception {
    assertThat(same(program("import atexit, weakly\nprint 'runs'\n"))).isEqualTo("runs\n");
    assertThat(same(program("import ends\nprint 'runs'\n"))).isEqualTo("runs\nends\n");
  }

  /** Jython calls nothing at the end of a program that does not say it ends. */
  private static String program(String text) throws Exception {
    String ends = text + "import sys\nsys.exit(0)\n";
    return Files.writeString(scratch.resolve("program.py"), ends).toString();
  }

  /** The division has its test where the library is the image's, a changed class file as well. */
  @Test
  void aSnapshotOfOtherOptionsIsNotUsed() throws Exception {
    // Which warns of divisions, too.
    assertThat(misfit("-3")).contains("jython.division differs: expected=1");
    assertThat(misfit("-O")).contains("jython.optimize differs");
  }

  private static String misfit(String... options) throws Exception {
    List<String> settings = List.of("-Dpython.path=" + modules);
    List<String> command = Processes.jvm(settings, Processes.classPath(), Main.class.getName());
    command.addAll(List.of(image.toString(), "-S"));
    command.addAll(List.of(options));
    command.addAll(List.of("-c", "import finalized, order; print len(order.names)"));
    Processes.Result started = Processes.run(scratch, SECONDS, command);
    assertThat(started.out()).as(started.err()).isEqualTo("10\n");
    assertThat(started.err()).contains("snapshot is not used, all modules are executed: ");
    return started.err();
  }

  @Test
  void dictsAndSetsHaveTheOrderOfTheRunningJython() throws Exception {
    String code =
        "import order\nprint order.names.keys(), list(order.numbers), order.mixed, order.names, order.many, order.several";
    assertThat(same("-c", code)).contains("'one'");
  }
}
