package org.marshalimage.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of files and the locale. A JVM reads names by the locale that it was started in, and puts a
 * replacement character where that has none: in the C locale, which is also that of an empty
 * environment, for each byte beyond ASCII. A module must not get such a name. The names of Python
 * are the bytes of the file system as UTF-8, and a {@link Path} that came from a folder still has
 * the bytes.
 */
final class FileNames {
  private static final char REPLACEMENT = '\ufffd';
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");
  private static final @Nullable Charset CHARSET = charset(ENCODING);

  /** Elsewhere names are UTF-16, and no locale is asked. */
  private static final boolean ARE_BYTES = File.separatorChar == '/';

  private static final boolean ARE_UTF_8 = StandardCharsets.UTF_8.equals(CHARSET);

  private FileNames() {}

  private static @Nullable Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }

  /**
   * Returns the path of a file below a folder with "/" between its parts; null if its bytes are not
   * UTF-8. Both paths are absolute.
   */
  static @Nullable String below(Path folder, Path file) {
    List<String> parts = new ArrayList<>();
    folder.relativize(file).forEach(part -> parts.add(part.toString()));
    String relative = String.join("/", parts);
    if (!ARE_BYTES || isAscii(relative) || ARE_UTF_8 && relative.indexOf(REPLACEMENT) < 0) {
      return relative;
    }
    // An URI spells the bytes of a path, whatever characters they are taken for.
    String[] all = file.toUri().getRawPath().split("/");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = all.length - parts.size(); i < all.length; i++) {
      if (bytes.size() > 0) {
        bytes.write('/');
      }
      unescape(all[i], bytes);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static void unescape(String part, ByteArrayOutputStream bytes) {
    for (int i = 0; i < part.length(); i++) {
      char unit = part.charAt(i);
      if (unit == '%') {
        bytes.write(Integer.parseInt(part, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(unit);
      }
    }
  }

  /** Returns a path below a folder for messages. */
  static String shown(Path folder, String relative) {
    String start = folder.toString();
    if (start.isEmpty() || relative.isEmpty()) {
      return Main.oneLine(start + relative);
    }
    return Main.oneLine(start + (start.endsWith(File.separator) ? "" : File.separator) + relative);
  }

  /** Tells whether the locale can spell a name that a file is to get. */
  static boolean canSpell(String name) {
    return !ARE_BYTES || ARE_UTF_8 || isAscii(name);
  }

  /** Says that the locale is at fault, and what to do. */
  static String fault(String what) {
    return what
        + " has characters that this locale cannot spell: encoding="
        + ENCODING
        + "; set LC_ALL=C.UTF-8";
  }

  /** Says what is wrong with arguments that the JVM could not read; null if it could. */
  static @Nullable String fault(String[] arguments) {
    if (!ARE_BYTES || ARE_UTF_8) {
      return null;
    }
    for (String argument : arguments) {
      if (argument.indexOf(REPLACEMENT) >= 0) {
        return fault("argument '" + Main.oneLine(argument).replace(REPLACEMENT, '?') + "'");
      }
    }
    return null;
  }

  /**
   * Returns what the process writes its text in: UTF-8 in the C locale, as Python does since PEP
   * 540, so that two names do not look the same.
   *
   * @param encoding what the system asks for; null for the default
   */
  static Charset charsetOfOutput(@Nullable String encoding) {
    if (ARE_BYTES && StandardCharsets.US_ASCII.equals(CHARSET)) {
      return StandardCharsets.UTF_8;
    }
    return encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
  }

  /** Returns a writer to standard error. */
  static PrintWriter standardError() {
    Charset charset = charsetOfOutput(System.getProperty("stderr.encoding"));
    return new PrintWriter(new OutputStreamWriter(System.err, charset));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(unit -> unit < 0x80);
  }
}
