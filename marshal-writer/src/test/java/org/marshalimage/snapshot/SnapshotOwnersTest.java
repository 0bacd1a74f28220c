package org.marshalimage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.Value;

/** What becomes of those who hold something of a root that falls back. */
class SnapshotOwnersTest {
  private static final RecordType THING = new RecordType("test.thing", 1, 1, 0, false);

  @TempDir Path folder;
  private Path file;

  /** Belongs to a root, and may have a name there; leads to one object. */
  private static final class Thing {
    final String owner;
    final String name;
    Object to;

    Thing(String owner, String name, Object to) {
      this.owner = owner;
      this.name = name;
      this.to = to;
    }
  }

  /** A root that stands on others. */
  private static final class Module {
    final List<Object> items;
    final List<String> pillars;

    Module(List<String> pillars, Object... items) {
      this.pillars = pillars;
      this.items = List.of(items);
    }
  }

  /** A list whose items may be missing. */
  private static final class Registry {
    final List<Object> items;

    Registry(Object... items) {
      this.items = List.of(items);
    }
  }

  private static final class OpenFile {}

  private static void describe(Object object, Description description) {
    if (object instanceof Thing thing) {
      if (thing.name == null) {
        description.ownedBy(thing.owner);
      } else {
        description.ownedBy(thing.owner, "member:" + thing.owner + "/" + thing.name);
      }
      if (thing.to instanceof OpenFile) {
        description.refuse("class of Java", "");
      } else {
        description.record(THING).slot("to", thing.to);
      }
    } else if (object instanceof Module module) {
      description.container(Kind.LIST);
      module.pillars.forEach(description::fallsWith);
      module.items.forEach(item -> description.slot(null, item));
    } else if (object instanceof Registry registry) {
      description.container(Kind.LIST);
      registry.items.forEach(item -> description.optional(null, item));
    } else if (object instanceof Value value) {
      description.value(value);
    } else {
      description.refuse("open file", "close it");
    }
  }

  @BeforeEach
  void nameFile() {
    file = folder.resolve("snapshot.img");
  }

  private static SnapshotBuilder builder() {
    return SnapshotBuilder.create(SnapshotOwnersTest::describe);
  }

  private static Module module(Object... items) {
    return new Module(List.of(), items);
  }

  private List<String> names(String root) throws IOException {
    List<String> names = new ArrayList<>();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.verify().isSound()).isTrue();
      ListView list = (ListView) image.root(root);
      for (int i = 0; i < list.size(); i++) {
        ImageObject item = list.get(i);
        names.add(item instanceof ExternalView external ? external.name() : item.toString());
      }
    }
    return names;
  }

  @Test
  void whatItsRootHasByNameIsFoundThereOnceTheRootHasFallen() throws IOException {
    Thing error = new Thing("socket", "error", null);
    SnapshotReport report =
        builder()
            .root("socket", module(error, new OpenFile()))
            .root("client", module(error))
            .root("page", module(new Thing("page", null, error)))
            .write(file);

    assertThat(report.fallen()).containsExactly("socket");
    assertThat(names("client")).containsExactly("member:socket/error");
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(image.externals()).containsExactly("member:socket/error");
    }
  }

  @Test
  void whatCannotBeKeptItselfTakesItsRootAndNobodyElse() throws IOException {
    Thing runner = new Thing("threads", "Runner", new OpenFile());
    Thing leading = new Thing("threads", "lead", new OpenFile());
    leading.to = new Thing("threads", null, new OpenFile());
    SnapshotReport report =
        builder()
            .root("threads", module(runner, leading))
            .root("user", module(runner, leading))
            .write(file);

    assertThat(report.fallen()).containsExactly("threads");
    assertThat(report.causes().get(0).roots()).containsExactly("threads");
    assertThat(names("user")).containsExactly("member:threads/Runner", "member:threads/lead");
  }

  @Test
  void whatIsReachedFromAnObjectThatIsFoundByNameIsNotWritten() throws IOException {
    Thing inner = new Thing("m", null, null);
    Thing outer = new Thing("m", "outer", inner);
    SnapshotReport report =
        builder().root("m", module(outer, new OpenFile())).root("n", module(outer)).write(file);

    assertThat(report.modules()).containsExactly("n");
    assertThat(report.objects()).isEqualTo(2);
  }

  @Test
  void ofAKeptRootItIsTheObjectItself() throws IOException {
    Thing error = new Thing("socket", "error", null);
    SnapshotReport report =
        builder().root("socket", module(error)).root("client", module(error)).write(file);

    assertThat(report.fallen()).isEmpty();
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((ListView) image.root("client")).get(0))
          .isEqualTo(((ListView) image.root("socket")).get(0));
    }
  }

  @Test
  void nameInARootThatIsNotThereIsNone() throws IOException {
    SnapshotReport report = builder().root("m", module(new Thing("gone", "x", null))).write(file);

    assertThat(report.fallen()).containsExactly("m");
  }

  /** Its module enters it again when it is imported. */
  @Test
  void whatMayBeMissingIsLeftOutIfItIsOfAFallenRoot() throws IOException {
    Thing codec = new Thing("codec", "search", null);
    SnapshotReport report =
        builder()
            .root("codec", module(codec, new OpenFile()))
            .root("registry", module(new Registry(codec, new Thing("registry", null, null))))
            .write(file);

    assertThat(report.fallen()).containsExactly("codec");
    assertThat(report.leftOut()).hasSize(1);
    try (MarshalImage image = MarshalImage.map(file)) {
      assertThat(((ListView) ((ListView) image.root("registry")).get(0)).size()).isEqualTo(1);
    }
  }

  @Test
  void rootFallsWithThoseThatItStandsOn() throws IOException {
    SnapshotReport report =
        builder()
            .root("registry", module(new OpenFile()))
            .root(
                "plugin", new Module(List.of("other", "registry"), new Thing("plugin", "f", null)))
            .root("other", module())
            .root("last", new Module(List.of("plugin", "nothing of that name")))
            .write(file);

    assertThat(report.fallen()).containsExactly("last", "plugin", "registry");
    assertThat(report.modules()).containsExactly("other");
  }
}
