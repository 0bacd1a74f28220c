package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Methods on the way from a slot to a view or a cursor are short enough to be compiled into their
 * callers. One that is not costs half of the speed of all that goes through it, and nothing else
 * tells: the switch over all kinds of objects once grew beyond that by two kinds.
 */
class InlinedMethodsTest {
  /** Bytes of bytecode: the JVM's {@code FreqInlineSize} on all platforms that matter. */
  private static final int LIMIT = 325;

  private static final Pattern METHOD = Pattern.compile("^  (?:\\S+ )*?(\\S+)\\(.*\\).*;$");
  private static final Pattern INSTRUCTION = Pattern.compile("^ +(\\d+): \\w+.*");

  @ParameterizedTest
  @ValueSource(
      classes = {
        Views.class,
        ImageCursor.class,
        ObjectChecks.class,
        ImageBytes.class,
        StrView.class,
        TupleView.class,
        CodeView.class,
        RecordView.class,
        Attachments.class
      })
  void isCompiledIntoItsCallers(Class<?> type) throws Exception {
    Map<String, Integer> lengths = lengths(type);
    assertThat(lengths).isNotEmpty();
    assertThat(lengths).allSatisfy((method, length) -> assertThat(length).isLessThan(LIMIT));
  }

  /** Returns the offset of each method's last instruction, the greatest of those of one name. */
  private static Map<String, Integer> lengths(Class<?> type) throws Exception {
    Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    StringWriter out = new StringWriter();
    ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
    int exit =
        javap.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "-c",
            "-p",
            "-cp",
            root.toString(),
            type.getName());
    assertThat(exit).as(out.toString()).isZero();
    Map<String, Integer> lengths = new TreeMap<>();
    String method = "";
    for (String line : out.toString().lines().toList()) {
      Matcher title = METHOD.matcher(line);
      Matcher instruction = INSTRUCTION.matcher(line);
      if (title.matches()) {
        method = title.group(1);
      } else if (instruction.matches()) {
        lengths.merge(method, Integer.valueOf(instruction.group(1)), Math::max);
      }
    }
    return lengths;
  }
}
