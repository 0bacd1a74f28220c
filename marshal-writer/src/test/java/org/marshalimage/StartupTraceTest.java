package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.trace.Execution;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.trace.Trace;
import org.marshalimage.writer.ImageWriter;

/** What a trace records, and what becomes of it when the image is built anew. */
class StartupTraceTest {
  private static final List<String> MODULES = List.of("classes", "closures", "constants_py3");

  @TempDir Path directory;
  private Path img;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    img = write("all.img", MODULES);
    file = directory.resolve("start.trace");
  }

  private Path write(String name, List<String> modules) throws IOException {
    Path path = directory.resolve(name);
    try (ImageWriter writer = ImageWriter.create()) {
      for (String module : modules) {
        writer.addModule(module, pyc(module), false);
      }
      writer.write(path);
    }
    return path;
  }

  private static PycFile pyc(String module) throws IOException {
    return PycFile.read(TestData.path("pyc/3.11/" + module + ".pyc"));
  }

  /** Reads a module's code object, its names, and one code object inside it. */
  private static List<Long> readSome(MarshalImage image) {
    List<Long> offsets = new ArrayList<>();
    CodeView code = image.module("closures").code();
    offsets.add(code.offset());
    TupleView names = code.names();
    offsets.add(names.offset());
    offsets.add(names.get(0).offset());
    for (int i = 0; i < code.consts().size(); i++) {
      if (code.consts().get(i) instanceof CodeView inner) {
        offsets.add(inner.offset());
        inner.name();
      }
    }
    return offsets;
  }

  private static MapOptions traced(StartupTrace trace) {
    return MapOptions.builder().observer(trace.observer()).build();
  }

  @Test
  void traceHasWhatWasReadAndNothingElse() throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      List<Long> read = readSome(image);
      trace.write(file);
      Trace recorded = Trace.read(file);
      Trace.Found found = recorded.find(image);
      assertThat(found.passedOver()).isZero();
      assertThat(found.offsets()).hasSize(recorded.objectCount()).startsWith(read.get(0));
      assertThat(Arrays.stream(found.offsets()).boxed()).containsAll(read).doesNotHaveDuplicates();
      assertThat(found.offsets().length).isLessThan((int) image.info().objects() / 4);
      assertThat(recorded.roots()).containsExactly("closures");
    }
  }

  @Test
  void objectsComeInTheOrderInWhichTheyWereFirstRead() throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      ImageObject name = image.module("constants_py3").code().name();
      ImageObject consts = image.module("classes").code().consts();
      image.module("constants_py3").code().name();
      trace.write(file);
      assertThat(Trace.read(file).find(image).offsets())
          .containsExactly(
              image.module("constants_py3").rootOffset(),
              name.offset(),
              image.module("classes").rootOffset(),
              consts.offset());
      assertThat(Trace.read(file).roots()).containsExactly("constants_py3", "classes");
    }
  }

  @Test
  void whatThreadsReadAtTheSameTimeIsRecordedOnce() throws Exception {
    StartupTrace trace = new StartupTrace();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      Callable<Void> reader =
          () -> {
            image.modules().forEach(module -> module.root().toValue());
            return null;
          };
      for (Future<Void> read : threads.invokeAll(Collections.nCopies(4, reader))) {
        read.get();
      }
      trace.write(file);
      Trace recorded = Trace.read(file);
      assertThat(Arrays.stream(recorded.find(image).offsets()).boxed())
          .hasSize(recorded.objectCount())
          .doesNotHaveDuplicates()
          .containsAll(allObjects());
    } finally {
      threads.shutdownNow();
    }
  }

  /** What one thread is recorded to read that reads all. */
  private List<Long> allObjects() throws IOException {
    StartupTrace trace = new StartupTrace();
    Path alone = directory.resolve("alone.trace");
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      image.modules().forEach(module -> module.root().toValue());
      trace.write(alone);
      return Arrays.stream(Trace.read(alone).find(image).offsets()).boxed().toList();
    }
  }

  @Test
  void everyObjectIsFoundAgainInAnImageThatWasBuiltAnew() throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      image.modules().forEach(module -> module.root().toValue());
      trace.write(file);
    }
    Trace recorded = Trace.read(file);
    Path again =
        write("again.img", List.of("classes", "closures", "comprehensions", "constants_py3"));
    try (MarshalImage image = MarshalImage.map(again)) {
      Trace.Found found = recorded.find(image);
      assertThat(found.passedOver()).isZero();
      assertThat(Arrays.stream(found.offsets()).boxed()).doesNotHaveDuplicates();
      long same =
          Arrays.stream(found.offsets())
              .filter(offset -> image.cursor().moveTo(offset).kind() == TypeCode.CODE)
              .count();
      try (MarshalImage first = MarshalImage.map(img)) {
        assertThat(same).isEqualTo(first.info().codeObjects());
      }
    }
  }

  @Test
  void whatAnImageLacksIsPassedOver() throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      image.module("classes").root().toValue();
      image.module("closures").root().toValue();
      trace.write(file);
    }
    Trace recorded = Trace.read(file);
    try (MarshalImage image = MarshalImage.map(write("part.img", List.of("closures")))) {
      Trace.Found found = recorded.find(image);
      assertThat(found.passedOver()).isPositive();
      assertThat(found.offsets().length + found.passedOver()).isEqualTo(recorded.objectCount());
      assertThat((long) found.offsets().length).isLessThanOrEqualTo(image.info().objects());
    }
  }

  @Test
  void imagesInPlaceAreRecordedAsOthersAre() throws IOException {
    StartupTrace trace = new StartupTrace();
    StartupTrace inPlace = new StartupTrace();
    Path other = directory.resolve("place.trace");
    try (MarshalImage image = MarshalImage.map(img, traced(trace));
        MarshalImage linked =
            MarshalImage.map(
                img, MapOptions.builder().inPlace().observer(inPlace.observer()).build())) {
      readSome(image);
      readSome(linked);
      trace.write(file);
      inPlace.write(other);
      assertThat(Trace.read(other).find(image).offsets())
          .isEqualTo(Trace.read(file).find(image).offsets());
    }
  }

  @Test
  void writingIsNotRecorded() throws IOException {
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
      readSome(image);
      trace.write(file);
      int count = Trace.read(file).objectCount();
      trace.write(file);
      assertThat(Trace.read(file).objectCount()).isEqualTo(count);
      image.module("classes").code();
      trace.write(file);
      assertThat(Trace.read(file).objectCount()).isEqualTo(count + 1);
      assertThat(Trace.read(file).roots()).containsExactly("closures", "classes");
    }
  }

  @Test
  void executionsNestByThread() throws Exception {
    StartupTrace trace = new StartupTrace();
    trace.begin("a");
    trace.begin("b");
    Thread other =
        new Thread(
            () -> {
              trace.begin("c");
              trace.end("c");
            });
    other.start();
    other.join();
    trace.end("b");
    trace.begin("d e\n%");
    trace.write(file);
    List<Execution> executions = Trace.read(file).executions();
    assertThat(executions).extracting(Execution::module).containsExactly("a", "b", "c", "d e\n%");
    assertThat(executions).extracting(Execution::parent).containsExactly(-1, 0, -1, 0);
    assertThat(executions)
        .allSatisfy(each -> assertThat(each.end()).isGreaterThanOrEqualTo(each.begin()));
  }

  @Test
  void mergedTracesHaveWhatIsLikelyFirst() throws IOException {
    List<Trace> traces = new ArrayList<>();
    for (List<String> run : List.of(List.of("classes"), List.of("closures"), List.of("closures"))) {
      StartupTrace trace = new StartupTrace();
      try (MarshalImage image = MarshalImage.map(img, traced(trace))) {
        for (String module : run) {
          trace.begin(module);
          image.module(module).code();
          trace.end(module);
        }
        trace.write(file);
      }
      traces.add(Trace.read(file));
    }
    Trace merged = Trace.merge(traces);
    merged.write(file);
    for (Trace each : List.of(merged, Trace.read(file))) {
      assertThat(each.runs()).isEqualTo(3);
      assertThat(each.roots()).containsExactly("classes", "closures");
      assertThat(each.executions())
          .extracting(Execution::module)
          .containsExactly("classes", "closures", "closures");
      try (MarshalImage image = MarshalImage.map(img)) {
        assertThat(each.find(image).offsets())
            .containsExactly(
                image.module("closures").rootOffset(), image.module("classes").rootOffset());
      }
    }
    assertThat(Files.readAllLines(file))
        .contains("object closures % % *2", "object classes % % *1");
  }

  @Test
  void codeObjectsOfOneNameHaveNumbers() throws IOException {
    StartupTrace trace = new StartupTrace();
    Path lambdas = write("lambdas.img", List.of("comprehensions"));
    try (MarshalImage image = MarshalImage.map(lambdas, traced(trace))) {
      image.module("comprehensions").root().toValue();
      trace.write(file);
    }
    assertThat(Files.readAllLines(file))
        .anyMatch(line -> line.matches("object comprehensions \\S*<listcomp>\\S* %"))
        .anyMatch(line -> line.matches("object comprehensions \\S*#2\\S* %"));
  }

  @Test
  void whatIsDeepOrHasALongNameTakesNoMoreThanItsPlace() throws IOException {
    Value deep = IntValue.of(1);
    for (int i = 0; i < 100_000; i++) {
      deep = SequenceValue.list(deep);
    }
    CodeValue code = (CodeValue) pyc("closures").root();
    for (int i = 0; i < 2000; i++) {
      code =
          CodeValue.builder(code.version())
              .code(code.code())
              .names(code.names())
              .localNames(code.localNames())
              .kinds(code.kinds())
              .filename(code.filename())
              .qualName(code.qualName())
              .lineTable(code.lineTable())
              .exceptionTable(code.exceptionTable())
              .name(StrValue.of("n".repeat(1000)))
              .consts(SequenceValue.tuple(code))
              .build();
    }
    Path path = directory.resolve("deep.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("list", deep);
      writer.add("code", code);
      writer.write(path);
    }
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image = MarshalImage.map(path, traced(trace))) {
      image.modules().forEach(module -> module.root().toValue());
      trace.write(file);
      Trace recorded = Trace.read(file);
      Trace.Found found = recorded.find(image);
      assertThat(found.passedOver()).isZero();
      assertThat(found.offsets()).hasSizeBetween(600, 2000);
    }
    assertThat(Files.size(file)).isLessThan(10_000_000);
  }

  @Test
  void filesThatAreNoTracesAreRefusedWithTheLine() throws IOException {
    String version = "no trace of this version: expected=marshal-trace 1, found=";
    assertRefused("", version + "nothing, line=1");
    assertRefused("marshal-trace 2\nlines 1\n", version + "marshal-trace 2, line=1");
    assertRefused("\u007fELF\n", version + "not in ASCII, line=1");
    assertRefused(
        "marshal-trace 1\nroot 1 a\nlines 1\n",
        "trace is cut, or lines are missing: expected as its last line=lines 2, line=3");
    assertRefused("marshal-trace 1\nlines 1", "trace is cut, or lines are missing");
    assertRefused("marshal-trace 1\nroot x a\nlines 2\n", "bad number: x, line=2");
    assertRefused("marshal-trace 1\nroot 1 a b\nlines 2\n", "expected=3, found=4, line=2");
    assertRefused("marshal-trace 1\nroot 1 %12\nlines 2\n", "bad word: %12, line=2");
    assertRefused("marshal-trace 1\nwhat\nlines 2\n", "unknown kind of line, line=2");
    assertRefused("marshal-trace 1\nobject a b\nlines 2\n", "expected=4, found=3, line=2");
    assertRefused("marshal-trace 1\nobject a b c *2\nlines 2\n", "bad number: 2, line=2");
    assertRefused("marshal-trace 1\nruns 0\nlines 2\n", "bad number: 0, line=2");
    assertRefused("marshal-trace 1\nbegin 1 1 \u00e9\nlines 2\n", "bad word: not in ASCII, line=2");
  }

  private void assertRefused(String text, String message) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> Trace.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith(", file=" + file);
  }
}
