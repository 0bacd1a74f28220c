package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.writer.ImageWriter;
import org.python.core.PySystemState;

/** Snapshots that another version of this library has made. */
class FitTest {
  @TempDir private Path folder;

  private Path image(String version) throws Exception {
    Path file = folder.resolve(version + ".img");
    RecordType type = new RecordType("jython.of-another-version", 1, 1, 0, false);
    try (ImageWriter writer = ImageWriter.create()) {
      writer.property("jython.state", version);
      writer.add("state:x", RecordValue.of(type, IntValue.of(1)));
      writer.write(file);
    }
    return file;
  }

  @Test
  void itsRecordsAreNotLookedAt() throws Exception {
    ImageImporter importer = ImageImporter.of(image("1"), "mapped");
    assertThat(Fit.formatMisfit(importer.image()))
        .startsWith("jython.state differs: expected=2, found=1, image=");
    assertThat(importer.library().isMaking()).isFalse();
  }

  @Test
  void allThatASnapshotWasMadeForCounts() throws Exception {
    PySystemState.initialize();
    Map<String, String> all = Fit.properties();
    assertThat(all)
        .containsKeys(
            "jython.state",
            "jython.version",
            "jython.optimize",
            "jython.division",
            "jython.py3k",
            "jython.bytes",
            "jython.encoding",
            "jython.java",
            "jython.os");
    for (String changed : all.keySet()) {
      Path file = folder.resolve(changed + ".img");
      try (ImageWriter writer = ImageWriter.create()) {
        all.forEach((name, text) -> writer.property(name, name.equals(changed) ? "other" : text));
        writer.write(file);
      }
      try (MarshalImage image = MarshalImage.map(file)) {
        assertThat(Fit.misfit(image))
            .isEqualTo(
                "%s differs: expected=%s, found=other, image=%s", changed, all.get(changed), file);
      }
    }
  }

  @Test
  void recordsThatThisVersionDoesNotHaveAreDamage() throws Exception {
    Path file = image("2");
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .contains("jython.of-another-version");
    assertThatThrownBy(() -> ImageImporter.of(file, "mapped"))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("no record of Jython's state", file.toString());
  }
}
