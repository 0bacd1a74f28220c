package org.marshalimage.jython;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/**
 * Compiles texts that are executed while a snapshot is made, by CPython 2.7, so that what they
 * define can be kept. Without a CPython, or for what it does not compile, Jython does.
 */
final class TextCompiler implements Texts {
  private static final String SCRIPT =
      "import sys, marshal\n"
          + "code = compile(sys.stdin.read(), '<string>', 'exec', int(sys.argv[1]), True)\n"
          + "sys.stdout.write('\\x03\\xf3\\r\\n\\0\\0\\0\\0' + marshal.dumps(code))\n";
  private static final String NAME = "text";

  private final @Nullable String python;
  private final CodeValues codes;
  private final Map<String, Text> texts = new LinkedHashMap<>();

  private record Text(String text, MappedCode code, CodeValue value) {}

  TextCompiler(@Nullable String python, CodeValues codes) {
    this.python = python == null ? findPython() : python;
    this.codes = codes;
  }

  /** Looks for CPython 2.7 where pyenv keeps it, whose own commands may refuse, and in the PATH. */
  static @Nullable String findPython() {
    List<Path> candidates = new ArrayList<>();
    Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
    try (Stream<Path> all = Files.list(versions)) {
      all.filter(each -> each.getFileName().toString().startsWith("2.7."))
          .forEach(each -> candidates.add(each.resolve("bin").resolve("python2.7")));
    } catch (IOException e) {
      // There is no pyenv.
    }
    for (String folder :
        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
      candidates.add(Path.of(folder, "python2.7"));
    }
    return candidates.stream()
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  @Override
  public synchronized @Nullable MappedCode find(String text, int flags) {
    String root = Texts.rootOf(text, flags);
    Text known = texts.get(root);
    if (known == null && python != null) {
      try {
        known = compile(text, flags);
      } catch (IOException e) {
        throw new IllegalStateException("cannot compile by " + python + ": " + e.getMessage(), e);
      }
      if (known != null) {
        texts.put(root, known);
      }
    }
    return known != null && known.text.equals(text) ? known.code : null;
  }

  private @Nullable Text compile(String text, int flags) throws IOException {
    byte[] pyc = run(text, flags);
    if (pyc == null) {
      return null;
    }
    PycFile file = PycFile.parse(pyc, null);
    Path scratch = Files.createTempFile("marshal-text", ".img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule(NAME, file, false).write(scratch);
    }
    MarshalImage image = MarshalImage.map(scratch);
    Files.delete(scratch);
    MappedLibrary library = new MappedLibrary(image, EvaluationLoop.named("mapped"));
    library.setTexts(this);
    codes.add(image, image.module(NAME).code(), (CodeValue) file.root());
    return new Text(text, library.code(image.module(NAME).code()), (CodeValue) file.root());
  }

  /** Returns null if it is not compiled. */
  private byte @Nullable [] run(String text, int flags) throws IOException {
    Process process =
        new ProcessBuilder(python, "-E", "-S", "-c", SCRIPT, Integer.toString(flags))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream out = process.getInputStream()) {
      // It reads all before it writes.
      try (OutputStream in = process.getOutputStream()) {
        in.write(text.getBytes(StandardCharsets.ISO_8859_1));
      }
      byte[] pyc = out.readAllBytes();
      return process.waitFor() == 0 ? pyc : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Returns the roots of all texts. */
  Map<String, RecordValue> roots() {
    Map<String, RecordValue> roots = new LinkedHashMap<>();
    texts.forEach(
        (root, text) ->
            roots.put(
                root,
                RecordValue.of(
                    StateTypes.TEXT.type(),
                    BytesValue.of(text.text.getBytes(StandardCharsets.ISO_8859_1)),
                    text.value)));
    return roots;
  }
}
