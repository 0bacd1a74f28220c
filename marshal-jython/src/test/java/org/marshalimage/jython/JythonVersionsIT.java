package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same class files on other Jythons than the one that they were compiled with. */
class JythonVersionsIT {
  @TempDir private Path folder;

  private static Path jar(String version) throws IOException {
    return Libraries.program("jython-standalone-" + version);
  }

  private Processes.Result run(String version, String main, String... arguments) throws Exception {
    List<String> classPath = new ArrayList<>(List.of(jar(version).toString()));
    for (String each : Processes.classPath().split(File.pathSeparator)) {
      if (!each.contains("jython-standalone")) {
        classPath.add(each);
      }
    }
    classPath.add(Libraries.module().resolve("target/test-classes").toString());
    List<String> command =
        Processes.jvm(Processes.WRITING, String.join(File.pathSeparator, classPath), main);
    command.addAll(List.of(arguments));
    return Processes.run(folder, 120, command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.7.2", "2.7.3"})
  void commandRunsFromAnImage(String version) throws Exception {
    Processes.Result result =
        run(
            version,
            "org.marshalimage.jython.Main",
            Libraries.testdata().toString(),
            "-c",
            "import closures, generators, sys\n"
                + "print closures.counter(1)(2), '%d.%d.%d' % sys.version_info[:3],"
                + " closures.__loader__.__class__.__name__");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("3 " + version + " ImageImporter\n");
  }

  /** With site, which is another one's in each version. */
  @ParameterizedTest
  @ValueSource(strings = {"2.7.2", "2.7.3"})
  void programsStartFromSnapshots(String version) throws Exception {
    assumeTrue(Boolean.getBoolean("marshalimage.sweep"), "in the sweep");
    String image = folder.resolve("app.img").toString();
    String main = "org.marshalimage.jython.Main";
    Processes.Result made =
        run(version, main, "--snapshot", image, "--strict", "-c", "import textwrap");
    assertThat(made.code()).as(made.out() + made.err()).isZero();
    String code = "import textwrap, sys; print textwrap.wrap('a b', 1), exit, sys.path";
    Processes.Result started = run(version, main, image, "-c", code);
    assertThat(started.err()).isEmpty();
    assertThat(started.out()).isEqualTo(run(version, "org.python.util.jython", "-c", code).out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.7.2", "2.7.3"})
  void applicationsEmbedIt(String version) throws Exception {
    assertThat(
            JythonImageTest.run(
                "two loaders, no context",
                "cleanup",
                Libraries.testdata(),
                jar(version).toUri().toURL()))
        .isEqualTo("3 ['zipimporter', 'ImageImporter'] 3 ['zipimporter', 'ImageImporter']");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.7.2", "2.7.3"})
  void codeRunsByReference(String version) throws Exception {
    Path script = folder.resolve("script.py");
    Files.writeString(
        script,
        "import decimal, textwrap, json\n"
            + "print decimal.Decimal(1) / 3, repr(textwrap.dedent('  a')), json.dumps([1])\n");
    Processes.Result result =
        run(
            version,
            "org.python.util.jython",
            Libraries.module().resolve("src/test/python/by_reference.py").toString(),
            folder.resolve("code.img").toString(),
            "decimal,textwrap,json",
            script.toString());
    assertThat(result.out()).as(result.err()).isEqualTo("0.3333333333333333333333333333 'a' [1]\n");
    assertThat(result.err()).containsPattern("[0-9]{3,} by reference, others: ");
  }
}
