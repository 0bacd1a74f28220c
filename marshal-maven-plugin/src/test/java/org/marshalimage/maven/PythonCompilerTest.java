package org.marshalimage.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.Interpreters;

/** Sources that each CPython found compiles. */
class PythonCompilerTest {
  @TempDir Path folder;

  private TestProject project;
  private List<Path> pythons;

  @BeforeEach
  void findPythons() throws Exception {
    project = new TestProject(folder);
    pythons = Interpreters.find();
    assumeTrue(!pythons.isEmpty(), "no CPython found; -Dmarshalimage.pythons=FILE names one");
    project.write("src/main/python/shop/__init__.py", "");
    project.write(
        "src/main/python/shop/till.py", "def f(x):\n    return x in {'a', 'b', 'c', 'd'}\n");
  }

  private PythonCompiler compiler(Path python, String... excludes) {
    return new PythonCompiler(
        python.toString(), folder, List.of(excludes), false, 0, PythonCompiler.CHECKED);
  }

  private PythonCompiler.Report compile(Path python, String target, String... excludes)
      throws Exception {
    Path sources = folder.resolve("src/main/python");
    return compiler(python, excludes).compile(sources, "src", folder.resolve(target));
  }

  @Test
  void eachCPythonCompilesWithoutAPathOfThisMachine() throws Exception {
    for (Path python : pythons) {
      PythonCompiler.Report report = compile(python, "c/0");
      assertThat(report.faults()).as(python.toString()).isEmpty();
      assertThat(report.warnings()).as(python.toString()).isEmpty();
      assertThat(report.count()).isEqualTo(2);
      String compiled =
          Files.readString(folder.resolve("c/0/shop/till.pyc"), StandardCharsets.ISO_8859_1);
      assertThat(compiled).contains("shop/till.py").doesNotContain(folder.toString());
      assertThat(folder.resolve("c/0/shop/__init__.pyc")).exists();
    }
  }

  @Test
  void everySourceThatCannotBeCompiledIsNamedWithItsLine() throws Exception {
    project.write("src/main/python/bad.py", "x = 1\ny = = 2\n");
    project.write("src/main/python/shop/worse.py", "def f():\nreturn 1\n");
    for (Path python : pythons) {
      List<String> faults = compile(python, "c/0").faults();
      assertThat(faults).as(python.toString()).hasSize(2);
      assertThat(faults.get(0)).startsWith(Path.of("src/bad.py") + ":2: SyntaxError: ");
      assertThat(faults.get(1)).startsWith(Path.of("src/shop/worse.py") + ":2: IndentationError: ");
    }
    Path python = pythons.get(0);
    assertThat(compile(python, "c/0", "bad.py", "shop/w*.pyc").faults()).isEmpty();
  }

  @Test
  void compiledFileOfASourceThatIsGoneIsGone() throws Exception {
    Path more = project.write("src/main/python/more.py", "");
    Path python = pythons.get(pythons.size() - 1);
    compile(python, "c/0");
    assertThat(folder.resolve("c/0/more.pyc")).exists();
    Files.delete(more);
    compile(python, "c/0");
    assertThat(folder.resolve("c/0/more.pyc")).doesNotExist();
    assertThat(folder.resolve("c/0/shop/till.pyc")).exists();
  }

  @Test
  void imageOfSourcesIsCurrentUntilOneChanges() throws Exception {
    BuildMojo build = project.build("a");
    build.python = pythons.get(pythons.size() - 1).toString();
    build.execute();
    assertThat(project.infos).contains("  modules                2");
    CheckMojo check = project.check();
    check.execute();
    assertThat(project.infos).endsWith("2 current, 0 stale, 0 missing, 0 new");

    project.write("src/main/python/shop/till.py", "x = 2\n");
    assertThatThrownBy(check::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("stale    shop.till  " + Path.of("src/main/python/shop/till.py"));
    project.infos.clear();
    build.execute();
    check.execute();
    assertThat(project.infos).contains("  modules                2");

    project.write("src/main/python/shop/till.py", "x = = 2\n");
    assertThatThrownBy(build::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith(
            "cannot compile with "
                + build.python
                + ": "
                + Path.of("src/main/python/shop/till.py")
                + ":1: SyntaxError: ");
    project.write("empty/read.me", "");
    build.sources = List.of(project.file("empty"));
    assertThatThrownBy(build::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("no source (.py) below empty");
  }
}
