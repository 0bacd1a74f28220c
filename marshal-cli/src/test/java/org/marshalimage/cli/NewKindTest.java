package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/**
 * Adds a kind of object to the table and compiles the library: what then does not compile is what
 * CONTRIBUTING.md says that the compiler finds, no more and no less.
 */
class NewKindTest {
  private static final List<String> MODULES =
      List.of("marshal-format", "marshal-core", "marshal-writer", "marshal-cli");

  private static final String KIND = "Kind.java";

  /** A row of the list of files to touch, with the compiler as what finds it missing. */
  private static final Pattern ROW =
      Pattern.compile("^\\| \\d+ \\| `([^`]+)` \\|.*\\| the compiler[^|]*\\|$", Pattern.MULTILINE);

  private static final Pattern FILE =
      Pattern.compile("^\\| \\d+ \\| `([^`]+)` \\|", Pattern.MULTILINE);

  @TempDir Path classes;

  private static String contributing() throws IOException {
    return Files.readString(TestData.root().resolve("CONTRIBUTING.md"));
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> walk = Files.walk(TestData.root().resolve(module + "/src/main/java"))) {
        walk.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("module-info.java"))
            .forEach(sources::add);
      }
    }
    return sources;
  }

  /** A source as the compiler sees it. */
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;

    Source(Path file) {
      super(file.toUri(), Kind.SOURCE);
      this.file = file;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
      String text = Files.readString(file);
      return file.endsWith(KIND) ? withNewKind(text) : text;
    }
  }

  /** Adds a constant to the table: an object of slots, with the code of something unused. */
  private static String withNewKind(String text) {
    Matcher end = Pattern.compile("\\);\\s+/\\*\\* Which objects of a kind").matcher(text);
    assertThat(end.find()).isTrue();
    return text.substring(0, end.start() + 1)
        + ", NEW('O', \"new\", Identity.APART, 0, 24, 0, 1, 0)"
        + text.substring(end.start() + 1);
  }

  /** Returns the files that do not compile. */
  private Set<String> broken() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> libraries = new ArrayList<>();
    for (String entry : path.split(File.pathSeparator)) {
      if (entry.endsWith(".jar")
          && !Path.of(entry).getFileName().toString().startsWith("marshal-")) {
        libraries.add(entry);
      }
    }
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            // All classes, not up to the first that does not compile.
            "-XDshould-stop.ifError=FLOW",
            "-Xmaxerrs",
            "1000",
            "-d",
            classes.toString(),
            "-cp",
            String.join(File.pathSeparator, libraries));
    List<Source> sources = sources().stream().map(Source::new).toList();
    compiler.getTask(Writer.nullWriter(), null, found, options, null, sources).call();
    Set<String> files = new TreeSet<>();
    for (Diagnostic<? extends JavaFileObject> each : found.getDiagnostics()) {
      if (each.getKind() == Diagnostic.Kind.ERROR) {
        assertThat(each.getCode()).as(each.toString()).isEqualTo("compiler.err.not.exhaustive");
        URI source = each.getSource().toUri();
        files.add(TestData.root().toUri().relativize(source).toString());
      }
    }
    return files;
  }

  private static Set<String> listed(Pattern rows) throws IOException {
    Set<String> listed = new TreeSet<>();
    String text = contributing();
    String list = text.substring(text.indexOf("## A new kind of object"));
    Matcher row = rows.matcher(list.substring(0, list.indexOf("\n## ", 1)));
    while (row.find()) {
      listed.add(row.group(1));
    }
    return listed;
  }

  @Test
  void compilerFindsWhatTheListSays() throws Exception {
    Set<String> names = new TreeSet<>();
    for (String file : broken()) {
      names.add(file.substring(file.lastIndexOf('/') + 1));
    }
    assertThat(names).isNotEmpty().isEqualTo(listed(ROW));
  }

  @Test
  void listNamesFilesThatExist() throws Exception {
    Set<String> existing = new TreeSet<>();
    for (Path source : sources()) {
      existing.add(source.getFileName().toString());
    }
    Set<String> listed = listed(FILE);
    assertThat(listed).hasSizeGreaterThan(10);
    assertThat(existing).containsAll(listed);
  }
}
