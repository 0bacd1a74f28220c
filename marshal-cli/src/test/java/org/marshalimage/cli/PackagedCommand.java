package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;

/** For tests that run the packaged command on trees and archives that they lay out. */
abstract class PackagedCommand {
  /** Good files of several Pythons. */
  static final Path PYC_38 = TestData.path("pyc/3.8/ints.pyc");

  static final Path PYC_310 = TestData.path("pyc/3.10/ints.pyc");
  static final Path PYC_311 = TestData.path("pyc/3.11/ints.pyc");
  static final Path PYC_313 = TestData.path("pyc/3.13/ints.pyc");

  @TempDir Path directory;

  Path image() {
    return directory.resolve("x.img");
  }

  /** Copies a file to a place below the test's folder. */
  Path file(String path, Path content) throws IOException {
    // By an URI, which spells the bytes of a name in any locale of the tests.
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    StringBuilder escaped = new StringBuilder();
    for (byte each : bytes) {
      escaped.append(each == '/' ? "/" : String.format("%%%02x", each));
    }
    return place(escaped.toString(), content);
  }

  /** The same of a path whose bytes are spelled with "%". */
  Path place(String escaped, Path content) throws IOException {
    Path file = Path.of(URI.create(directory.toUri() + escaped));
    Files.createDirectories(file.getParent());
    return Files.copy(content, file);
  }

  Processes.Result marshal(Object... args) throws Exception {
    return Processes.run(directory, Processes.marshal(List.of(), args));
  }

  /** Runs a command that must be refused in one line, which is returned. */
  static String fault(Processes.Result result) {
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).as(result.err()).hasSize(1);
    assertThat(result.err()).startsWith("marshal: ");
    return result.err();
  }

  /** Asserts that all went well, and silently. */
  static Processes.Result ok(Processes.Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result;
  }

  /** Returns the names of the image's modules, and their Pythons. */
  List<String> modules() throws IOException {
    try (MarshalImage image = MarshalImage.map(image())) {
      return image.modules().stream()
          .map(module -> module.name() + " " + module.pythonVersion().orElseThrow())
          .toList();
    }
  }

  List<String> names() throws IOException {
    try (MarshalImage image = MarshalImage.map(image())) {
      return image.modules().stream().map(ImageModule::name).toList();
    }
  }

  static byte[] zip(Map<String, Path> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, Path> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        Files.copy(entry.getValue(), zip);
      }
    }
    return bytes.toByteArray();
  }
}
