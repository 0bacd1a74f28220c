package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands in this process. */
abstract class CommandTest {
  @TempDir Path directory;

  /**
   * What a command did.
   *
   * @param code its exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Run(int code, String out, String err) {
    /** Asserts that all went well, and silently. */
    Run ok() {
      assertThat(err).isEmpty();
      assertThat(code).isZero();
      return this;
    }

    /** Asserts that the input was bad and that one line says so. */
    String fault() {
      assertThat(code).as(out + err).isEqualTo(1);
      assertThat(out).isEmpty();
      assertThat(err.lines()).as(err).hasSize(1);
      assertThat(err).startsWith("marshal: ");
      return err.strip();
    }
  }

  static Run run(Object... args) {
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = args[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(texts, new PrintWriter(out), new PrintWriter(err));
    return new Run(code, out.toString(), err.toString());
  }

  Path image() {
    return directory.resolve("x.img");
  }
}
