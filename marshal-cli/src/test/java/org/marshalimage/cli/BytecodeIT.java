package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.bytecode.BytecodeText;
import org.marshalimage.format.bytecode.ExceptionTable;
import org.marshalimage.format.bytecode.LineTable;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;

/**
 * Compares what is decoded of bytecode with what each CPython found says of it itself: opcode
 * tables, and for every code object instructions, lines, columns, handlers, and flags. By default
 * some packages of each library; with the profile "sweep" all of it, but for optimized files.
 */
class BytecodeIT {
  private static final boolean SWEEP = Boolean.getBoolean("marshalimage.sweep");
  private static final List<String> SAMPLE =
      List.of("json", "email", "asyncio", "collections", "http", "importlib");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "skipped",
              () -> assumeTrue(false, "no CPython: compared with testdata/golden alone")));
    }
    return interpreters.stream()
        .flatMap(
            python ->
                Stream.of(
                    DynamicTest.dynamicTest(python + " opcodes", () -> compareOpcodes(python)),
                    DynamicTest.dynamicTest(python + " code", () -> compareCode(python))));
  }

  private void compareOpcodes(Path python) throws Exception {
    Path folder = TestData.root().resolve("marshal-format/src/main");
    String table = run(python, folder.resolve("python/opcode_table.py").toString());
    Path resource = folder.resolve("resources/org/marshalimage/format/bytecode/opcodes.txt");
    assertThat(Files.readString(resource)).contains(table);
  }

  private void compareCode(Path python) throws Exception {
    List<Path> files = files(CPythons.library(directory, python));
    assertThat(files).isNotEmpty();
    List<String> expected = new ArrayList<>();
    // In parts, so that each process ends soon.
    for (int from = 0; from < files.size(); from += 200) {
      List<Path> part = files.subList(from, Math.min(files.size(), from + 200));
      Path list =
          Files.write(directory.resolve("list"), part.stream().map(Path::toString).toList());
      run(python, TestData.path("bytecode_facts.py").toString(), "digest", "@" + list)
          .lines()
          .forEach(expected::add);
    }
    List<String> found = digests(files);
    List<String> wrong = new ArrayList<>(found);
    wrong.removeAll(expected);
    System.out.printf(
        "%s: %d files, %d code objects, %d of them in files that differ%n",
        python, files.size(), codes(found), codes(wrong));
    assertThat(wrong).as("compare with what bytecode_facts.py text prints").isEmpty();
    assertThat(found).isEqualTo(expected);
  }

  private static int codes(List<String> lines) {
    return lines.stream().mapToInt(line -> Integer.parseInt(line.split(" ")[1])).sum();
  }

  /** Returns a line a file, by way of an image. */
  private List<String> digests(List<Path> files) throws IOException {
    Path image = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (Path file : files) {
        writer.addModule(file.toString(), PycFile.read(file), false);
      }
      writer.write(image);
    }
    List<String> found = new ArrayList<>();
    try (MarshalImage mapped = MarshalImage.map(image)) {
      for (Path file : files) {
        BytecodeText text = new BytecodeText();
        append(mapped.module(file.toString()).code(), text);
        found.add(text.digest() + " " + text.count() + " " + file);
      }
    }
    return found;
  }

  private String run(Path python, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.addAll(List.of(arguments));
    Processes.Result result = Processes.run(directory, command);
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private static List<Path> files(Path library) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : SWEEP ? List.of("") : SAMPLE) {
      Path place = library.resolve(folder);
      if (Files.isDirectory(place)) {
        try (Stream<Path> walk = Files.walk(place)) {
          walk.filter(file -> file.toString().endsWith(".pyc"))
              .filter(file -> !file.toString().contains(".opt-"))
              .filter(file -> !file.toString().contains("/site-packages/"))
              .sorted()
              .forEach(files::add);
        }
      }
    }
    return files;
  }

  private static void append(CodeView code, BytecodeText text) {
    PythonVersion version = code.pythonVersion().orElseThrow();
    LineTable lines = code.lines();
    ExceptionTable handlers = code.handlers();
    int length = code.code().length();
    text.append(
        version,
        code.name().toString(),
        code.firstLine(),
        code.flags(),
        length,
        code.instructions(),
        lines,
        handlers);
    compareSingleOffsets(code, lines, handlers);
    TupleView consts = code.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (consts.get(i) instanceof CodeView inner) {
        append(inner, text);
      }
    }
  }

  /** Asks for a thousand offsets of a code object, or for all. */
  private static void compareSingleOffsets(
      CodeView code, LineTable lines, ExceptionTable handlers) {
    int step = 1 + code.code().length() / 1000;
    lines.rewind();
    for (int offset = 0; offset < code.code().length(); offset += step) {
      int line = lines.seek(offset) ? lines.line() : LineTable.NONE;
      if (code.lineAt(offset) != line) {
        throw new AssertionError(code + " offset " + offset + " line " + code.lineAt(offset));
      }
      long handler = code.handlerAt(offset);
      boolean isSame =
          handlers.seek(offset)
              ? ExceptionTable.targetOf(handler) == handlers.target()
                  && ExceptionTable.depthOf(handler) == handlers.depth()
                  && ExceptionTable.pushesOffsetOf(handler) == handlers.pushesOffset()
              : handler == ExceptionTable.NO_HANDLER;
      if (!isSame) {
        throw new AssertionError(code + " offset " + offset + " handler " + handler);
      }
    }
  }
}
