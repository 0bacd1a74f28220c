package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.stream.PycFile;

/**
 * A Python that is newer than all that are known: what is said of its files, and what it takes to
 * add it, tried with a made-up one whose code objects are those of the newest.
 */
class NewPythonTest {
  private static final Path SOURCES = TestData.root().resolve("marshal-format/src/main");
  private static final String TABLE = "PythonVersion.java";
  private static final String OPCODES = "org/marshalimage/format/bytecode/opcodes.txt";

  /** The last row of the table of versions. */
  private static final Pattern LAST_ROW = Pattern.compile("\\)(;\\s+/\\*\\*)");

  private static final int MINOR = Integer.parseInt(PythonVersion.newest().toString().substring(2));
  private static final int NEW_MAGIC = 2900 + 50 * (MINOR + 1);

  @TempDir static Path folder;

  @BeforeAll
  static void compileWithAnotherVersion() throws IOException {
    List<Source> sources;
    try (Stream<Path> files = Files.walk(SOURCES.resolve("java"))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("module-info.java"))
              .map(Source::new)
              .toList();
    }
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    StringWriter errors = new StringWriter();
    boolean isDone =
        ToolProvider.getSystemJavaCompiler()
            .getTask(errors, null, null, options, null, sources)
            .call();
    assertThat(isDone).as(errors.toString()).isTrue();
  }

  /** A source as the compiler sees it: the table of versions has a row more. */
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;

    Source(Path file) {
      super(file.toUri(), JavaFileObject.Kind.SOURCE);
      this.file = file;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
      String text = Files.readString(file);
      if (!file.endsWith(TABLE)) {
        return text;
      }
      Matcher end = LAST_ROW.matcher(text);
      assertThat(end.find()).isTrue();
      return text.substring(0, end.start(1))
          + String.format(
              ",%n  NEW(3, %d, %d, %d)",
              MINOR + 1, NEW_MAGIC, PythonVersion.newest().marshalVersion())
          + text.substring(end.start(1));
    }
  }

  /** Loads what was compiled, with opcodes of the new version or without. */
  private static URLClassLoader loader() throws IOException {
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  private static void writeOpcodes(boolean withNew) throws IOException {
    String all = Files.readString(SOURCES.resolve("resources").resolve(OPCODES));
    String newest = all.substring(all.indexOf("python " + PythonVersion.newest()));
    String added =
        newest
            .replace("python " + PythonVersion.newest(), "python 3." + (MINOR + 1))
            .replaceFirst("magic \\d+", "magic " + NEW_MAGIC);
    Files.writeString(folder.resolve(OPCODES), withNew ? all + added : all);
  }

  private static byte[] pyc(int magicNumber) throws IOException {
    Path newest = TestData.path("pyc/" + PythonVersion.newest() + "/functions.pyc");
    return withMagic(Files.readAllBytes(newest), magicNumber);
  }

  private static byte[] withMagic(byte[] bytes, int magicNumber) {
    bytes[0] = (byte) magicNumber;
    bytes[1] = (byte) (magicNumber >> Byte.SIZE);
    return bytes;
  }

  @Test
  void rowOfTheTableMakesItsFilesReadable() throws Exception {
    PycFile known = PycFile.parse(pyc(PythonVersion.newest().magicNumber()), null);
    byte[] bytes = pyc(NEW_MAGIC);
    try (URLClassLoader loader = loader()) {
      Class<?> type = loader.loadClass(PycFile.class.getName());
      Object pyc = type.getMethod("parse", byte[].class, String.class).invoke(null, bytes, null);
      assertThat(type.getMethod("version").invoke(pyc)).hasToString("3." + (MINOR + 1));
      assertThat(type.getMethod("toByteArray").invoke(pyc))
          .isEqualTo(withMagic(known.toByteArray(), NEW_MAGIC));
      Object root = type.getMethod("root").invoke(pyc);
      Class<?> json = loader.loadClass(CanonicalJson.class.getName());
      Class<?> value = loader.loadClass("org.marshalimage.format.model.Value");
      assertThat(json.getMethod("write", value).invoke(null, root))
          .isEqualTo(CanonicalJson.write(known.root()));
    }
  }

  @Test
  void opcodesThatAreMissingAreNamedWhenTheyAreNeeded() throws Exception {
    writeOpcodes(false);
    try (URLClassLoader loader = loader()) {
      assertThatThrownBy(() -> opcodes(loader))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageContaining("no opcode table of 3." + (MINOR + 1));
    }
    writeOpcodes(true);
    try (URLClassLoader loader = loader()) {
      assertThat(opcodes(loader)).hasToString("opcodes of 3." + (MINOR + 1));
    }
  }

  private static Object opcodes(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> version = loader.loadClass(PythonVersion.class.getName());
    return loader
        .loadClass("org.marshalimage.format.bytecode.Opcodes")
        .getMethod("of", version)
        .invoke(null, version.getMethod("newest").invoke(null));
  }

  @Test
  void fileOfANewerPythonNamesThePythonAndWhereToLookForARelease() throws Exception {
    byte[] bytes = pyc(NEW_MAGIC);
    assertThatThrownBy(() -> PycFile.parse(bytes, "x.pyc"))
        .isInstanceOf(MarshalStreamException.class)
        .hasMessageStartingWith(
            "unknown magic number: found "
                + NEW_MAGIC
                + " (of Python 3."
                + (MINOR + 1)
                + ", which a later release of Marshal Image may read: see help/versions.md), expected"
                + " one of 62211 (2.7), ");
  }

  /** CPython: Include/internal/pycore_magic_number.h, "Python 3.n starts with 2900 + 50 n". */
  @Test
  void newerMagicNumbersTellTheirPython() {
    assertThat(PythonVersion.hintOnUnknown(NEW_MAGIC - 1))
        .startsWith(" (of Python 3." + MINOR + ",");
    for (int number : new int[] {NEW_MAGIC, NEW_MAGIC + 49}) {
      assertThat(PythonVersion.hintOnUnknown(number))
          .startsWith(" (of Python 3." + (MINOR + 1) + ",");
    }
    assertThat(PythonVersion.hintOnUnknown(NEW_MAGIC + 50))
        .startsWith(" (of Python 3." + (MINOR + 2) + ",");
    assertThat(PythonVersion.hintOnUnknown(20120)).startsWith(" (of Python 3.344,");
  }

  /** Older Pythons, alphas between known ones, Python 1 and 2, and no number of any. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3351, 3378, 3626, 3666, 20121, 50823, 60001, 62211, 65535})
  void otherMagicNumbersAreOfNoNewerPython(int magicNumber) {
    assertThat(PythonVersion.hintOnUnknown(magicNumber)).isEmpty();
  }

  /** So that the rule above is right of the versions that it is for. */
  @Test
  void ruleOfMagicNumbersHoldsForThoseThatAreKnown() {
    for (PythonVersion version : PythonVersion.values()) {
      int minor = Integer.parseInt(version.toString().substring(2));
      if (minor >= 11) {
        assertThat((version.magicNumber() - 2900) / 50).as(version.toString()).isEqualTo(minor);
      }
    }
  }

  /** What a message sends its reader to. */
  @Test
  void pageOfVersionsHasAllPythonsAndFormats() throws IOException {
    String page = Files.readString(TestData.root().resolve("help/versions.md"));
    StringBuilder names = new StringBuilder();
    for (PythonVersion version : PythonVersion.values()) {
      names.append(names.length() == 0 ? "" : ", ").append(version);
      assertThat(page)
          .containsPattern(
              String.format(
                  "(?m)^\\| %s(, [^|]*)? \\| %d \\| %d \\| ",
                  version, version.magicNumber(), version.marshalVersion()));
    }
    String formats =
        HeaderLayout.MIN_VERSION == HeaderLayout.VERSION
            ? "" + HeaderLayout.VERSION
            : HeaderLayout.MIN_VERSION + " to " + HeaderLayout.VERSION;
    assertThat(page)
        .contains(
            " | " + HeaderLayout.VERSION + " | " + formats + " | " + names + " | 17 and newer |");
  }

  @Test
  void listOfWhatToTouchNamesFilesThatExist() throws IOException {
    String text = Files.readString(TestData.root().resolve("CONTRIBUTING.md"));
    String list = text.substring(text.indexOf("## A new Python version"));
    Matcher file = Pattern.compile("`(\\w+\\.(?:java|txt|py))`").matcher(list);
    int count = 0;
    while (file.find()) {
      try (Stream<Path> files = Files.walk(TestData.root())) {
        assertThat(files.anyMatch(path -> path.endsWith(file.group(1)))).as(file.group(1)).isTrue();
      }
      count++;
    }
    assertThat(count).isGreaterThan(3);
  }
}
