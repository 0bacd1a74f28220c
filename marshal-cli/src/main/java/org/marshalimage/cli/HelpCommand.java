package org.marshalimage.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows help, as {@code --help} does. */
@Command(
    name = "help",
    mixinStandardHelpOptions = true,
    description = "Lists the commands, or shows the options of one.")
final class HelpCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "A command.")
  private @Nullable String command;

  @Override
  public void run() {
    CommandLine line = spec.parent().commandLine();
    if (command != null) {
      CommandLine named = line.getSubcommands().get(command);
      if (named == null) {
        throw new UnmatchedArgumentException(line, List.of(command));
      }
      line = named;
    }
    line.usage(spec.commandLine().getOut());
  }
}
