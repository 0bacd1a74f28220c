package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.snapshot.SnapshotBuilder;
import org.marshalimage.writer.ImageWriter;

/** Paths are spelled with the names that a snapshot gives its slots. */
class SnapshotSlotNamesTest {
  private static final RecordType TYPE = new RecordType("test.function", 1, 2, 1, false);

  @TempDir Path folder;

  private Path snapshot(String name, Object home) throws IOException {
    Path file = folder.resolve(name);
    SnapshotBuilder.create(
            (object, to) -> {
              if (object instanceof String text) {
                to.value(StrValue.of(text));
              } else {
                to.record(TYPE).slot("globals", null).slot("home", home).slot("['x']", home);
              }
            })
        .root("m", new Object())
        .write(file);
    return file;
  }

  private static List<Difference> differences(Path a, Path b) throws IOException {
    try (MarshalImage left = MarshalImage.map(a);
        MarshalImage right = MarshalImage.map(b)) {
      return Comparison.create().differences(left, right);
    }
  }

  @Test
  void valueThatTheSecondMakingHasDifferentIsFoundByName() throws IOException {
    Path a = snapshot("a.img", "/home/me");
    Path b = snapshot("b.img", "/home/you");

    assertThat(differences(a, b)).extracting(Difference::path).containsExactly("home", "slot[2]");
    assertThat(differences(a, snapshot("c.img", "/home/me"))).isEmpty();
  }

  @Test
  void rootOfThatNameThatIsSomethingElseNamesNothing() throws IOException {
    for (Value names : new Value[] {IntValue.of(1), SequenceValue.list(IntValue.of(1))}) {
      Path[] files = {folder.resolve("x.img"), folder.resolve("y.img")};
      for (int i = 0; i < 2; i++) {
        try (ImageWriter writer = ImageWriter.create()) {
          writer
              .add(SlotNames.ROOT, names)
              .add("m", RecordValue.of(TYPE, IntValue.of(i), null))
              .write(files[i]);
        }
      }
      assertThat(differences(files[0], files[1]))
          .extracting(Difference::path)
          .containsExactly("slot[0]");
    }
  }
}
