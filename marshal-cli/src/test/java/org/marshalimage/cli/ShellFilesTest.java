package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completion and manual pages, which the archives of the command have. */
class ShellFilesTest {
  @TempDir static Path folder;

  @BeforeAll
  static void writeFiles() throws Exception {
    ShellFiles.main(new String[] {folder.toString(), "1.2.3", "2026-01-01T00:00:00Z"});
  }

  private static Path page(String command) {
    return folder.resolve("man/man1").resolve(command + ".1");
  }

  private static List<String> completions(String... words) throws Exception {
    Path script = folder.resolve("bash-completion/completions/marshal");
    String program =
        "compopt() { :; }; source '"
            + script
            + "'; COMP_WORDS=(marshal "
            + String.join(" ", words)
            + "); COMP_CWORD="
            + words.length
            + "; _complete_marshal; printf '%s\\n' \"${COMPREPLY[@]}\"";
    Processes.Result result = Processes.run(folder, List.of("bash", "-c", program));
    assertThat(result.err()).isEmpty();
    return result.out().lines().map(String::strip).toList();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void bashCompletesCommandsAndTheirOptions() throws Exception {
    assertThat(completions("ver")).containsExactly("verify");
    assertThat(completions("\"\"")).containsAll(Main.COMMANDS);
    assertThat(completions("build", "--intern")).containsExactly("--intern-table");
    assertThat(completions("ls", "--sort", "c")).containsExactly("code");
  }

  @Test
  void eachCommandHasAManualPageWithAllItsOptions() throws Exception {
    assertThat(Files.readString(page("marshal")))
        .startsWith(".TH \"MARSHAL\" 1 \"2026\\-01\\-01\"");
    for (String name : Main.COMMANDS) {
      String text = Files.readString(page("marshal-" + name));
      assertThat(text)
          .as(name)
          .startsWith(".TH ")
          .contains(
              ".SH NAME\nmarshal\\-" + name + " \\- ",
              ".SH SYNOPSIS\nmarshal " + name,
              ".SH DESCRIPTION\n",
              ".SH OPTIONS\n",
              ".SH EXIT STATUS\n",
              "\"Marshal Image 1.2.3\"");
      CommandLine command = Main.model().getSubcommands().get(name);
      for (OptionSpec option : command.getCommandSpec().options()) {
        for (String each : option.names()) {
          assertThat(text).as(name).contains("\\fB" + each.replace("-", "\\-") + "\\fR");
        }
      }
      // What picocli replaces when it prints.
      assertThat(text).as(name).doesNotContain("${", "@|", "%n", "%%");
    }
  }

  @Test
  void manualPagesAreWellFormed() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/groff")), "no groff");
    try (Stream<Path> pages = Files.list(folder.resolve("man/man1"))) {
      List<String> command =
          Stream.concat(
                  Stream.of("groff", "-man", "-ww", "-Tutf8", "-z"), pages.map(Path::toString))
              .toList();
      Processes.Result result = Processes.run(folder, command);
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
    }
  }
}
