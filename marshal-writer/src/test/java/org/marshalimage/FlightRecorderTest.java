package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** Flight Recorder's events. */
class FlightRecorderTest {
  @TempDir Path directory;

  private static List<RecordedEvent> events(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("org.marshalimage."))
        .collect(Collectors.toList());
  }

  @Test
  void mappingAndLinkingAreRecorded() throws Exception {
    Path path = directory.resolve("x.img");
    Files.copy(TestData.path(ImageFiles.SOUND), path);
    Path file = directory.resolve("x.jfr");
    LinkReport report;
    try (Recording recording = new Recording()) {
      recording.enable("org.marshalimage.Map").withoutThreshold();
      recording.enable("org.marshalimage.Link").withoutThreshold();
      recording.disable("org.marshalimage.FirstUse");
      recording.start();
      MarshalImage.map(path).close();
      try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
        image.module("shop").code();
        image.linkAll();
        report = image.linkReport();
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = events(file);
    assertThat(events)
        .allSatisfy(event -> assertThat(event.getString("path")).isEqualTo(path.toString()));
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .containsExactly(
            "org.marshalimage.Map",
            "org.marshalimage.Map",
            "org.marshalimage.Link",
            "org.marshalimage.Link");
    assertThat(events.get(0).getBoolean("isInPlace")).isFalse();
    assertThat(events.get(1).getLong("address")).isEqualTo(report.address());
    assertThat(events.get(1).getLong("length")).isEqualTo(Files.size(path));
    assertThat(events.get(2).getString("module")).isEqualTo("shop");
    assertThat(events.get(2).getLong("objects") + events.get(3).getLong("objects"))
        .isEqualTo(report.objectsLinked());
    assertThat(events.get(2).getLong("slots") + events.get(3).getLong("slots"))
        .isEqualTo(report.slotsRelocated());
    assertThat(events.get(2).getLong("typeWords")).isPositive();
    assertThat(events.get(2).getLong("typeWords") + events.get(3).getLong("typeWords"))
        .isEqualTo(report.typeWordsPatched());
    assertThat(events.get(2).getLong("pages")).isPositive();
    assertThat(events.get(2).getLong("pages") + events.get(3).getLong("pages"))
        .isEqualTo(report.pagesWritten());
    // From before the work to after it, and not the moment when it was recorded.
    assertThat(events)
        .allSatisfy(event -> assertThat(event.getDuration()).isGreaterThan(Duration.ZERO));
  }

  @Test
  void firstUseOfEachModuleIsRecordedReadOnlyToo() throws Exception {
    Path path = directory.resolve("x.img");
    Files.copy(TestData.path(ImageFiles.SOUND), path);
    Path file = directory.resolve("uses.jfr");
    long length;
    try (Recording recording = new Recording()) {
      recording.enable("org.marshalimage.FirstUse");
      recording.start();
      try (MarshalImage image = MarshalImage.map(path)) {
        image.module("shop").code();
        image.module("shop").code();
        length = image.module("shop").segmentLength();
      }
      try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
        image.rootOffset("shop");
        image.rootOffset("shop");
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        events(file).stream()
            .filter(event -> event.getEventType().getName().equals("org.marshalimage.FirstUse"))
            .collect(Collectors.toList());
    assertThat(events).hasSize(2);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getString("path")).isEqualTo(path.toString());
              assertThat(event.getString("module")).isEqualTo("shop");
              assertThat(event.getLong("length")).isEqualTo(length);
              assertThat(event.getDuration("nanos")).isGreaterThan(Duration.ZERO);
            });
  }
}
