package org.marshalimage.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Standard output that ends the command when it cannot be written. {@link System#out} and {@link
 * PrintWriter} keep such a failure to themselves, and a command would work to its end for nobody.
 * So the first one is thrown as an {@link IOError}: no command takes that for a fault of its input,
 * and it passes through writers and picocli.
 */
final class StandardOutput extends OutputStream {
  /**
   * Exit code when nobody reads any more, as a shell gives it for tools that SIGPIPE ends: 128 and
   * the signal's number.
   */
  static final int CLOSED_PIPE = 128 + 13;

  /** Of a file's mode, what kind it is; a pipe and a socket. */
  private static final int KIND_MASK = 0170000;

  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  private final OutputStream out;
  private boolean failed;

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** Returns a writer to standard output, in the encoding that the system asks for. */
  static PrintWriter writer() {
    Charset charset = FileNames.charsetOfOutput(System.getProperty("stdout.encoding"));
    OutputStream out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    return new PrintWriter(out, false, charset);
  }

  @Override
  public void write(int unit) {
    write(new byte[] {(byte) unit}, 0, 1);
  }

  /** Writes bytes; does nothing once that has failed. */
  @Override
  public void write(byte[] bytes, int start, int length) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, start, length);
    } catch (IOException e) {
      failed = true;
      throw new IOError(e);
    }
  }

  /** Says what went wrong, unless it is that nobody reads any more; returns the exit code. */
  static int describe(IOError failure, PrintWriter err) {
    String reason = String.valueOf(failure.getCause().getMessage());
    if (isPipe(reason)) {
      return CLOSED_PIPE;
    }
    err.println("marshal: cannot write standard output: " + reason);
    return 1;
  }

  /** A write to a pipe fails for one reason alone, which systems name in their own languages. */
  private static boolean isPipe(String reason) {
    try {
      int mode = (Integer) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode");
      return (mode & KIND_MASK) == PIPE || (mode & KIND_MASK) == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return reason.toLowerCase(Locale.ROOT).contains("pipe");
    }
  }
}
