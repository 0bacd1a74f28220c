package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.TestData;

/** Command lines that picocli never sees do what they do when it does. */
class DirectCommandTest extends CommandTest {
  private static final Path PYC = TestData.path("pyc/3.13");

  /** What follows {@code --} are operands, and whatever has an option in it is picocli's. */
  private static Run parsed(String... args) {
    List<Object> all = new ArrayList<>(List.of(args));
    all.add(1, "--");
    assertThat(DirectCommand.of(all.toArray(new String[0]))).isNull();
    return run(all.toArray());
  }

  private static Run direct(String... args) {
    assertThat(DirectCommand.of(args)).as(String.join(" ", args)).isNotNull();
    return run((Object[]) args);
  }

  @Test
  void operandsAloneGiveWhatTheParserGives() throws Exception {
    run("build", "-o", image(), PYC).ok();
    String good = image().toString();
    String missing = directory.resolve("missing.img").toString();
    String damaged = Files.write(directory.resolve("bad.img"), new byte[100]).toString();
    for (String command : List.of("ls", "stat", "dump", "digest", "verify")) {
      for (String image : List.of(good, missing, damaged, directory.toString())) {
        assertThat(direct(command, image)).isEqualTo(parsed(command, image));
      }
    }
    assertThat(direct("digest", good, missing)).isEqualTo(parsed("digest", good, missing));
    assertThat(direct("verify", good, damaged)).isEqualTo(parsed("verify", good, damaged));
    for (String module : List.of("shop.stock.shelf", "shop.stock.shelf:has", "nothing")) {
      assertThat(direct("show", good, module)).isEqualTo(parsed("show", good, module));
    }
    assertThat(direct("--version")).isEqualTo(direct("-V"));
  }

  @Test
  void optionsAndWhatIsWrongAreTheParsers() {
    String[][] lines = {
      {},
      {"ls"},
      {"ls", "a", "b"},
      {"ls", "--json", "a"},
      {"ls", "a", "--json"},
      {"ls", "--help"},
      {"show", "a"},
      {"dump", "a", "module"},
      {"build", "a"},
      {"bogus", "a"},
      {"--help"},
      {"--version", "ls"},
      {"digest", "-"}
    };
    for (String[] line : lines) {
      assertThat(DirectCommand.of(line)).as(String.join(" ", line)).isNull();
    }
  }

  @Test
  void helpListsEachCommandAndEachHasItsOwn() {
    String help = run("--help").ok().out();
    for (String name : Main.COMMANDS) {
      assertThat(help).containsPattern("(?m)^  " + name + " ");
      assertThat(run(name, "--help").ok().out()).startsWith("Usage: marshal " + name + " ");
    }
  }

  @Test
  void columnsAreWhatPrintfMakes() {
    for (long number : new long[] {0, 7, 999, 1000, 123456, 1234567, Long.MAX_VALUE}) {
      assertThat(Columns.grouped(number)).isEqualTo(String.format(Locale.ROOT, "%,d", number));
      assertThat(Columns.percent(number / 3, number))
          .isEqualTo(
              String.format(Locale.ROOT, "%.1f %%", 100.0 * (number / 3) / Math.max(1, number)));
    }
    assertThat(Columns.right("ab", 4) + Columns.left("ab", 4) + "|").isEqualTo("  abab  |");
    assertThat(Columns.right("abcde", 4)).isEqualTo("abcde");
  }
}
