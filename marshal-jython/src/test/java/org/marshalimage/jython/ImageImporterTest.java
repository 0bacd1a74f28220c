package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.util.PythonInterpreter;

/** Imports what testdata has of Python 2.7, in this JVM. */
class ImageImporterTest {
  private static MarshalImage image;
  private static PythonInterpreter python;

  @BeforeAll
  static void startJython() throws IOException {
    // Open as long as the JVM, as Jython is.
    image = MarshalImage.map(Libraries.testdata());
    ImageInitializer.use(new ImageImporter(image, "stock"));
    Properties settings = new Properties();
    settings.setProperty("python.cachedir.skip", "true");
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings);
    python = new PythonInterpreter();
  }

  private static PyObject eval(String code) {
    return python.eval(code);
  }

  private static String text(String code) {
    return eval(code).toString();
  }

  @Test
  void modulesAndPackagesComeFromTheImage() {
    python.exec("import closures, pack.inner.closures");
    assertThat(text("closures.counter(3, 2)(4)")).isEqualTo("11");
    assertThat(text("closures.__name__, closures.__file__, closures.__package__"))
        .isEqualTo("('closures', 'closures.py', '')");
    assertThat(text("pack.__name__, pack.__path__, pack.__package__"))
        .isEqualTo("('pack', ['" + image.path() + "/pack', ''], 'pack')");
    assertThat(text("pack.inner.closures.__package__")).isEqualTo("pack.inner");
    assertThat(text("pack.inner.__loader__ is closures.__loader__")).isEqualTo("True");
  }

  @Test
  void packageRunsAsProgram() {
    python.exec("import runpy");
    assertThat(text("runpy.run_module('pack', run_name='__main__')['__name__']"))
        .isEqualTo("__main__");
  }

  @Test
  void packageListsItsModules() {
    python.exec("import pack, pkgutil");
    assertThat(text("[found[1:] for found in pkgutil.iter_modules(pack.__path__[:1], 'pack.')]"))
        .isEqualTo("[('pack.__main__', False), ('pack.inner', True)]");
    // Finders of other folders say nothing of the image.
    assertThat(text("list(pkgutil.iter_modules(['no such folder']))")).isEqualTo("[]");
  }

  @Test
  void functionIsReadWhenItIsFirstCalled() {
    python.exec("import closures");
    MappedCode code = (MappedCode) eval("closures.only_cells.func_code");
    assertThat(code.co_varnames).isEmpty();
    python.exec("closures.only_cells(1, 2, 3)");
    assertThat(code.co_varnames).containsExactly("a", "b", "c", "f");
  }

  @Test
  void codeShowsWhatCPythonShows() {
    python.exec("import parameters_py2, inspect\ncode = parameters_py2.unpacks.func_code");
    MappedCode code = (MappedCode) eval("code");
    assertThat(text("code.co_varnames[1], code.co_argcount, code.co_name"))
        .isEqualTo("('c', 3, 'unpacks')");
    assertThat(text("[ord(byte) for byte in code.co_code]"))
        .isEqualTo(unsigned(code.view().code().toByteArray()));
    assertThat(text("code.co_stacksize, code.co_flags, code.co_firstlineno"))
        .isEqualTo(
            "(%d, %d, %d)"
                .formatted(code.view().stackSize(), code.view().flags(), code.view().firstLine()));
    assertThat(text("inspect.iscode(code), inspect.iscode(compile('1', 'x', 'eval'))"))
        .isEqualTo("(True, True)");
  }

  private static String unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return java.util.Arrays.toString(values);
  }

  @Test
  void equalStringsOfTwoModulesAreOneObject() {
    python.exec("import closures, functions, classes");
    python.exec(
        """
        def strings(code, found):
            for each in code.co_consts + code.co_names + code.co_varnames + (code.co_name,):
                if isinstance(each, str):
                    found.setdefault(each, set()).add(id(each))
                elif hasattr(each, 'co_code'):
                    strings(each, found)
            return found
        loader = closures.__loader__
        found = {}
        for name in 'closures', 'functions', 'classes':
            strings(loader.get_code(name), found)
        """);
    assertThat(text("len(found) > 50, max(len(ids) for ids in found.values())"))
        .isEqualTo("(True, 1)");
  }

  @Test
  void oneCodeObjectStandsForOneOfTheImage() {
    python.exec("import closures");
    assertThat(
            text(
                "[c for c in closures.__loader__.get_code('closures').co_consts"
                    + " if hasattr(c, 'co_code')][0] is closures.counter.func_code"))
        .isEqualTo("True");
  }

  @Test
  void loaderTellsWhatItKnows(@TempDir Path folder) throws IOException {
    python.exec("import pack\nloader = pack.__loader__");
    assertThat(text("loader.is_package('pack'), loader.is_package('closures')"))
        .isEqualTo("(True, False)");
    assertThat(text("loader.get_filename('shop')")).isEqualTo("shop/__init__.py");
    assertThat(text("loader.get_source('shop.prices')")).isEqualTo("None");
    assertThat(text("loader.find_module('no_such_module', None)")).isEqualTo("None");
    // Jython has it built in.
    assertThat(text("loader.find_module('struct')")).isEqualTo("None");
    Path data = Files.write(folder.resolve("data"), new byte[] {0, (byte) 0xFF, 'x'});
    python.set("path", Py.newString(data.toString()));
    assertThat(text("[ord(byte) for byte in loader.get_data(path)]")).isEqualTo("[0, 255, 120]");
  }

  @Test
  void errorsAreThoseOfPython() {
    python.exec("import closures\nloader = closures.__loader__");
    for (String call :
        new String[] {
          "loader.load_module('nothing')",
          "loader.get_code('nothing')",
          "loader.is_package('nothing')",
          "loader.get_source('nothing')"
        }) {
      assertThatThrownBy(() -> eval(call))
          .isInstanceOfSatisfying(
              PyException.class, e -> assertThat(e.match(Py.ImportError)).isTrue())
          .hasMessageContaining("no module named nothing in " + image.path());
    }
    assertThatThrownBy(() -> eval("loader.get_data('/no/such/file')"))
        .isInstanceOfSatisfying(PyException.class, e -> assertThat(e.match(Py.IOError)).isTrue());
    assertThatThrownBy(() -> eval("loader.find_module()"))
        .isInstanceOfSatisfying(PyException.class, e -> assertThat(e.match(Py.TypeError)).isTrue());
  }

  @Test
  void moduleThatFailsIsTakenOutAndOneLoadedAgainStays() {
    python.exec("import sys");
    // Its modules want each other's names too early.
    assertThatThrownBy(() -> python.exec("import shop")).isInstanceOf(PyException.class);
    assertThat(text("'shop' in sys.modules, 'shop.prices' in sys.modules"))
        .isEqualTo("(False, False)");
    python.exec("import closures\nkept = closures\nclosures.added = 1\nreload(closures)");
    assertThat(text("closures is kept, closures.added")).isEqualTo("(True, 1)");
  }

  @Test
  void loopIsOneOfThoseThatThereAre() {
    assertThatThrownBy(() -> new ImageImporter(image, "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such loop: expected=stock or mapped, found=none");
  }
}
