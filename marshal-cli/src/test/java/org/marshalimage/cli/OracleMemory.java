package org.marshalimage.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.marshalimage.format.TestData;

/**
 * What a CPython has said of files, by the bytes of these, so that it is asked once in a build: the
 * same tests run again on another JDK, and most of what is extracted is what was built from. Kept
 * below {@code target}; for one CPython and one oracle, as they are on the disk.
 */
final class OracleMemory {
  private final Path file;
  private final Map<String, String> digests = new HashMap<>();

  private OracleMemory(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ");
        digests.put(words[0], words[1]);
      }
    }
  }

  static OracleMemory of(Path python) throws IOException {
    Path program = python.toRealPath();
    String key =
        program
            + " "
            + Files.size(program)
            + " "
            + Files.getLastModifiedTime(program)
            + " "
            + hash(Files.readAllBytes(CPythons.oracle()));
    Path folder = TestData.root().resolve("marshal-cli/target/oracle");
    return new OracleMemory(
        Files.createDirectories(folder)
            .resolve(hash(key.getBytes(StandardCharsets.UTF_8)).substring(0, 16)));
  }

  /** Returns the digest of a file with these bytes, or null. */
  String digest(Path pyc) throws IOException {
    return digests.get(hash(Files.readAllBytes(pyc)));
  }

  void add(Path pyc, String digest) throws IOException {
    String key = hash(Files.readAllBytes(pyc));
    if (digests.put(key, digest) == null) {
      List<String> line = List.of(key + ' ' + digest);
      Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
