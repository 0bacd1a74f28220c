package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots of modules that are Jython's own class files; no CPython compiles anything. */
class CompiledSnapshotIT {
  private static final String USES =
      """
      import decimal, json, optparse, unittest, sys
      print decimal.Decimal(1) / 3, decimal.Decimal('1.10').as_tuple()
      print json.loads(json.dumps({'a': [1, 2.5, None, u'\\u20ac']}))
      parser = optparse.OptionParser(prog='prog')
      parser.add_option('-n', type='int', help='a number')
      print parser.parse_args(['-n', '3', 'rest']), parser.format_help()
      class Case(unittest.TestCase):
          def test_one(self):
              self.assertRaises(ValueError, int, 'x')
          def test_two(self):
              with self.assertRaises(decimal.InvalidOperation):
                  decimal.Decimal('x')
      result = unittest.TestResult()
      unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
      print result
      import numbers, collections
      print isinstance(3, numbers.Number), isinstance([], collections.Sequence)
      print collections.namedtuple('Point', 'x y')(1, 2)
      import ast, sys
      class Node(ast.AST): pass
      print Node.__mro__, '_ast' in sys.modules, issubclass(ast.Module, ast.AST)
      """;

  @TempDir private static Path scratch;
  @TempDir private Path folder;

  private static Path library;

  /** The programs of {@link SnapshotIT}; of these every third, but in the sweep. */
  static List<String> programs() throws IOException {
    List<String> all = SnapshotIT.programs();
    int step = Boolean.getBoolean("marshalimage.sweep") ? 1 : 3;
    return IntStream.range(0, all.size())
        .filter(index -> index % step == 0)
        .mapToObj(all::get)
        .toList();
  }

  /** Without any image but this. */
  @ParameterizedTest
  @MethodSource("programs")
  void printsWhatItPrintsOnJythonAlone(String program) throws Exception {
    if (library == null) {
      library = scratch.resolve("library.img");
      List<String> command =
          Processes.jythonOn(Path.of("--snapshot"), "mapped", library.toString(), "--strict");
      command.addAll(List.of("--allow", SnapshotIT.allowedToBeExecuted(scratch)));
      command.addAll(List.of("-S", "-c", SnapshotIT.IMPORTS));
      Processes.Result made = Processes.run(scratch, 300, command);
      assertThat(made.code()).as(made.out() + made.err()).isZero();
      assertThat(made.out()).contains("no value differs");
      assertThat(SnapshotIT.lost(made.out())).allMatch(line -> line.startsWith("  state:signal: "));
    }
    String file = SnapshotIT.PROGRAMS.resolve(program).toString();
    Processes.Result alone =
        Processes.run(folder, 120, Processes.jythonAlone(folder, "-S", file, "a", "b"));
    Processes.Result started =
        Processes.run(folder, 120, Processes.jythonOn(library, "mapped", "-S", file, "a", "b"));
    assertThat(started.out()).as(started.err()).isEqualTo(alone.out());
    assertThat(started.err()).isEqualTo(alone.err());
    assertThat(started.code()).isEqualTo(alone.code()).isZero();
  }

  private Processes.Result run(List<String> settings, String main, String... arguments)
      throws Exception {
    List<String> all = new ArrayList<>(Processes.WRITING);
    all.addAll(settings);
    List<String> command = Processes.jvm(all, Processes.classPath(), main);
    command.addAll(List.of(arguments));
    return Processes.run(folder, 120, command);
  }

  private Path snapshot(List<String> settings, String imports) throws Exception {
    Path image = folder.resolve("app.img");
    Processes.Result made =
        run(
            settings,
            SnapshotProcess.class.getName(),
            "--snapshot",
            image.toString(),
            "-S",
            "-c",
            imports);
    assertThat(made.code()).as(made.err()).isZero();
    return image;
  }

  @Test
  void libraryStartsFromWhatItHadBecome() throws Exception {
    Path script = Files.writeString(folder.resolve("uses.py"), USES);
    Path image = snapshot(List.of(), "import ast, decimal, json, optparse, unittest");
    Processes.Result stock = run(List.of(), "org.python.util.jython", "-S", script.toString());
    Processes.Result restored =
        run(
            List.of("-Xlog:class+load:file=" + folder.resolve("classes")),
            Main.class.getName(),
            image.toString(),
            "-S",
            script.toString());
    assertThat(stock.out()).as(stock.err()).contains("0.3333333333333333333333333333");
    assertThat(restored.out()).isEqualTo(stock.out());
    assertThat(restored.err()).isEqualTo(stock.err());
    List<String> classes = Files.readAllLines(folder.resolve("classes"));
    // That of a module of which no function is called is not loaded.
    assertThat(classes)
        .anyMatch(line -> line.matches(".* \\S+\\$py source: .*"))
        .noneMatch(line -> line.contains(" numbers$py "));
    // The type of nodes is found by its class, without the module that describes all nodes' types.
    assertThat(classes)
        .anyMatch(line -> line.contains(" org.python.antlr.AST "))
        .noneMatch(line -> line.contains(" org.python.antlr.ast.AstModule "));
  }

  @Test
  void snapshotOfChangedClassFilesIsNotUsed() throws Exception {
    Path module = folder.resolve("path/changing.py");
    Files.createDirectories(module.getParent());
    Files.writeString(module, "print 'body'\ndef f():\n    return 'first'\n");
    List<String> path = List.of("-Dpython.path=" + module.getParent());
    Path image = snapshot(path, "import changing");
    String[] program = {image.toString(), "-S", "-c", "import changing; print changing.f()"};
    Processes.Result before = run(path, Main.class.getName(), program);
    assertThat(before.out()).as(before.err()).isEqualTo("first\n");
    assertThat(before.err()).isEmpty();
    Files.writeString(module, "print 'body'\ndef f():\n    return 'second'\n");
    assertThat(module.toFile().setLastModified(module.toFile().lastModified() + 10_000)).isTrue();
    run(path, "org.python.util.jython", "-S", "-c", "import changing");
    Processes.Result after = run(path, Main.class.getName(), program);
    assertThat(after.out()).isEqualTo("body\nsecond\n");
    assertThat(after.err())
        .startsWith("marshal-jython: snapshot is not used, all modules are executed: compiled code")
        .contains("has changed since it was referred to")
        .endsWith(module.getParent() + File.separator + "changing$py.class\n");
  }

  @Test
  void applicationsStartFromSnapshots() throws Exception {
    Path image = snapshot(List.of(), "import textwrap");
    assertThat(
            JythonImageTest.run(
                "two loaders, no context",
                "snapshot",
                image,
                Libraries.standalone().toUri().toURL()))
        .isEqualTo("'a' True, then an interpreter with a state of its own: 'a' False");
  }
}
