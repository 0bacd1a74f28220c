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
    "__pycache__/__phello__.foo.cpython-36.pyc, __phello__.foo, false, 0",
    "__phello__.foo.pyc, __phello__.foo, false, 0",
    "x.cpython-313.pyc, x.cpython-313, false, 0",
    "site-packages/p.q/__pycache__/m.pypy39.pyc, site-packages.p.q.m, false, 0"
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
        "__pycache__/x.cpython-313.pyc.1234"
      })
  void passesOverOtherFiles(String path) {
    assertThat(PycName.of(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "x.py, x, false",
    "a/b/x.py, a.b.x, false",
    "a/__init__.py, a, true",
    "__init__.py, __init__, false",
    "__phello__.foo.py, __phello__.foo, false"
  })
  void namesSourcesAsTheirCompiledFiles(String path, String module, boolean isPackage) {
    PycName name = PycName.ofSource(path);
    assertThat(name.module()).isEqualTo(module);
    assertThat(name.isPackage()).isEqualTo(isPackage);
    assertThat(PycName.of(path + "c").module()).isEqualTo(module);
    assertThat(PycName.sourcePath(name.module(), name.isPackage()))
        .isEqualTo(path.replace("o__.f", "o__/f"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x.pyc", "x.pyw", "py", ".py", "a/.py", "__pycache__/x.py", "", "/", "//x.py"})
  void passesOverWhatIsNoSource(String path) {
    assertThat(PycName.ofSource(path)).isNull();
  }
}
