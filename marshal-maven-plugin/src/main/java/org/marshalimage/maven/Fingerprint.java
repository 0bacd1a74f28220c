package org.marshalimage.maven;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A SHA-256 of all that an image is made of. Each part has its length beside it. */
final class Fingerprint {
  private static final int BUFFER_SIZE = 1 << 16;

  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }

  /** Adds texts. */
  Fingerprint texts(List<String> texts) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, texts.size()));
    texts.forEach(this::text);
    return this;
  }

  /** Adds a text. */
  Fingerprint text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    digest.update(bytes);
    return this;
  }

  /** Adds where a file lies, its length, and when it was written: for what hardly ever changes. */
  Fingerprint stamp(Path file) throws IOException {
    return text(file.toString()).text(stampOf(file));
  }

  /** Returns a file's length, and when it was written. */
  static String stampOf(Path file) throws IOException {
    return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
  }

  /** Adds what a file holds. */
  Fingerprint content(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_SIZE];
    long length = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count; (count = in.read(buffer)) >= 0; length += count) {
        digest.update(buffer, 0, count);
      }
    }
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
    return this;
  }

  /**
   * Adds the files below a folder, or one file; that there is none is part of it.
   *
   * @param suffix how names end of files that count
   * @param followLinks whether links below the folder are followed
   * @param withTimes whether it counts when they were written
   */
  Fingerprint tree(Path path, String suffix, boolean followLinks, boolean withTimes)
      throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.isRegularFile(path) ? text("file").content(path) : text("none");
    }
    Path root = path.toRealPath();
    for (Path file : files(root, suffix, followLinks)) {
      text(root.relativize(file).toString()).content(file);
      if (withTimes) {
        text(stampOf(file));
      }
    }
    return text("end of folder");
  }

  /**
   * Returns the files below a folder, in the order of their paths.
   *
   * @param suffix how their names end
   * @param followLinks whether links are followed; without it they are passed over
   */
  static List<Path> files(Path root, String suffix, boolean followLinks) throws IOException {
    FileVisitOption[] visit =
        followLinks ? new FileVisitOption[] {FileVisitOption.FOLLOW_LINKS} : new FileVisitOption[0];
    LinkOption[] link =
        followLinks ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    try (Stream<Path> files = Files.walk(root, visit)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && Files.isRegularFile(file, link))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Returns the sum in hex. To be called once. */
  String value() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
