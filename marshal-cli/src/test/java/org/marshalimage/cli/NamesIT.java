package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;

/** Which files of a tree become modules, and what they are called. */
class NamesIT extends PackagedCommand {
  private static final Path CUT = TestData.path("corrupt/cut-in-body.pyc");
  private static final Path EMPTY = TestData.path("corrupt/empty.pyc");
  private static final Path OF_3_5 = TestData.path("corrupt/magic-of-3.5.pyc");

  @Test
  void badFilesTakeNoGoodFilesName() throws Exception {
    List<Path> bad =
        List.of(
            file("lib/__pycache__/empty.cpython-310.pyc", EMPTY),
            file("lib/__pycache__/old.cpython-310.pyc", OF_3_5),
            file("lib/__pycache__/cut.cpython-310.pyc", CUT),
            file("lib/package/__init__.pyc", CUT));
    for (String name : List.of("empty", "old", "cut")) {
      file("lib/__pycache__/" + name + ".cpython-311.pyc", PYC_311);
    }
    file("lib/package.pyc", PYC_38);
    Path lib = directory.resolve("lib");
    Processes.Result refused = marshal("build", "-o", image(), lib);
    assertThat(refused.code()).isEqualTo(1);
    bad.forEach(file -> assertThat(refused.err()).contains(file.toString()));
    assertThat(refused.err().lines()).hasSize(bad.size() + 1);
    assertThat(image()).doesNotExist();

    Processes.Result built = marshal("build", "--skip-bad", "-o", image(), lib);
    assertThat(built.code()).as(built.err()).isZero();
    assertThat(modules()).containsExactly("cut 3.11", "empty 3.11", "old 3.11", "package 3.8");
    assertThat(built.err().lines())
        .hasSize(bad.size())
        .allMatch(line -> line.startsWith("marshal: skipped: "));
  }

  @Test
  void severalPythonsOfOneModuleAreRefusedUnlessOneIsChosen() throws Exception {
    Path older = file("lib/p/__pycache__/q.cpython-38.pyc", PYC_38);
    Path newer = file("lib/p/__pycache__/q.cpython-311.pyc", PYC_311);
    file("lib/flat.pyc", PYC_38);
    file("lib/__pycache__/other.pypy39.pyc", EMPTY);
    Path lib = directory.resolve("lib");
    for (Object[] args :
        new Object[][] {
          {"build", "-o", image(), "--skip-bad", lib},
          {"build", "-o", image(), "--skip-bad", older, newer}
        }) {
      Processes.Result refused = marshal(args);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains(
              "files of several Pythons for module ",
              older + " (3.8)",
              newer + " (3.11)",
              "choose with --python 3.8 or --python 3.11");
      assertThat(image()).doesNotExist();
    }
    assertThat(fault(marshal("build", "-o", image(), older, newer))).contains("--python 3.11");

    for (String python : List.of("3.11", "311", "3.11.7")) {
      Processes.Result built = ok(marshal("build", "-o", image(), "--python", python, lib));
      assertThat(modules()).containsExactly("p.q 3.11");
      assertThat(built.out()).contains("3  files of another Python than " + python);
    }
    ok(marshal("build", "-o", image(), "--python", "3.8", lib));
    assertThat(modules()).containsExactly("flat 3.8", "p.q 3.8");
    assertThat(fault(marshal("build", "-o", image(), "--python", "3.12", lib)))
        .contains("no .pyc file of Python 3.12 and optimization level 0");
    for (String python : List.of("3.5", "3", "x", "3.11rc1")) {
      Processes.Result usage = marshal("build", "-o", image(), "--python", python, lib);
      assertThat(usage.code()).isEqualTo(2);
      assertThat(usage.err()).contains("--python takes one of 2.7, 3.6, ", ", found " + python);
    }
  }

  @Test
  void librariesOfSeveralPythonsAreRefusedInFewLines() throws Exception {
    for (int i = 0; i < 30; i++) {
      file("lib/__pycache__/m" + i + ".cpython-38.pyc", PYC_38);
      file("lib/__pycache__/m" + i + ".cpython-311.pyc", PYC_311);
    }
    Processes.Result refused = marshal("build", "-o", image(), directory.resolve("lib"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err().lines()).hasSize(21);
    assertThat(refused.err()).contains("files of several Pythons for 10 more modules");
  }

  @Test
  void nameAndMagicNumberMustAgree() throws Exception {
    Path file = file("lib/__pycache__/q.cpython-310.pyc", PYC_311);
    file("lib/__pycache__/r.cpython-311.pyc", PYC_311);
    Path lib = directory.resolve("lib");
    Processes.Result refused = marshal("build", "-o", image(), lib);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("the name says Python 3.10, the magic number 3.11", "file=" + file);
    assertThat(marshal("build", "--skip-bad", "-o", image(), lib).code()).isZero();
    assertThat(modules()).containsExactly("r 3.11");
  }

  @Test
  void filesThatNoInterpreterLooksForArePassedOver() throws Exception {
    file("lib/__pycache__/test_a.cpython-311-pytest-7.2.1.pyc", PYC_311);
    file("lib/__pycache__/test_b.cpython-27-PYTEST.pyc", PYC_311);
    file("lib/__pycache__/untagged.pyc", PYC_311);
    file("lib/__pycache__/deep/x.pyc", PYC_311);
    file("lib/__pycache__/good.cpython-311.pyc", PYC_311);
    file("lib/__pycache__/t.cpython-313t.pyc", PYC_313);
    file("lib/__pycache__/t.cpython-313t.opt-1.pyc", PYC_313);
    file("lib/__pycache__/new.interpreter2-7.pyc", PYC_311);
    file("lib/__pycache__/new.interpreter2-7.opt-1.pyc", PYC_311);
    Path lib = directory.resolve("lib");
    for (int level : new int[] {0, 1}) {
      Processes.Result built = marshal("build", "--optimize", level, "-o", image(), lib);
      assertThat(built.code()).isZero();
      assertThat(built.err())
          .isEqualTo(
              "marshal: passed over 4 files in __pycache__, whose names no interpreter looks for;"
                  + " the first is "
                  + lib
                  + "/__pycache__/deep/x.pyc\n");
      if (level == 0) {
        assertThat(modules()).containsExactly("good 3.11", "new 3.11", "t 3.13");
      } else {
        assertThat(modules()).containsExactly("new 3.11", "t 3.13");
      }
    }
    Path only = file("only/__pycache__/test_a.cpython-311-pytest-7.2.1.pyc", PYC_311);
    Processes.Result none = marshal("build", "-o", image(), directory.resolve("only"));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("passed over 1 file in __pycache__", only.toString());
    assertThat(fault(marshal("build", "-o", image(), only))).contains("name of no module: " + only);
  }

  @Test
  void namesThatNoImportSpellsArePassedOverAndTheRestIsExtracted() throws Exception {
    for (String name :
        List.of(".hidden.pyc", "a.b.pyc", "back\\slash.pyc", "..pyc", "x/l\nf.pyc", "b\\s/x.pyc")) {
      file("lib/" + name, PYC_311);
    }
    for (String name : List.of("foo-bar.pyc", "2to3.pyc", "class.pyc", "a b/c.pyc", "s/ü.pyc")) {
      file("lib/" + name, PYC_311);
    }
    Path lib = directory.resolve("lib");
    Processes.Result built = marshal("build", "-o", image(), lib);
    assertThat(built.code()).isZero();
    assertThat(built.err())
        .isEqualTo(
            "marshal: passed over 6 files whose names no import can spell; the first is "
                + lib
                + "/..pyc\n");
    assertThat(names()).containsExactly("2to3", "a b.c", "class", "foo-bar", "s.ü");
    Path out = directory.resolve("out");
    Processes.Result extracted =
        marshal("extract", image(), "-d", out, "2to3", "a b.c", "class", "foo-bar");
    assertThat(extracted.err()).isEmpty();
    assertThat(extracted.code()).isZero();
    for (String name : List.of("foo-bar.pyc", "2to3.pyc", "class.pyc", "a b/c.pyc")) {
      assertThat(out.resolve(name)).isRegularFile();
    }
    for (String name : List.of(".hidden.pyc", "a.b.pyc", "..pyc", "back\\slash.pyc")) {
      assertThat(fault(marshal("build", "-o", image(), lib.resolve(name))))
          .contains("name of no module: " + lib.resolve(name));
    }
  }

  @Test
  void checkPassesOverTheSameNames() throws Exception {
    file("lib/good.pyc", PYC_311);
    ok(marshal("build", "-o", image(), directory.resolve("lib")));
    for (String name : List.of(".hidden.py", "a.b.py", "back\\slash.py", "c.d/x.py")) {
      file("src/" + name, PYC_311);
    }
    Path source = directory.resolve("src");
    Files.writeString(source.resolve("foo-bar.py"), "");
    Processes.Result result = marshal("check", image(), "--source", source);
    assertThat(result.out()).contains("new      foo-bar  ", "0 current, 0 stale, 1 missing, 1 new");
    assertThat(result.err().lines())
        .containsExactly(
            "marshal: passed over 3 files whose names no import can spell; the first is "
                + source
                + "/.hidden.py",
            "marshal: passed over 1 file below folders with a dot in their names, where no import"
                + " finds them; give the folder itself: "
                + source
                + "/c.d");
  }

  @Test
  void sitePackagesAreOnTheModulePath() throws Exception {
    file("lib/os.pyc", PYC_311);
    file("lib/site-packages/pip/__init__.pyc", PYC_311);
    file("lib/site-packages/pip/__pycache__/main.cpython-311.pyc", PYC_311);
    file("lib/python3/dist-packages/apt.pyc", PYC_311);
    Path lib = directory.resolve("lib");
    ok(marshal("build", "-o", image(), lib));
    assertThat(names()).containsExactly("apt", "os", "pip", "pip.main");
    for (String path :
        List.of(
            "os.py",
            "site-packages/pip/__init__.py",
            "site-packages/pip/main.py",
            "python3/dist-packages/apt.py")) {
      file("src/" + path, PYC_311);
    }
    Processes.Result check = marshal("check", image(), "--source", directory.resolve("src"));
    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("0 current, 4 stale, 0 missing, 0 new");

    ok(marshal("build", "-o", image(), "--exclude", "site-packages", lib));
    assertThat(names()).containsExactly("apt", "os");

    // Also where a package would hide a module of the same folder: the library comes first there.
    Path twin = file("lib/site-packages/os/__init__.pyc", PYC_311);
    assertThat(fault(marshal("build", "-o", image(), "--exclude", "pip", lib)))
        .contains("two files for module os: ", lib.resolve("os.pyc").toString(), twin.toString());
    file("src/site-packages/os/__init__.py", PYC_311);
    assertThat(marshal("check", image(), "--source", directory.resolve("src")).err())
        .contains("two sources for module os: ");
  }

  @Test
  void foldersWithADotAreNamedOnceAsWhatToBuild() throws Exception {
    file("usr/lib/python3.11/os.pyc", PYC_311);
    file("usr/lib/python3.11/json/__init__.pyc", PYC_311);
    file("usr/lib/python3.11/data.d/x.pyc", PYC_311);
    file("usr/lib/python3.11/site-packages/pip.pyc", PYC_311);
    file("usr/lib/python3.11/site-packages/pip-1.0.dist-info/x.pyc", PYC_311);
    Path usr = directory.resolve("usr");
    Processes.Result built = marshal("build", "-o", image(), usr);
    assertThat(built.code()).isZero();
    assertThat(built.err())
        .isEqualTo(
            "marshal: passed over 4 files below folders with a dot in their names, where no import"
                + " finds them; give the folder itself: "
                + usr
                + "/lib/python3.11, and so with 2 more\n");
    assertThat(names()).containsExactly("pip");
    assertThat(marshal("build", "-o", image(), usr.resolve("lib/python3.11")).code()).isZero();
    assertThat(names()).containsExactly("json", "os", "pip");

    Processes.Result none =
        marshal("build", "-o", image(), "--exclude", "site-packages", usr.resolve("lib"));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("give the folder itself: " + usr.resolve("lib/python3.11"));
  }

  @Test
  void cacheFoldersThemselvesGiveModulesWithoutTags() throws Exception {
    file("lib/pkg/__pycache__/__init__.cpython-311.pyc", PYC_311);
    file("lib/pkg/__pycache__/x.cpython-311.pyc", PYC_311);
    file("lib/pkg/__pycache__/x.cpython-311.opt-1.pyc", PYC_311);
    file("lib/pkg/__pycache__/y.cpython-38.pyc", PYC_38);
    Path cache = directory.resolve("lib/pkg/__pycache__");
    Path link = Files.createSymbolicLink(directory.resolve("link"), cache);
    for (Path each : List.of(cache, link, cache.resolve("../__pycache__"))) {
      ok(marshal("build", "-o", image(), each));
      assertThat(modules()).containsExactly("__init__ 3.11", "x 3.11", "y 3.8");
    }
    ok(marshal("build", "-o", image(), "--python", "3.11", "--exclude", "__init__.*", cache));
    assertThat(modules()).containsExactly("x 3.11");
    Path file = cache.resolve("x.cpython-311.opt-1.pyc");
    List<String> command = Processes.marshal(List.of(), "build", "-o", image(), file.getFileName());
    Process process = Processes.builder(command).directory(cache.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    assertThat(modules()).containsExactly("x 3.11");
  }
}
