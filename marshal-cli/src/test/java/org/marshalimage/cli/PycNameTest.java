package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PycNameTest {
  @ParameterizedTest
  @CsvSource({
    "x.pyc, x, false, 0",
    "__pycache__/x.cpython-313.pyc, x, false, 0",
    "a/b/__pycache__/x.cpython-39.opt-2.pyc, a.b.x, false, 2",
    "a/__init__.pyc, a, true, 0",
    "a/b/__pycache__/__init__.cpython-313.opt-1.pyc, a.b, true, 1",
    "a/__main__.pyc, a.__main__, false, 0",
    "__init__.pyc, __init__, false, 0",
    "__pycache__/__init__.cpython-313.pyc, __init__, false, 0",
    "site-packages/p/q/__pycache__/m.pypy39.pyc, p.q.m, false, 0",
    "lib/python3/dist-packages/m.pyc, m, false, 0",
    "a/site-packages/b/dist-packages/c/__init__.pyc, c, true, 0",
    "site-packages/__init__.pyc, __init__, false, 0",
    "x.egg/site-packages/foo-bar.pyc, foo-bar, false, 0",
    "__pycache__/x.cpython-313t.pyc, x, false, 0",
    "__pycache__/x.graalpy241-311.opt-1.pyc, x, false, 1",
    "__pycache__/x.rustpython-0_4.pyc, x, false, 0",
    "__pycache__/x.unknown-1.opt-abc.pyc, x, false, abc"
  })
  void readsPath(String path, String module, boolean isPackage, String optimization) {
    PycName name = PycName.of(path);
    assertThat(name.module()).isEqualTo(module);
    assertThat(name.isPackage()).isEqualTo(isPackage);
    assertThat(name.optimization()).isEqualTo(optimization);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x.py",
        "x.pyo",
        "pyc",
        ".pyc",
        "/.pyc",
        "a//x.pyc",
        "__pycache__/.cpython-313.pyc",
        "__pycache__/x.pyc",
        "__pycache__/x.opt-1.pyc",
        "__pycache__/x.cpython-313.opt-.pyc",
        "__pycache__/x.cpython-313.opt-1.opt-2.pyc",
        "__pycache__/x.cpython-311-pytest-7.2.1.pyc",
        "__pycache__/x.cpython-27-PYTEST.pyc",
        "__pycache__/x.plain.pyc",
        "__pycache__/__phello__.foo.cpython-36.pyc",
        "__pycache__/y/x.pyc",
        "__phello__.foo.pyc",
        "x.cpython-313.pyc",
        ".hidden.pyc",
        "..pyc",
        "...pyc",
        "back\\slash.pyc",
        "back\\slash/x.pyc",
        "a\nb.pyc",
        "lib/python3.12/x.pyc",
        "site-packages/p.q/__pycache__/m.pypy39.pyc",
        "__pycache__/x.cpython-313.pyc.1234"
      })
  void passesOverOtherFiles(String path) {
    assertThat(PycName.of(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "x.pyc, ",
    "__pycache__/x.cpython-313-pytest-8.1.pyc, CACHED_NAME",
    "__pycache__/x.pyc, CACHED_NAME",
    ".pyc, SPELLING",
    "a.b.pyc, SPELLING",
    "a\\b/x.pyc, SPELLING",
    "p.q/x.pyc, FOLDER",
    "p.q/__pycache__/x.cpython-313.pyc, FOLDER",
    "p.q/site-packages/x.pyc, "
  })
  void saysWhyAFileIsNoModules(String path, PycName.Flaw flaw) {
    assertThat(PycName.flaw(path)).isEqualTo(flaw);
  }

  @ParameterizedTest
  @CsvSource({
    "lib/python3.12/json/x.pyc, lib/python3.12",
    "a.b/site-packages/c.egg/d/x.pyc, a.b/site-packages/c.egg",
    ".venv/lib/python3.12/x.pyc, .venv/lib/python3.12",
    "a.b/site-packages/x.pyc, ",
    "a/b.c.pyc, "
  })
  void namesTheFolderThatIsOnTheModulePath(String path, String folder) {
    assertThat(PycName.folderWithDot(path)).isEqualTo(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "cpython-311, 3.11",
    "cpython-313t, 3.13",
    "cpython-36, 3.6",
    "pypy39, ",
    "graalpy241-311, "
  })
  void tagsNameTheirPython(String tag, String python) {
    assertThat(PycName.of("__pycache__/x." + tag + ".pyc").python()).isEqualTo(python);
    assertThat(PycName.of("x.pyc").python()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "pkg, pkg", "a/b, a.b", "site-packages, ''", "lib/python3.12, ''"})
  void namesOfModulesInAFolderBeginAlike(String folder, String prefix) {
    assertThat(PycName.prefix(folder)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @CsvSource({
    "x.py, x, false",
    "a/b/x.py, a.b.x, false",
    "a/__init__.py, a, true",
    "__init__.py, __init__, false"
  })
  void namesSourcesAsTheirCompiledFiles(String path, String module, boolean isPackage) {
    PycName name = PycName.ofSource(path);
    assertThat(name.module()).isEqualTo(module);
    assertThat(name.isPackage()).isEqualTo(isPackage);
    assertThat(PycName.of(path + "c").module()).isEqualTo(module);
    assertThat(PycName.sourcePath(name.module(), name.isPackage())).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x.pyc",
        "x.pyw",
        "py",
        ".py",
        "a/.py",
        "__pycache__/x.py",
        "",
        "/",
        "//x.py",
        "a.b.py",
        "p.q/x.py"
      })
  void passesOverWhatIsNoSource(String path) {
    assertThat(PycName.ofSource(path)).isNull();
  }
}
