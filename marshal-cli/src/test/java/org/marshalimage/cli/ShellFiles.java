package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Makes what a shell has of the command from picocli's model: the completion script, for bash and
 * for zsh with its bashcompinit, and a manual page for each command. What picocli has for manual
 * pages makes AsciiDoc, and to make pages of that takes a Ruby interpreter.
 */
public final class ShellFiles {
  private static final String MANUAL = "Marshal Image";

  private final CommandLine model = Main.model();
  private final String version;
  private final String date;

  private ShellFiles(String version, String date) {
    this.version = version;
    this.date = date;
  }

  /**
   * Writes the files.
   *
   * @param args the folder, which is made; the version of the command; the date of the build
   */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), args[1], args[2].replaceFirst("T.*", ""));
  }

  static void write(Path folder, String version, String date) throws IOException {
    ShellFiles files = new ShellFiles(version, date);
    Path completions = Files.createDirectories(folder.resolve("bash-completion/completions"));
    Files.writeString(completions.resolve("marshal"), files.completion());
    Path pages = Files.createDirectories(folder.resolve("man/man1"));
    Files.writeString(pages.resolve("marshal.1"), files.page(files.model.getCommandSpec()));
    for (CommandLine each : files.model.getSubcommands().values()) {
      Files.writeString(
          pages.resolve(name(each.getCommandSpec()) + ".1"), files.page(each.getCommandSpec()));
    }
  }

  private String completion() {
    // Words are taken in any case, and pages have them in small letters; picocli has constants.
    return Pattern.compile("_option_args=\\(\"[^)]*\\)")
        .matcher(AutoComplete.bash(model.getCommandName(), model))
        .replaceAll(words -> words.group().toLowerCase(Locale.ROOT));
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  private String page(CommandSpec command) {
    Roff page = new Roff();
    page.title(name(command), date, MANUAL + " " + version, MANUAL);
    List<String> description = List.of(command.usageMessage().description());
    page.section("NAME");
    page.line(Roff.escape(name(command)) + " \\- " + Roff.escape(plain(description.get(0))));
    page.section("SYNOPSIS");
    page.text(new CommandLine.Help(command).synopsis(0).replaceAll("\\s+", " ").strip());
    page.section("DESCRIPTION");
    description.forEach(line -> page.text(plain(line)));
    arguments(page, command);
    if (!command.subcommands().isEmpty()) {
      page.section("COMMANDS");
      for (CommandLine each : command.subcommands().values()) {
        page.item(
            "\\fB" + Roff.escape(name(each.getCommandSpec())) + "\\fR(1)",
            List.of(plain(each.getCommandSpec().usageMessage().description()[0])));
      }
    }
    List<String> notes = new ArrayList<>(List.of(command.usageMessage().footer()));
    notes.removeIf(String::isBlank);
    if (!notes.isEmpty()) {
      page.section("NOTES");
      notes.forEach(line -> page.text(plain(line)));
    }
    page.section("EXIT STATUS");
    page.text(
        "0: done. 1: bad input, a finding, or output that cannot be written. 2: bad usage. 141:"
            + " nobody reads the output.");
    page.section("SEE ALSO");
    page.line("\\fBmarshal\\fR(1)");
    return page.toString();
  }

  private static void arguments(Roff page, CommandSpec command) {
    page.section("OPTIONS");
    for (PositionalParamSpec each : command.positionalParameters()) {
      if (!each.hidden()) {
        page.item("\\fI" + Roff.escape(each.paramLabel()) + "\\fR", description(each));
      }
    }
    TreeMap<String, OptionSpec> options = new TreeMap<>();
    command.options().forEach(option -> options.put(option.longestName(), option));
    for (OptionSpec each : options.values()) {
      if (!each.hidden()) {
        List<String> names = new ArrayList<>();
        for (String name : each.names()) {
          names.add("\\fB" + Roff.escape(name) + "\\fR");
        }
        String value =
            each.arity().max() == 0 ? "" : " \\fI" + Roff.escape(each.paramLabel()) + "\\fR";
        page.item(String.join(", ", names) + value, description(each));
      }
    }
  }

  private static List<String> description(ArgSpec argument) {
    return List.of(argument.description()).stream().map(ShellFiles::plain).toList();
  }

  /** Returns what picocli prints of a line. */
  private static String plain(String line) {
    return CommandLine.Help.Ansi.OFF.string(line.replace("%n", " ").replace("%%", "%"));
  }

  /** A manual page, in the macros of man(7). */
  private static final class Roff {
    private final StringBuilder out = new StringBuilder();

    /** Spells a text so that it stands in a page as it is. */
    static String escape(String text) {
      String escaped = text.replace("\\", "\\e").replace("-", "\\-");
      // Would start a macro.
      return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    private static String quote(String text) {
      return '"' + escape(text).replace("\"", "\\(dq") + '"';
    }

    void title(String name, String date, String source, String manual) {
      line(
          ".TH "
              + String.join(
                  " ",
                  quote(name.toUpperCase(Locale.ROOT)),
                  "1",
                  quote(date),
                  quote(source),
                  quote(manual)));
    }

    void section(String name) {
      line(".SH " + name);
    }

    void text(String text) {
      line(escape(text));
    }

    void item(String term, List<String> lines) {
      line(".TP");
      line(term);
      lines.forEach(this::text);
    }

    void line(String line) {
      out.append(line).append('\n');
    }

    @Override
    public String toString() {
      return out.toString();
    }
  }
}
