package org.marshalimage.format.bytecode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * The opcodes of one Python version: their names, and what their arguments mean. They are those
 * that a compiler writes into a {@code .pyc} file: no pseudo, instrumented or specialized ones.
 *
 * <p>Immutable, safe for use by many threads. A table is read from a resource of this library when
 * it is first asked for.
 */
public final class Opcodes {
  /**
   * What src/main/python/opcode_table.py, which tells the form, printed for each version. One file:
   * most lines are those of the version before, so that it takes a quarter of the space in a jar.
   */
  private static final String RESOURCE = "opcodes.txt";

  private static final int COUNT = 256;
  private static final Map<PythonVersion, Opcodes> LOADED = new ConcurrentHashMap<>();

  private final PythonVersion version;
  private final Opcode[] opcodes = new Opcode[COUNT];
  private final Map<String, Opcode> byName = new HashMap<>();
  private final Map<ArgumentKind, List<String>> meanings = new EnumMap<>(ArgumentKind.class);
  private int magicNumber;
  private int haveArgument;
  private int jumpUnit;
  private int compareShift;

  /** The number of the opcode that comes next, while the table is read. */
  private int next;

  private Opcodes(PythonVersion version) {
    this.version = version;
  }

  /**
   * Returns the opcodes of a version.
   *
   * @param version a version
   * @return the same object each time
   */
  public static Opcodes of(PythonVersion version) {
    return LOADED.computeIfAbsent(version, Opcodes::load);
  }

  /**
   * Returns the version.
   *
   * @return whose opcodes these are
   */
  public PythonVersion version() {
    return version;
  }

  /**
   * Returns an opcode by number.
   *
   * @param number 0 to 255
   * @return the opcode; one named for example {@code <17>} if no compiler of the version writes it
   */
  public Opcode opcode(int number) {
    return opcodes[number];
  }

  /**
   * Finds an opcode by name. Who interprets several versions asks once for those that it knows,
   * since most versions number them anew.
   *
   * @param name for example {@code "LOAD_CONST"}
   * @return the opcode; null if the version has none of that name
   */
  public @Nullable Opcode opcode(String name) {
    return byName.get(name);
  }

  /**
   * Looks up what an argument means that is an index in a list of the language's.
   *
   * @param kind {@link ArgumentKind#COMPARE}, {@link ArgumentKind#BINARY}, {@link
   *     ArgumentKind#INTRINSIC_1}, {@link ArgumentKind#INTRINSIC_2}, {@link
   *     ArgumentKind#COMMON_CONSTANT}, {@link ArgumentKind#SPECIAL_METHOD} or {@link
   *     ArgumentKind#FUNCTION_PARTS}
   * @param index the argument: of a comparison without its {@link #compareShift()} lowest bits; of
   *     parts of a function the number of one bit
   * @return for example {@code "<="}; null if the list has no such item
   */
  public @Nullable String meaning(ArgumentKind kind, int index) {
    List<String> names = meanings.getOrDefault(kind, List.of());
    return index >= 0 && index < names.size() ? names.get(index) : null;
  }

  /**
   * Returns what the argument of a jump counts by.
   *
   * @return bytes: 1, or 2 from 3.10 on
   */
  public int jumpUnit() {
    return jumpUnit;
  }

  /**
   * Returns where the operator begins in the argument of {@code COMPARE_OP}.
   *
   * @return bits, at least 0
   */
  public int compareShift() {
    return compareShift;
  }

  /**
   * Returns the magic number of the Python that the table was made by.
   *
   * @return unsigned 16 bits, that of {@link #version()}
   */
  public int magicNumber() {
    return magicNumber;
  }

  @Override
  public String toString() {
    return "opcodes of " + version;
  }

  private static Opcodes load(PythonVersion version) {
    try (InputStream in = Opcodes.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new AssertionError("no opcode tables: resource=" + RESOURCE);
      }
      Opcodes opcodes = new Opcodes(version);
      opcodes.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      return opcodes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read opcode tables: resource=" + RESOURCE, e);
    }
  }

  private void read(BufferedReader lines) throws IOException {
    String title = "python " + version;
    boolean isOurs = false;
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith("python ")) {
        isOurs = line.equals(title);
      } else if (isOurs && !line.startsWith("#")) {
        readFact(line.split(" "), line);
      }
    }
    if (magicNumber == 0) {
      throw new AssertionError("no opcode table of " + version + ": resource=" + RESOURCE);
    }
    for (int number = 0; number < COUNT; number++) {
      if (opcodes[number] == null) {
        ArgumentKind argument = number >= haveArgument ? ArgumentKind.NUMBER : ArgumentKind.NONE;
        opcodes[number] = new Opcode(number, "<" + number + ">", 0, argument);
      } else {
        byName.put(opcodes[number].name(), opcodes[number]);
      }
    }
  }

  private void readFact(String[] words, String line) {
    switch (words[0]) {
      case "magic":
        magicNumber = Integer.parseInt(words[1]);
        break;
      case "have_argument":
        haveArgument = Integer.parseInt(words[1]);
        break;
      case "jump_unit":
        jumpUnit = Integer.parseInt(words[1]);
        break;
      case "compare_shift":
        compareShift = Integer.parseInt(words[1]);
        break;
      case "gap":
        next += Integer.parseInt(words[1]);
        break;
      case "op":
        opcodes[next] =
            new Opcode(next, words[1], Integer.parseInt(words[2]), argumentKind(words[3]));
        next++;
        break;
      default:
        // Lists come in order. The rest of the line is one item: "not in" is an operator.
        meanings
            .computeIfAbsent(argumentKind(words[0]), kind -> new ArrayList<>())
            .add(line.substring(words[0].length() + 1));
    }
  }

  private static ArgumentKind argumentKind(String word) {
    return ArgumentKind.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
