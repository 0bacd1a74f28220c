package org.marshalimage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.DictView;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.compare.SlotNames;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.writer.ImageWriter;

/**
 * A small object system is kept in an image: namespaces, lists, things with an owner, and files.
 */
class SnapshotBuilderTest {
  private static final RecordType BOX = new RecordType("test.box", 1, 2, 0, false);
  private static final RecordType TABLE = new RecordType("test.table", 1, 1, 2, true);
  private static final RecordType CLOCK = new RecordType("test.clock", 1, 0, 0, false);

  @TempDir Path folder;

  /** A module's names; a dict of the image. */
  private static final class Namespace {
    final Map<String, Object> names = new LinkedHashMap<>();

    Namespace with(String name, Object object) {
      names.put(name, object);
      return this;
    }
  }

  /** Has two fields, and may belong to a module; a record of the image. */
  private static final class Box {
    Object left;
    Object right;
    String owner;
  }

  /** Entries that may be missing. */
  private static final class Registry {
    final Map<String, Object> entries = new LinkedHashMap<>();
    Object fixed;
  }

  private static final class OpenFile {}

  private static final class Clock {}

  private static final class Builtin {
    final String name;

    Builtin(String name) {
      this.name = name;
    }
  }

  private static void describe(Object object, Description description) {
    if (object instanceof Namespace namespace) {
      description.container(Kind.DICT);
      namespace.names.forEach(
          (name, value) -> description.slot(null, StrValue.of(name, true)).slot(null, value));
    } else if (object instanceof Box box) {
      description.record(BOX).slot("left", box.left).slot("right", box.right);
      if (box.owner != null) {
        description.ownedBy(box.owner);
      }
    } else if (object instanceof Registry registry) {
      description.record(TABLE);
      if (registry.fixed == null) {
        description.slot("fixed", null);
      } else {
        description.optional("fixed", registry.fixed);
      }
      registry.entries.forEach(
          (name, value) ->
              description.slot(null, StrValue.of(name)).optional("['" + name + "']", value));
      description.bytes(new byte[] {7});
    } else if (object instanceof List<?> list) {
      description.container(Kind.LIST);
      list.forEach(item -> description.slot(null, item));
    } else if (object instanceof Integer number) {
      description.value(IntValue.of(number));
    } else if (object instanceof Clock) {
      description.recipe(CLOCK, "from the machine's clock");
    } else if (object instanceof Builtin builtin) {
      description.external(builtin.name);
    } else if (object instanceof OpenFile) {
      description.refuse("open file", "close it");
    }
  }

  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("snapshot.img");
  }

  private static SnapshotBuilder builder() {
    return SnapshotBuilder.create(SnapshotBuilderTest::describe);
  }

  private static Box box(Object left, Object right) {
    Box box = new Box();
    box.left = left;
    box.right = right;
    return box;
  }

  private static Box owned(String owner, Object left) {
    Box box = box(left, null);
    box.owner = owner;
    return box;
  }

  private static ImageObject value(MarshalImage image, String root, String name) {
    DictView names = (DictView) image.root(root);
    for (int i = 0; i < names.size(); i++) {
      if (names.key(i).toString().equals(name)) {
        return names.value(i);
      }
    }
    throw new AssertionError("no " + name + " in " + root);
  }

  @Test
  void whatRootsLeadToIsKeptWithItsCycles() throws IOException {
    Box box = box(1, null);
    box.right = box;
    SnapshotReport report = builder().root("m", new Namespace().with("box", box)).write(file);

    try (MarshalImage image = MarshalImage.map(file)) {
      RecordView record = (RecordView) value(image, "m", "box");
      assertThat(record.recordType()).isEqualTo(BOX);
      assertThat(record.slot(0).toValue()).hasToString("1");
      assertThat(record.slot(1)).isEqualTo(record);
      assertThat(image.verify().isSound()).isTrue();
    }
    assertThat(report.modules()).containsExactly("m");
    assertThat(report.causes()).isEmpty();
    assertThat(report.objects()).isEqualTo(3);
  }

  @Test
  void objectThatTwoRootsLeadToIsOne() throws IOException {
    List<Object> shared = new ArrayList<>(List.of(1, 2));
    builder()
        .root("a", new Namespace().with("list", shared))
        .root("b", new Namespace().with("same", shared).with("other", new ArrayList<>(shared)))
        .write(file);

    try (MarshalImage image = MarshalImage.map(file)) {
      ImageObject list = value(image, "a", "list");
      assertThat(list).isInstanceOf(ListView.class);
      assertThat(value(image, "b", "same")).isEqualTo(list);
      assertThat(value(image, "b", "other")).isNotEqualTo(list);
      assertThat(image.verify().isSound()).isTrue();
    }
  }

  @Test
  void rootIsKnownToOthersByName() throws IOException {
    Namespace a = new Namespace();
    Namespace b = new Namespace().with("a", a);
    a.with("b", b).with("self", a);
    builder().root("a", a).root("b", b).write(file);

    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((ExternalView) value(image, "a", "b")).name()).isEqualTo("root:b");
      assertThat(((ExternalView) value(image, "a", "self")).name()).isEqualTo("root:a");
      assertThat(image.externals()).containsExactly("root:a", "root:b");
    }
  }

  @Test
  void rootThatLeadsToARefusedObjectFallsAndOthersDoNot() throws IOException {
    Namespace log = new Namespace().with("stream", box(1, new OpenFile()));
    SnapshotReport report =
        builder()
            .root("log", log)
            .root("user", new Namespace().with("log", log).with("answer", 42))
            .write(file);

    assertThat(report.fallen()).containsExactly("log");
    assertThat(report.modules()).containsExactly("user");
    assertThat(report.causes())
        .containsExactly(
            new SnapshotReport.Cause(
                "log: ['stream'].right", "open file", List.of("log"), 0, "close it"));
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.findModule("log")).isEmpty();
      assertThat(((ExternalView) value(image, "user", "log")).name()).isEqualTo("root:log");
    }
  }

  @Test
  void whoHoldsAnObjectOfAFallenRootFallsUntilNothingChanges() throws IOException {
    Box socketError = owned("socket", 1);
    Box clientError = owned("client", socketError);
    SnapshotReport report =
        builder()
            .root("socket", new Namespace().with("error", socketError).with("fd", new OpenFile()))
            .root("client", new Namespace().with("error", clientError))
            .root("page", new Namespace().with("caught", clientError))
            .root("other", new Namespace().with("x", owned("other", 1)))
            .write(file);

    assertThat(report.fallen()).containsExactly("client", "page", "socket");
    assertThat(report.modules()).containsExactly("other");
    assertThat(report.causes()).hasSize(1);
    assertThat(report.causes().get(0).roots()).containsExactly("client", "page", "socket");
  }

  @Test
  void objectThatBelongsToAKeptRootMayBeHeldByOthers() throws IOException {
    Box division = owned("future", 1);
    SnapshotReport report =
        builder()
            .root("future", new Namespace().with("division", division))
            .root("datetime", new Namespace().with("division", division))
            .write(file);

    assertThat(report.fallen()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(value(image, "datetime", "division"))
          .isEqualTo(value(image, "future", "division"));
    }
  }

  @Test
  void objectOfARootThatIsNotThereIsNotKept() throws IOException {
    SnapshotReport report =
        builder().root("m", new Namespace().with("x", owned("gone", 1))).write(file);

    assertThat(report.causes())
        .containsExactly(
            new SnapshotReport.Cause(
                "m: ['x']",
                "object of gone, which is no root",
                List.of("m"),
                0,
                "add gone to the roots"));
  }

  @Test
  void whatMayBeMissingIsLeftOutAsAWhole() throws IOException {
    Registry registry = new Registry();
    registry.entries.put("file", new OpenFile());
    registry.entries.put("number", 5);
    registry.entries.put("holder", box(new OpenFile(), null));
    registry.fixed = new OpenFile();
    SnapshotReport report = builder().outside("registry", registry).write(file);

    assertThat(report.outside()).containsExactly("registry");
    assertThat(report.leftOut())
        .containsExactly(
            new SnapshotReport.LeftOut("registry: fixed", "open file"),
            new SnapshotReport.LeftOut("registry: ['file']", "open file"),
            new SnapshotReport.LeftOut("registry: ['holder']", "leads to what cannot be kept"));
    try (MarshalImage image = MarshalImage.map(file)) {
      RecordView record = (RecordView) image.root("registry");
      assertThat(record.slot(0)).isNull();
      assertThat(record.repetitions()).isEqualTo(1);
      assertThat(record.repeated(0, 0)).hasToString("number");
      assertThat(record.repeated(0, 1).toValue()).hasToString("5");
      assertThat(record.bytes().toByteArray()).containsExactly(7);
      assertThat(image.verify().isSound()).isTrue();
    }
  }

  @Test
  void causesOfOneKindThatChangeNothingMoreAreOneLine() throws IOException {
    SnapshotReport report =
        builder()
            .root(
                "m",
                new Namespace()
                    .with("a", new OpenFile())
                    .with("b", new OpenFile())
                    .with("c", new OpenFile()))
            .write(file);

    assertThat(report.causes()).hasSize(1);
    assertThat(report.toText())
        .contains("  m: ['a'] and 2 like it  open file  not kept: m  close it\n");
  }

  @Test
  void lineOfTheReportIsOneWhateverNamesHave() throws IOException {
    SnapshotReport report =
        builder()
            .root("m", new Namespace().with("a\n  b: ['x']\u001b[2J", new OpenFile()))
            .write(file);

    assertThat(report.toText().lines()).hasSize(3);
    assertThat(report.toText()).doesNotContain("\u001b").contains("  m: ['a\\n  b: ['x']");
  }

  @Test
  void kindThatNobodyKnowsIsNeverWritten() throws IOException {
    SnapshotReport report =
        builder().root("m", new Namespace().with("thread", new Thread())).write(file);

    assertThat(report.fallen()).containsExactly("m");
    assertThat(report.causes().get(0).kind()).startsWith("java.lang.Thread, which nobody");
  }

  @Test
  void recipesAndExternalsAreWrittenAndToldOf() throws IOException {
    SnapshotReport report =
        builder()
            .root(
                "time",
                new Namespace()
                    .with("clock", new Clock())
                    .with("other", new Clock())
                    .with("print", new Builtin("builtins.print")))
            .write(file);

    assertThat(report.recipes())
        .containsExactly(
            new SnapshotReport.Recipe("from the machine's clock", "time: ['clock']", 2));
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((RecordView) value(image, "time", "clock")).recordType()).isEqualTo(CLOCK);
      assertThat(((ExternalView) value(image, "time", "print")).name()).isEqualTo("builtins.print");
    }
  }

  @Test
  void valueIsOneObjectWhereverItIsGiven() throws IOException {
    SequenceValue list = SequenceValue.list(IntValue.of(3));
    builder()
        .root("a", new Namespace().with("x", list))
        .root("b", new Namespace().with("x", box(list, null)))
        .write(file);

    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((RecordView) value(image, "b", "x")).slot(0)).isEqualTo(value(image, "a", "x"));
    }
  }

  @Test
  void bytesOfTheFileDoNotDependOnTheOrderOfRoots() throws IOException {
    Box shared = box(1, null);
    Namespace a = new Namespace().with("x", shared).with("f", new OpenFile());
    Namespace b = new Namespace().with("x", shared).with("a", a);
    Namespace c = new Namespace().with("y", box(shared, b));
    builder().root("a", a).root("b", b).root("c", c).write(file);
    Path other = folder.resolve("other.img");
    builder().root("c", c).root("a", a).root("b", b).write(other);

    assertThat(file).hasSameBinaryContentAs(other);
  }

  @Test
  void secondWritingWalksAgain() throws IOException {
    Namespace m = new Namespace().with("f", new OpenFile());
    SnapshotBuilder builder = builder().root("m", m);

    assertThat(builder.write(file).fallen()).containsExactly("m");
    m.with("f", 1);
    SnapshotReport report = builder.write(file);
    assertThat(report.fallen()).isEmpty();
    assertThat(report.modules()).containsExactly("m");
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(value(image, "m", "f").toValue()).hasToString("1");
    }
  }

  @Test
  void faultOfADescriberNamesThePath() {
    Namespace m = new Namespace().with("x", box(new StringBuilder(), null));
    Describer failing =
        (object, description) -> {
          if (object instanceof StringBuilder) {
            throw new UnsupportedOperationException("no builders");
          }
          describe(object, description);
        };

    assertThatThrownBy(() -> SnapshotBuilder.create(failing).root("m", m).write(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("m: ['x'].left: cannot be described: no builders");
    assertThat(file).doesNotExist();
  }

  @Test
  void descriptionThatIsWrongNamesThePath() {
    assertThatThrownBy(() -> write((object, to) -> to.record(BOX).slot("left", null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("m: record of test.box version 1 cannot have so many slots: found=1");
    assertThatThrownBy(
            () -> write((object, to) -> to.container(Kind.DICT).slot(null, IntValue.of(1))))
        .hasMessage("m: a key without a value");
    assertThatThrownBy(
            () -> write((object, to) -> to.container(Kind.SLICE).slot(null, IntValue.of(1))))
        .hasMessage("m: a slice of 1 slots, not of 3");
    assertThatThrownBy(() -> write((object, to) -> to.container(Kind.INT)))
        .hasMessageContaining("m: cannot be described: no container: int");
    assertThatThrownBy(() -> write((object, to) -> to.container(Kind.LIST).slot(null, null)))
        .hasMessageContaining("empty slot of a container");
    assertThatThrownBy(() -> write((object, to) -> to.record(BOX).record(BOX)))
        .hasMessageContaining("described twice");
    assertThatThrownBy(() -> write((object, to) -> to.slot("x", null)))
        .hasMessageContaining("a slot of what has none");
    assertThatThrownBy(() -> write((object, to) -> to.record(BOX).bytes(new byte[1])))
        .hasMessageContaining("cannot have so many slots");
    assertThat(file).doesNotExist();
  }

  private void write(Describer describer) throws IOException {
    SnapshotBuilder.create(describer).root("m", new Object()).write(file);
  }

  @Test
  void namesAndRootsAreGivenOnce() {
    Namespace m = new Namespace();
    SnapshotBuilder builder = builder().root("m", m).property("made.by", "test");

    assertThatThrownBy(() -> builder.outside("m", new Namespace()))
        .hasMessage("two roots of one name: m");
    assertThatThrownBy(() -> builder.root("", m)).hasMessage("a root needs a name");
    assertThatThrownBy(() -> builder.property("made.by", "x")).hasMessageContaining("set twice");
    assertThatThrownBy(() -> builder.root("n", m).write(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two roots are one object: m and n");
  }

  @Test
  void chainIsNotTooDeepAndALongPathIsShort() throws IOException {
    Object last = new OpenFile();
    for (int i = 0; i < 1_000_000; i++) {
      last = box(last, null);
    }
    SnapshotReport report =
        builder()
            .root("deep", new Namespace().with("chain", last))
            .root("other", new Namespace().with("x", 1))
            .write(file);

    String lefts = ".left".repeat(9);
    assertThat(report.causes().get(0).path())
        .isEqualTo("deep: ['chain']" + lefts + " ...999981 more... " + lefts + ".left");
    assertThat(report.modules()).containsExactly("other");
  }

  @Test
  void slotsAreNamedInTheImage() throws IOException {
    Registry registry = new Registry();
    registry.entries.put("x", 1);
    builder().root("m", new Namespace().with("b", box(1, 2))).outside("r", registry).write(file);

    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.root(SlotNames.ROOT).toValue())
          .usingRecursiveComparison()
          .isEqualTo(
              DictValue.dict(
                  StrValue.of("test.box 1"),
                  SequenceValue.tuple(StrValue.of("left", true), StrValue.of("right", true)),
                  StrValue.of("test.table 1"),
                  SequenceValue.tuple(StrValue.of("fixed", true))));
    }
  }

  @Test
  void deepChainIsKept() throws IOException {
    Object last = 7;
    for (int i = 0; i < 1_000_000; i++) {
      last = box(last, null);
    }
    SnapshotReport report = builder().root("deep", new Namespace().with("x", last)).write(file);

    assertThat(report.objects()).isEqualTo(1_000_002);
    try (MarshalImage image = MarshalImage.map(file)) {
      ImageObject at = value(image, "deep", "x");
      for (int i = 0; i < 1_000_000; i++) {
        at = ((RecordView) at).slot(0);
      }
      assertThat(at.toValue()).hasToString("7");
    }
  }

  @Test
  void jsonSaysWhatTheReportHas() throws IOException {
    Registry registry = new Registry();
    registry.entries.put("f", new OpenFile());
    SnapshotReport report =
        builder()
            .root("m", new Namespace().with("a", new OpenFile()))
            .root("k", new Namespace().with("c", new Clock()))
            .outside("r", registry)
            .write(file);

    String json = report.toJson();
    int depth = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        depth++;
      }
    }
    assertThat(depth).isGreaterThan(40);
    assertThat(json)
        .contains("\"id\":\"" + report.image().id() + "\"")
        .contains("\"modules\":[\"k\"],\"outside\":[\"r\"],\"fallen\":[\"m\"]")
        .contains(
            "{\"path\":\"m: ['a']\",\"kind\":\"open file\",\"roots\":[\"m\"],\"more\":0,"
                + "\"remedy\":\"close it\"}")
        .contains("\"how\":\"from the machine's clock\"")
        .contains("{\"path\":\"r: ['f']\",\"why\":\"open file\"}");
  }

  @Test
  void refusedGraphLeavesTheWriterAsItWas() throws IOException {
    SequenceValue list = SequenceValue.list(IntValue.of(1));
    SequenceValue bad = SequenceValue.set(list);
    try (ImageWriter writer = ImageWriter.create().keepIdentity()) {
      SequenceValue.Builder cycle = SequenceValue.unfinished(Kind.LIST.typeCode());
      cycle.finish(new org.marshalimage.format.model.Value[] {cycle.value(), list, bad});
      assertThatThrownBy(() -> writer.add("bad", cycle.value()))
          .isInstanceOf(IllegalArgumentException.class);
      writer.add("a", SequenceValue.tuple(list)).add("b", list).write(file);
    }
    Path other = folder.resolve("other.img");
    try (ImageWriter writer = ImageWriter.create().keepIdentity()) {
      writer.add("a", SequenceValue.tuple(list)).add("b", list).write(other);
    }

    assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(other));
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.verify().isSound()).isTrue();
    }
  }
}
