package org.marshalimage.cli;

import java.io.FileNotFoundException;
import java.io.IOError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalFormatException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code marshal} command. Exit code 0: done; 1: bad input, with a line on stderr for each
 * fault, or output that cannot be written; 2: bad usage; 141: standard output is a pipe that nobody
 * reads any more.
 */
@Command(
    name = "marshal",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Builds and inspects memory-mapped images of Python code objects.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "An input may be a pipe; - is standard input. Exit codes: 0 done; 1 bad input,",
      "or output that cannot be written; 2 bad usage; 141 nobody reads the output."
    })
public final class Main implements Runnable {
  private static final String NO_COMMAND = "missing command";
  private static final String HELP = "help";

  /** In the order in which {@code --help} lists them. */
  static final List<String> COMMANDS =
      List.of(
          "build", "link", "repack", "ls", "show", "dump", "digest", "extract", "convert", "check",
          "verify", "diff", "stat", "cost", "report", "demo", HELP);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  private static @Nullable Object command(String name) {
    return switch (name) {
      case "build" -> new BuildCommand();
      case "link" -> new LinkCommand();
      case "repack" -> new RepackCommand();
      case "ls" -> new LsCommand();
      case "show" -> new ShowCommand();
      case "dump" -> new DumpCommand();
      case "digest" -> new DigestCommand();
      case "extract" -> new ExtractCommand();
      case "convert" -> new ConvertCommand();
      case "check" -> new CheckCommand();
      case "verify" -> new VerifyCommand();
      case "diff" -> new DiffCommand();
      case "stat" -> new StatCommand();
      case "cost" -> new CostCommand();
      case "report" -> new ReportCommand();
      case "demo" -> new DemoCommand();
      case HELP -> new HelpCommand();
      default -> null;
    };
  }

  /**
   * Makes the model of the one command that is called, or of all where it takes all to answer:
   * picocli reads each by reflection, which for all takes a third of a start.
   */
  private static CommandLine model(String[] args) {
    CommandLine line = new CommandLine(new Main());
    List<String> needed =
        args.length > 0 && COMMANDS.contains(args[0]) && !args[0].equals(HELP)
            ? List.of(args[0])
            : COMMANDS;
    for (String name : needed) {
      line.addSubcommand(command(name));
    }
    return line;
  }

  /** Returns the model of all commands, of which completion and manual pages are made. */
  static CommandLine model() {
    return model(new String[0]);
  }

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param args the arguments
   */
  public static void main(String[] args) {
    int code = run(args, StandardOutput.writer(), FileNames.standardError());
    // Without a call of exit where none is needed: JDK 21 and newer prepare to log each.
    if (code != CommandLine.ExitCode.OK) {
      System.exit(code);
    }
  }

  /** Runs the command; returns its exit code. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    int code;
    try {
      code = execute(args, out, err);
      out.flush();
    } catch (IOError e) {
      code = StandardOutput.describe(e, err);
    }
    err.flush();
    return code;
  }

  private static int execute(String[] args, PrintWriter out, PrintWriter err) {
    String fault = FileNames.fault(args);
    if (fault != null) {
      err.println("marshal: " + fault);
      return CommandLine.ExitCode.SOFTWARE;
    }
    DirectCommand direct = DirectCommand.of(args);
    return direct == null ? parsed(args, out, err) : direct(direct, out, err);
  }

  private static int direct(DirectCommand command, PrintWriter out, PrintWriter err) {
    try {
      return command.run(out, err);
    } catch (Exception e) {
      try {
        return failed(e, out, err);
      } catch (Exception bug) {
        bug.printStackTrace(err);
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
  }

  private static int parsed(String[] args, PrintWriter out, PrintWriter err) {
    return model(args)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // What takes @FILE reads it itself: picocli ends in a stack trace if it cannot.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(Main::badUsage)
        .setExecutionExceptionHandler((e, line, result) -> failed(e, line.getOut(), line.getErr()))
        .execute(args);
  }

  /** Without a subcommand. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), NO_COMMAND);
  }

  private static int badUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("marshal: " + oneLine(problem(e)));
    if (e.getMessage().equals(NO_COMMAND)) {
      line.usage(line.getErr());
      return CommandLine.ExitCode.USAGE;
    }
    List<String> suggestions = suggestions(e, args);
    if (!suggestions.isEmpty()) {
      line.getErr().println("Did you mean " + String.join(" or ", suggestions) + "?");
    }
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static String problem(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption()
            && !e.getCommandLine().getSubcommands().isEmpty()
        ? "unknown command '" + unmatched.getUnmatched().get(0) + "'"
        : e.getMessage();
  }

  /** Finds what may have been meant by the first word that is no command or option. */
  private static List<String> suggestions(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getSuggestions();
    }
    // That an option is missing is said first; it may be there, misspelt.
    for (String arg : args) {
      String name = arg.split("=", 2)[0];
      if (name.startsWith("-") && !line.getCommandSpec().optionsMap().containsKey(name)) {
        return new UnmatchedArgumentException(line, List.of(name)).getSuggestions();
      }
    }
    return List.of();
  }

  private static int failed(Exception e, PrintWriter out, PrintWriter err) throws Exception {
    if (!isBadInput(e)) {
      throw e;
    }
    out.flush();
    for (String each : describe(e).split("\n")) {
      err.println("marshal: " + oneLine(each));
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static boolean isBadInput(Exception e) {
    return e instanceof BadInputException
        || e instanceof MarshalFormatException
        || e instanceof IOException
        || e instanceof NoSuchElementException;
  }

  /** Says what is wrong with an input, in one line for each fault. */
  static String describe(Exception e) {
    return InputFile.named(message(e));
  }

  private static String message(Exception e) {
    if (e instanceof NoSuchFileException missing && missing.getReason() == null) {
      return "no such file or directory: " + missing.getFile();
    }
    if (e instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException taken && taken.getReason() == null) {
      return "something else is there already: " + taken.getFile();
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason() + ": " + failure.getFile();
    }
    if (e instanceof FileNotFoundException) {
      return "cannot open " + e.getMessage();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * Makes a line that a terminal shows as it is: names come from files that anybody may have made,
   * and what steers a terminal must not.
   */
  static String oneLine(String text) {
    int first = 0;
    while (first < text.length() && !Character.isISOControl(text.charAt(first))) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.substring(0, first));
    for (int i = first; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isISOControl(unit)) {
        line.append(String.format("\\u%04x", (int) unit));
      } else {
        line.append(unit);
      }
    }
    return line.toString();
  }

  /**
   * The version in the jar's manifest, which has the commit behind a plus sign if the build was
   * told, and the Java that runs it.
   */
  static final class Version implements IVersionProvider, DirectCommand {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "marshal " + (version == null ? "(not packaged)" : version),
        "Java "
            + System.getProperty("java.version")
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("java.home")
      };
    }

    @Override
    public Integer run(PrintWriter out, PrintWriter err) {
      for (String line : getVersion()) {
        out.println(line);
      }
      return CommandLine.ExitCode.OK;
    }
  }
}
