package org.marshalimage.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.marshalimage.writer.internal.OutputFile;

/** Reads and writes texts of lines. */
final class TextFiles {
  /** Bytes of the longest file that is read. */
  private static final int MAX_LENGTH = 1 << 28;

  private TextFiles() {}

  /**
   * Reads a file.
   *
   * @param kind what it is, for messages
   */
  static String read(Path file, Charset charset, String kind) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_LENGTH + 1);
      if (bytes.length > MAX_LENGTH) {
        throw new IOException(
            "file is too long for " + kind + ": max=" + MAX_LENGTH + ", file=" + file);
      }
      return new String(bytes, charset);
    }
  }

  /** Writes a trace, so that a reader of the name sees the old file or the new one, whole. */
  static void write(Path file, List<String> lines) throws IOException {
    try (OutputFile out = OutputFile.create(file, "trace")) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
      out.commit();
    }
  }
}
