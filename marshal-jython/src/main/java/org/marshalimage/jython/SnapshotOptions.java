package org.marshalimage.jython;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.python.core.Options;

/** What the command line says of a snapshot that is to be made. */
final class SnapshotOptions {
  static final String USAGE =
      "marshal-jython --snapshot APP.img [--from LIB.img ...] [--allow FILE] [--strict]"
          + " [--reimport MODULE ...] [--python PYTHON2.7] [-S] [-O] [-Q old|warn|warnall|new] [-3]"
          + " -c CODE | -m MODULE | -jar JAR | FILE [ARGUMENT...]";
  private static final List<String> DIVISIONS = List.of("old", "warn", "warnall", "new");

  private final List<Path> from = new ArrayList<>();
  private final List<String> reimport = new ArrayList<>();
  private @Nullable Path target;
  private @Nullable Path allow;
  private @Nullable String python;
  private boolean isStrict;
  private boolean withSite = true;

  /** Those of the interpreter that are properties of the snapshot, as it takes them. */
  private final List<String> interpreter = new ArrayList<>();

  private @Nullable String kind;
  private @Nullable String what;
  private String[] arguments = {};

  private SnapshotOptions() {}

  /**
   * Parses a command line.
   *
   * @throws IllegalArgumentException if it is wrong; the message is for the user
   */
  static SnapshotOptions parse(String[] args) {
    SnapshotOptions options = new SnapshotOptions();
    int at = 0;
    while (at < args.length && options.what == null) {
      String option = args[at++];
      switch (option) {
        case "--snapshot" -> options.target = Path.of(value(args, at++, option));
        case "--from" -> options.from.add(Path.of(value(args, at++, option)));
        case "--reimport" -> options.reimport.add(value(args, at++, option));
        case "--allow" -> options.allow = Path.of(value(args, at++, option));
        case "--python" -> options.python = value(args, at++, option);
        case "--strict" -> options.isStrict = true;
        case "-S" -> options.withSite = false;
        case "-O", "-OO", "-3" -> options.interpreter.add(option);
        case "-Q" -> options.interpreter.add(option + division(value(args, at++, option)));
        case "-c", "-m" -> {
          options.kind = option;
          options.what = value(args, at++, option);
        }
        case "-jar" -> {
          options.kind = option;
          options.what = absolute(value(args, at++, option));
        }
        default -> {
          if (option.startsWith("-Q")) {
            options.interpreter.add("-Q" + division(option.substring(2)));
            continue;
          }
          if (option.startsWith("-")) {
            throw new IllegalArgumentException("unknown option: " + option);
          }
          options.kind = "";
          options.what = absolute(option);
        }
      }
    }
    if (options.target == null) {
      throw new IllegalArgumentException("--snapshot APP.img is missing");
    }
    if (options.what == null) {
      throw new IllegalArgumentException(
          "no program: -c CODE, -m MODULE, -jar JAR or FILE is missing");
    }
    options.arguments = Arrays.copyOfRange(args, Math.min(at, args.length), args.length);
    return options;
  }

  private static String absolute(String file) {
    return Path.of(file).toAbsolutePath().normalize().toString();
  }

  private static String division(String value) {
    if (!DIVISIONS.contains(value)) {
      throw new IllegalArgumentException("-Q is one of old, warn, warnall, new: found=" + value);
    }
    return value;
  }

  /** Sets what the interpreter's options set, before it is started. */
  void setInterpreterOptions() {
    for (String option : interpreter) {
      switch (option) {
        case "-O" -> Options.optimize++;
        case "-OO" -> Options.optimize += 2;
        case "-3" -> {
          Options.py3k_warning = true;
          Options.division_warning = Math.max(1, Options.division_warning);
        }
        case "-Qnew" -> Options.Qnew = true;
        default -> Options.division_warning = DIVISIONS.indexOf(option.substring(2));
      }
    }
  }

  private static String value(String[] args, int index, String option) {
    if (index >= args.length) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return args[index];
  }

  Path target() {
    return target;
  }

  List<Path> from() {
    return from;
  }

  /** Returns the modules that are not to be kept, but executed when they are imported. */
  List<String> reimport() {
    return reimport;
  }

  @Nullable Path allow() {
    return allow;
  }

  @Nullable String python() {
    return python;
  }

  boolean isStrict() {
    return isStrict;
  }

  boolean withSite() {
    return withSite;
  }

  /** Returns {@code -c}, {@code -m}, {@code -jar}, or nothing for a file. */
  String kind() {
    return kind;
  }

  /** Returns the code, the module's name or the file. */
  String what() {
    return what;
  }

  /** Returns {@code sys.argv}. */
  String[] argv() {
    String[] argv = new String[arguments.length + 1];
    argv[0] = kind.equals("-c") || kind.equals("-m") ? kind : what;
    System.arraycopy(arguments, 0, argv, 1, arguments.length);
    return argv;
  }

  /** Returns the same options with another target, for a process that makes the image once. */
  List<String> withTarget(Path other) {
    List<String> args = new ArrayList<>(List.of("--snapshot", other.toString()));
    for (Path each : from) {
      args.addAll(List.of("--from", each.toAbsolutePath().toString()));
    }
    for (String each : reimport) {
      args.addAll(List.of("--reimport", each));
    }
    String compiler = python == null ? TextCompiler.findPython() : python;
    if (compiler != null) {
      args.addAll(List.of("--python", compiler));
    }
    if (!withSite) {
      args.add("-S");
    }
    args.addAll(interpreter);
    if (!kind.isEmpty()) {
      args.add(kind);
    }
    args.add(what);
    args.addAll(List.of(arguments));
    return args;
  }
}
