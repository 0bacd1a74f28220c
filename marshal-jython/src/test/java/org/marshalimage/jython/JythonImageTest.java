package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;
import org.python.core.PySystemState;

/** Applications that embed Jython, each with a Jython that has not started yet. */
class JythonImageTest {
  private static final String BOTH = "['ImageImporter', 'ImageImporter']";

  @TempDir private static Path folder;

  private static Path image;

  @BeforeAll
  static void writeImage() throws IOException {
    Path testdata = Libraries.module().resolve("../testdata/pyc/2.7").normalize();
    image = folder.resolve("test.img");
    try (ImageWriter writer = ImageWriter.create()) {
      Map.of("site", "docstring_only", "closures", "closures", "generators", "generators")
          .forEach((name, file) -> add(writer, name, testdata.resolve(file + ".pyc")));
      writer.write(image);
    }
  }

  private static void add(ImageWriter writer, String name, Path file) {
    try {
      writer.addModule(name, PycFile.parse(Files.readAllBytes(file), file.toString()), false);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static URL origin(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static URL[] ours() {
    return Stream.of(
            MarshalFormatException.class,
            MarshalImage.class,
            JythonImage.class,
            EmbeddedApplication.class)
        .map(JythonImageTest::origin)
        .toArray(URL[]::new);
  }

  private static URL[] and(URL first, URL... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toArray(URL[]::new);
  }

  /**
   * Layouts: where Jython, this library and the application are, and what the thread's loader is.
   */
  private static String run(String layout, String application, Path file) throws Exception {
    return run(layout, application, file, origin(PySystemState.class));
  }

  /** The same with a Jython of another version. */
  static String run(String layout, String application, Path file, URL jython) throws Exception {
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    boolean together = layout.startsWith("one loader");
    URL[] outer = together ? and(jython, ours()) : new URL[] {jython};
    URL[] inner = together ? new URL[0] : ours();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // Which Jython writes settings into.
    Properties properties = (Properties) System.getProperties().clone();
    try (URLClassLoader parent = new URLClassLoader(outer, platform);
        URLClassLoader child = new URLClassLoader(inner, parent)) {
      thread.setContextClassLoader(layout.endsWith("child as context") ? child : null);
      return (String)
          child
              .loadClass(EmbeddedApplication.class.getName())
              .getMethod(application, Path.class)
              .invoke(null, file);
    } catch (InvocationTargetException e) {
      // Now, as its text needs its loaders.
      throw new AssertionError(e.getCause().toString());
    } finally {
      thread.setContextClassLoader(before);
      System.setProperties(properties);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "one loader, no context",
        "two loaders, no context",
        "two loaders, child as context"
      })
  void twoLinesAreEnoughWhicheverLoadersThereAre(String layout) throws Exception {
    assertThat(run(layout, "plain", image)).isEqualTo("3 " + BOTH);
  }

  @Test
  void propertiesAndArgumentsComeFirst() throws Exception {
    assertThat(run("two loaders", "withProperties", image)).isEqualTo("(False, ['first', 'x'], 1)");
  }

  @Test
  void anInterpreterThatIsThereImportsFromTheImageFromThenOn() throws Exception {
    assertThat(run("two loaders", "late", image)).isEqualTo("['zipimporter', 'ImageImporter']");
  }

  @Test
  void interpretersShareTheImageOrAreToldOfIt() throws Exception {
    assertThat(run("two loaders", "twoInterpreters", image))
        .isEqualTo("shared 1, own False " + BOTH + ", without true");
  }

  @Test
  void cleanupLeavesTheImageToOtherInterpreters() throws Exception {
    assertThat(run("two loaders", "cleanup", image)).isEqualTo("3 " + BOTH + " 3 " + BOTH);
  }

  @Test
  void damagedImageIsRefusedInOneLine() throws Exception {
    Path damaged = Files.write(folder.resolve("damaged.img"), new byte[4096]);
    assertThat(run("two loaders", "damaged", damaged)).endsWith("damaged.img").doesNotContain("\n");
  }

  @Test
  void theReadmeHasTheLinesThatAreTested() throws IOException {
    List<String> readme = Files.readAllLines(Libraries.module().resolve("README.md"));
    assertThat(readme)
        .contains(
            "JythonImage.use(Path.of(\"jython.img\"));",
            "PythonInterpreter python = new PythonInterpreter();");
  }
}
