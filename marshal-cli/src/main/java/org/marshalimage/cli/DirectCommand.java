package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that can be run without picocli. Loading picocli and the model of a command takes three
 * quarters of the time of {@code marshal ls}, and a command line of operands alone needs no parser.
 * Whatever has an option in it, or is wrong, is picocli's.
 */
interface DirectCommand {
  /**
   * Does the work; returns the exit code.
   *
   * @param out standard output
   * @param err standard error
   */
  Integer run(PrintWriter out, PrintWriter err) throws IOException;

  /** Returns the command that the arguments name, or null if they need the parser. */
  static @Nullable DirectCommand of(String[] args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      return new Main.Version();
    }
    if (args.length < 2) {
      return null;
    }
    for (String arg : args) {
      if (arg.startsWith("-")) {
        return null;
      }
    }
    try {
      return of(args[0], args);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable DirectCommand of(String name, String[] args) {
    switch (name) {
      case "ls":
        return args.length == 2 ? new LsCommand(Path.of(args[1])) : null;
      case "stat":
        return args.length == 2 ? new StatCommand(Path.of(args[1])) : null;
      case "show":
        return args.length == 3 ? new ShowCommand(Path.of(args[1]), args[2]) : null;
      case "dump":
        return args.length == 2 ? new DumpCommand(Path.of(args[1])) : null;
      case "digest":
        return new DigestCommand(operands(args));
      case "verify":
        return new VerifyCommand(operands(args));
      default:
        return null;
    }
  }

  private static List<Path> operands(String[] args) {
    List<Path> paths = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      paths.add(Path.of(args[i]));
    }
    return paths;
  }
}
