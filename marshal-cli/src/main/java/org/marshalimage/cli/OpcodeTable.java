package org.marshalimage.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * The opcodes of one Python version: their names, and what their arguments mean. Read from the
 * resource {@code opcodes/<version>.txt}, which {@code src/main/python/opcode_table.py} makes.
 *
 * <p>Immutable, safe for use by many threads.
 */
final class OpcodeTable {
  private static final int OPCODES = 256;
  private static final Map<PythonVersion, OpcodeTable> LOADED = new ConcurrentHashMap<>();

  private final PythonVersion version;
  private final Opcode[] opcodes = new Opcode[OPCODES];
  private final Map<Meaning, List<String>> meanings = new EnumMap<>(Meaning.class);
  private int magicNumber;
  private int haveArgument;
  private int jumpUnit;
  private int compareShift;

  private OpcodeTable(PythonVersion version) {
    this.version = version;
    for (Meaning meaning : Meaning.values()) {
      meanings.put(meaning, new ArrayList<>());
    }
  }

  /**
   * Returns the table of a version, which is read when it is first asked for.
   *
   * @param version a version
   * @return its table; null if there is none
   */
  static @Nullable OpcodeTable of(PythonVersion version) {
    return LOADED.computeIfAbsent(version, OpcodeTable::load);
  }

  /**
   * Returns an opcode.
   *
   * @param number 0 to 255
   * @return the opcode; one named for example {@code <17>} if no compiler of the version writes it
   */
  Opcode opcode(int number) {
    return opcodes[number];
  }

  /**
   * Looks up what an argument means.
   *
   * @param meaning a list of meanings
   * @param index any value
   * @return for example {@code "<="}; null if the list has no such item
   */
  @Nullable String meaning(Meaning meaning, int index) {
    List<String> names = meanings.get(meaning);
    return index >= 0 && index < names.size() ? names.get(index) : null;
  }

  /**
   * Returns what the argument of a jump counts by.
   *
   * @return bytes: 1, or 2 from 3.10 on
   */
  int jumpUnit() {
    return jumpUnit;
  }

  /**
   * Returns where the operator begins in the argument of {@code COMPARE_OP}.
   *
   * @return bits, at least 0
   */
  int compareShift() {
    return compareShift;
  }

  /**
   * Returns the magic number of the Python that the table was made by.
   *
   * @return unsigned 16 bits
   */
  int magicNumber() {
    return magicNumber;
  }

  private static @Nullable OpcodeTable load(PythonVersion version) {
    String resource = "opcodes/" + version + ".txt";
    try (InputStream in = OpcodeTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        return null;
      }
      OpcodeTable table = new OpcodeTable(version);
      table.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read opcode table: resource=" + resource, e);
    }
  }

  private void read(BufferedReader lines) throws IOException {
    String line;
    while ((line = lines.readLine()) != null) {
      if (!line.startsWith("#")) {
        try {
          readFact(line.split(" "), line);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
          throw new AssertionError("bad line in opcode table " + version + ": " + line, e);
        }
      }
    }
    for (int number = 0; number < OPCODES; number++) {
      if (opcodes[number] == null) {
        Argument argument = number >= haveArgument ? Argument.NUMBER : Argument.NONE;
        opcodes[number] = new Opcode("<" + number + ">", 0, argument);
      }
    }
  }

  private void readFact(String[] words, String line) {
    int first = words[0].equals("python") ? 0 : Integer.parseInt(words[1]);
    switch (words[0]) {
      case "python":
        break;
      case "magic":
        magicNumber = first;
        break;
      case "have_argument":
        haveArgument = first;
        break;
      case "jump_unit":
        jumpUnit = first;
        break;
      case "compare_shift":
        compareShift = first;
        break;
      case "op":
        opcodes[first] =
            new Opcode(words[2], Integer.parseInt(words[3]), constant(Argument.class, words[4]));
        break;
      default:
        List<String> names = meanings.get(constant(Meaning.class, words[0]));
        if (first != names.size()) {
          throw new IllegalArgumentException("out of order, expected=" + names.size());
        }
        // The rest of the line: "not in" is one operator.
        names.add(line.substring(words[0].length() + words[1].length() + 2));
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }

  /**
   * An opcode.
   *
   * @param name for example {@code "LOAD_CONST"}
   * @param caches number of inline cache entries, of 2 bytes, that follow an instruction
   * @param argument what its argument is
   */
  record Opcode(String name, int caches, Argument argument) {}

  /** Lists of what small arguments mean. */
  enum Meaning {
    /** Comparisons, by {@code COMPARE_OP}'s argument without its flags. */
    COMPARE,
    /** Operators, by {@code BINARY_OP}'s argument. */
    BINARY,
    /** Functions, by {@code CALL_INTRINSIC_1}'s argument. */
    INTRINSIC_1,
    /** Functions, by {@code CALL_INTRINSIC_2}'s argument. */
    INTRINSIC_2,
    /** Objects, by {@code LOAD_COMMON_CONSTANT}'s argument. */
    COMMON_CONSTANT,
    /** Methods, by {@code LOAD_SPECIAL}'s argument. */
    SPECIAL_METHOD,
    /** What a function is made with, by the number of the bit that says so. */
    FUNCTION_PART
  }

  /** Kinds of arguments. */
  enum Argument {
    /** There is none; a word of 2 bytes has a byte for it that means nothing. */
    NONE,
    /** A number that means itself. */
    NUMBER,
    /** The upper bits of the next instruction's argument. */
    EXTENDED,
    /** Index of a constant. */
    CONST,
    /** Index of a name. */
    NAME,
    /** Index of a name, and a bit: push NULL too. */
    GLOBAL_NAME,
    /** Index of a name, and a bit: push the method and self. */
    ATTRIBUTE_NAME,
    /** Index of a name, and two bits, of which the lower means what it does for an attribute. */
    SUPER_NAME,
    /** Index of a name, and two bits: import lazily, import eagerly. */
    IMPORT_NAME,
    /** Index of a local variable. */
    LOCAL,
    /** Indexes of two local variables, of 4 bits each. */
    LOCAL_PAIR,
    /** Index of a cell or free variable. */
    FREE,
    /** Offset of a jump's target. */
    JUMP_ABSOLUTE,
    /** Distance from the next instruction forwards. */
    JUMP_FORWARD,
    /** Distance from the next instruction backwards. */
    JUMP_BACKWARD,
    /** Index in {@link Meaning#COMPARE}, above flags. */
    COMPARE,
    /** 0 for {@code is}, 1 for {@code is not}. */
    IS,
    /** 0 for {@code in}, 1 for {@code not in}. */
    CONTAINS,
    /** Index in {@link Meaning#BINARY}. */
    BINARY,
    /** Index in {@link Meaning#INTRINSIC_1}. */
    INTRINSIC_1,
    /** Index in {@link Meaning#INTRINSIC_2}. */
    INTRINSIC_2,
    /** Index in {@link Meaning#COMMON_CONSTANT}. */
    COMMON_CONSTANT,
    /** Index in {@link Meaning#SPECIAL_METHOD}. */
    SPECIAL_METHOD,
    /** Bits, numbered in {@link Meaning#FUNCTION_PART}. */
    FUNCTION_PARTS,
    /** 1 to 3: {@code str}, {@code repr}, {@code ascii}. */
    CONVERSION,
    /** 2 bits of a conversion, and one: there is a format. */
    FORMAT,
    /** A byte of the number of arguments, and one of that of keyword arguments; Python 2. */
    CALL
  }
}
