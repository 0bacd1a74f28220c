package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.trace.StartupTrace;
import org.python.util.jython;

/**
 * Jython's command line with an image before it: {@code marshal-jython [--check-sources] [--trace
 * FILE] IMG [-m MODULE | -c CODE | FILE] [ARGUMENT...]}. Jython parses what follows the image, and
 * all of its options work.
 */
public final class Main {
  private static final String USAGE =
      "usage: marshal-jython [--check-sources] [--trace FILE] IMG [-m MODULE | -c CODE | FILE]"
          + " [ARGUMENT...]\n       "
          + SnapshotOptions.USAGE;

  private Main() {}

  /**
   * Runs Jython and ends the process with its exit code.
   *
   * @param args the image and Jython's arguments
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("--snapshot")) {
      System.exit(makeSnapshot(args));
    }
    boolean checksSources = false;
    StartupTrace trace = null;
    String traceFile = "";
    int at = 0;
    while (at < args.length) {
      if (args[at].equals("--check-sources")) {
        checksSources = true;
        at++;
      } else if (args[at].equals("--trace") && at + 1 < args.length) {
        trace = new StartupTrace();
        traceFile = args[at + 1];
        at += 2;
      } else {
        break;
      }
    }
    if (at == args.length || args[at].startsWith("-")) {
      if (at < args.length) {
        System.err.println(
            args[at].equals("--trace")
                ? "marshal-jython: --trace needs a file"
                : "marshal-jython: unknown option: " + args[at]);
      }
      System.err.println(USAGE);
      System.exit(2);
    }
    try {
      // Open as long as the process: Jython runs from it.
      ImageImporter importer =
          ImageImporter.of(
              Path.of(args[at]), System.getProperty("marshalimage.loop", "mapped"), trace);
      importer.setChecksSources(checksSources);
      ImageInitializer.use(importer);
      if (trace != null) {
        writeAtExit(trace, traceFile);
      }
    } catch (IOException | MarshalFormatException | IllegalArgumentException e) {
      fail(e.getMessage());
    }
    jython.main(Arrays.copyOfRange(args, at + 1, args.length));
  }

  /** Jython ends the process where it likes. */
  private static void writeAtExit(StartupTrace trace, String file) {
    Thread writer =
        new Thread(
            () -> {
              try {
                trace.write(Path.of(file));
              } catch (IOException | RuntimeException e) {
                System.err.println(
                    "marshal-jython: trace is not written: " + e.getMessage() + ", file=" + file);
              }
            });
    Runtime.getRuntime().addShutdownHook(writer);
  }

  private static int makeSnapshot(String[] args) {
    SnapshotOptions options;
    try {
      options = SnapshotOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("marshal-jython: " + e.getMessage());
      System.err.println(USAGE);
      return 2;
    }
    try {
      return new SnapshotCommand(options).run();
    } catch (NoSuchFileException e) {
      System.err.println("marshal-jython: no such file: " + e.getMessage());
      return 1;
    } catch (IOException | MarshalFormatException e) {
      System.err.println("marshal-jython: " + e.getMessage());
      return 1;
    }
  }

  private static void fail(String message) {
    System.err.println("marshal-jython: " + message);
    System.exit(1);
  }
}
