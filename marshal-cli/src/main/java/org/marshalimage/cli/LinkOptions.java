package org.marshalimage.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TypeCode;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What an image is to be prelinked for: {@code --base} and {@code --types}. */
final class LinkOptions {
  private static final String AUTO = "auto";
  private static final String STANDARD = "standard";

  /** The greatest address that leaves room for an image of any length, as the library demands. */
  private static final long MAX_ADDRESS = (1L << 47) - (1L << 31);

  /** Where {@link #AUTO} starts, and how far it reaches: far from what systems place themselves. */
  private static final long AUTO_START = 1L << 45;

  /** Places of {@link #AUTO} start on a multiple of this, which any system's pages divide. */
  private static final int AUTO_SHIFT = 16;

  /** Characters of a value that a message repeats at most. */
  private static final int MOST_SHOWN = 200;

  @Option(
      names = "--base",
      paramLabel = "ADDRESS",
      description = {
        "The address that slots are written for: a multiple of 4096,",
        "decimal or hex with 0x; auto: the image id chooses it; 0: none."
      })
  private @Nullable String base;

  @Option(
      names = "--types",
      paramLabel = "TYPES",
      description = {
        "The handles that type words are written for: what",
        "TypeTable.toString() gives, FINGERPRINT,CODE=HANDLE,... in hex;",
        "@FILE: a file that holds it; standard: TypeTable.standard()."
      })
  private @Nullable String types;

  /**
   * What the options say.
   *
   * @param base the address, 0 for none; null if the image id chooses it
   * @param types the handles; null for none
   */
  record Goal(@Nullable Long base, @Nullable TypeTable types) {
    /** Tells whether the address depends on the image id. */
    boolean isAuto() {
      return base == null;
    }

    /** Returns the address for the image of an id. */
    long address(String id) {
      return base == null ? autoAddress(id) : base;
    }

    long fingerprint() {
      return types == null ? 0 : types.fingerprint();
    }
  }

  /**
   * Refuses an output that is the file of the handles.
   *
   * @throws BadInputException if it is
   */
  void checkIsNot(Path output) throws IOException {
    if (types != null && types.startsWith("@")) {
      ImageTarget.checkIsNot(output, Path.of(types.substring(1)));
    }
  }

  boolean areGiven() {
    return base != null || types != null;
  }

  /**
   * Reads the options; what is not given is none.
   *
   * @throws CommandLine.ParameterException if a value is none that any image could be given
   */
  Goal goal(CommandLine commandLine) throws IOException {
    return new Goal(readBase(commandLine), readTypes(commandLine));
  }

  /** Returns an address that is hardly ever that of another image. */
  private static long autoAddress(String id) {
    long places = AUTO_START >>> AUTO_SHIFT;
    long bits = HexFormat.fromHexDigitsToLong(id, 0, 16);
    return AUTO_START + (Long.remainderUnsigned(bits, places) << AUTO_SHIFT);
  }

  private @Nullable Long readBase(CommandLine commandLine) {
    if (base == null) {
      return 0L;
    }
    if (base.equals(AUTO)) {
      return null;
    }
    BigInteger value = null;
    if (base.matches("0[xX][0-9a-fA-F]+")) {
      value = new BigInteger(base.substring(2), 16);
    } else if (base.matches("[0-9]+")) {
      value = new BigInteger(base);
    }
    if (value == null
        || value.compareTo(BigInteger.valueOf(MAX_ADDRESS)) > 0
        || value.longValue() % HeaderLayout.PAGE_SIZE != 0) {
      throw new CommandLine.ParameterException(
          commandLine,
          "--base takes auto, 0, or a multiple of "
              + HeaderLayout.PAGE_SIZE
              + " up to 0x"
              + Long.toHexString(MAX_ADDRESS)
              + ", decimal or hex with 0x, found "
              + shown(base));
    }
    return value.longValue();
  }

  private @Nullable TypeTable readTypes(CommandLine commandLine) throws IOException {
    if (types == null) {
      return null;
    }
    if (types.equals(STANDARD)) {
      return TypeTable.standard();
    }
    try {
      TypeTable table = TypeTable.parse(typesText());
      checkHandles(table);
      return table;
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          commandLine,
          "--types takes standard, @FILE, or FINGERPRINT,CODE=HANDLE,... in hex: "
              + shown(e.getMessage()));
    }
  }

  /** Returns the text itself, or that of a file. */
  private String typesText() throws IOException {
    if (!types.startsWith("@")) {
      return types;
    }
    Path file = Path.of(types.substring(1));
    if (Files.isDirectory(file)) {
      throw new BadInputException("is a directory, expected a table of types: " + file);
    }
    try (InputFile input = InputFile.of(file)) {
      return new String(input.pyc(), StandardCharsets.ISO_8859_1).strip();
    }
  }

  /** Refuses early what no type words could tell apart. */
  private static void checkHandles(TypeTable table) {
    if (table.fingerprint() == 0) {
      throw new IllegalArgumentException("no type is bound");
    }
    Map<Long, Integer> codes = new HashMap<>();
    for (int code : TypeTable.imageTypes()) {
      Integer other = table.isBound(code) ? codes.put(table.handle(code), code) : null;
      if (other != null) {
        throw new IllegalArgumentException(
            "one handle for two types: "
                + TypeCode.nameOf(other)
                + " and "
                + TypeCode.nameOf(code)
                + " are both 0x"
                + Long.toHexString(table.handle(code)));
      }
    }
  }

  /** Makes one short line of what may be the content of any file. */
  private static String shown(String text) {
    String line = text.replaceAll("[^ -~]", "?");
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
  }

  /** Says what an image is prelinked for. */
  static String describeBase(long linkBase) {
    return linkBase == 0 ? "none" : "0x" + Long.toHexString(linkBase);
  }

  /** Says what an image is prelinked for. */
  static String describeTypes(long fingerprint) {
    return fingerprint == 0 ? "none" : HexFormat.of().toHexDigits(fingerprint);
  }
}
