package org.marshalimage.maven;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a program to its end. */
final class ChildProcess {
  private ChildProcess() {}

  /**
   * What a program did.
   *
   * @param code its exit code
   * @param out the lines of its standard output, in UTF-8
   * @param err the lines of its standard error, in UTF-8
   */
  record Result(int code, List<String> out, List<String> err) {}

  /**
   * Starts a program with nothing on its standard input and waits for it.
   *
   * @throws IOException if it cannot be started
   * @throws InterruptedIOException if the thread is interrupted; the program is ended
   */
  static Result run(ProcessBuilder builder) throws IOException {
    // Files, since of two pipes nobody reads, one may be full.
    Path out = Files.createTempFile("marshal-", ".out");
    Path err = Files.createTempFile("marshal-", ".err");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      int code = waitFor(process, builder.command().get(0));
      return new Result(code, lines(out), lines(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static int waitFor(Process process, String program) throws InterruptedIOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it ran " + program);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    // Unlike Files.readAllLines this takes what is not UTF-8.
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }
}
