package org.marshalimage.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The process that a {@link StreamPeer} talks to. It says a line of JSON when it is warm, and one
 * for each line of input, as {@code marshal_speed.py --serve} does.
 */
final class Rounds {
  /** Of a round, as in {@code marshal_speed.py}. */
  static final long NANOS = 400_000_000;

  private final PrintStream answers;
  private final ObjectMapper json = new ObjectMapper();

  /** Measures passes for some time. */
  interface Measure {
    /**
     * Makes passes.
     *
     * @param nanos for how long, at least
     * @return {@code passes}, {@code seconds}, {@code cpuSeconds} and more
     * @throws Exception if a pass fails
     */
    Map<String, Object> passes(long nanos) throws Exception;
  }

  /** Takes the standard output: whatever a library prints goes to the standard error. */
  Rounds() {
    answers = System.out;
    System.setOut(System.err);
  }

  /** Says something. */
  void answer(Object value) throws IOException {
    answers.println(json.writeValueAsString(value));
  }

  /**
   * Warms up, says so, and measures rounds until the input ends.
   *
   * @param warmup seconds
   * @param ready what is said when it is warm: {@code program}, {@code files}, {@code bytes}
   */
  void serve(String warmup, Map<String, Object> ready, Measure measure) throws Exception {
    measure.passes((long) (Double.parseDouble(warmup) * 1e9));
    answer(ready);
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (requests.readLine() != null) {
      answer(measure.passes(NANOS));
    }
  }
}
