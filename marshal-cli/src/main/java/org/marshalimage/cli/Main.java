package org.marshalimage.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import org.marshalimage.format.MarshalFormatException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The {@code marshal} command. Exit code 0: done; 1: bad input, with a line on stderr for each
 * fault; 2: bad usage.
 */
@Command(
    name = "marshal",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Builds and inspects memory-mapped images of Python code objects.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BuildCommand.class,
      LinkCommand.class,
      LsCommand.class,
      ShowCommand.class,
      DumpCommand.class,
      DigestCommand.class,
      ExtractCommand.class,
      ConvertCommand.class,
      CheckCommand.class,
      VerifyCommand.class,
      StatCommand.class,
      DemoCommand.class
    })
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param args the arguments
   */
  public static void main(String[] args) {
    System.exit(run(args, new PrintWriter(System.out), new PrintWriter(System.err)));
  }

  /** Runs the command; returns its exit code. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            // What takes @FILE reads it itself: picocli ends in a stack trace if it cannot.
            .setExpandAtFiles(false)
            .setParameterExceptionHandler(Main::badUsage)
            .setExecutionExceptionHandler((e, line, result) -> failed(e, line));
    int code = commandLine.execute(args);
    out.flush();
    err.flush();
    return code;
  }

  /** Without a subcommand. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing command");
  }

  private static int badUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("marshal: " + e.getMessage());
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine line) throws Exception {
    if (!isBadInput(e)) {
      throw e;
    }
    line.getOut().flush();
    for (String each : describe(e).split("\n")) {
      line.getErr().println("marshal: " + oneLine(each));
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
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isISOControl(unit)) {
        line.append(String.format("\\u%04x", (int) unit));
      } else {
        line.append(unit);
      }
    }
    return line.toString();
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"marshal " + (version == null ? "(not packaged)" : version)};
    }
  }
}
