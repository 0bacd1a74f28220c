package org.marshalimage.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.marshalimage.format.PythonVersion;

/**
 * A marshal stream of a code object, field by field, sound or not: what the object model would
 * refuse to hold.
 */
final class CodeStream {
  private final Map<String, byte[]> fields = new LinkedHashMap<>();

  /** Makes a small sound code object with two variables, one of them an argument. */
  CodeStream(PythonVersion version) {
    boolean plus = version.hasLocalsPlus();
    fields.put("argcount", of(1));
    if (version.hasPosOnlyArgs()) {
      fields.put("posonlyargcount", of(0));
    }
    if (!version.isPython2()) {
      fields.put("kwonlyargcount", of(0));
    }
    if (!plus) {
      fields.put("nlocals", of(2));
    }
    fields.put("stacksize", of(2));
    fields.put("flags", of(0x43));
    fields.put("code", bytes("\11\0\11\0"));
    fields.put("consts", tuple("N"));
    fields.put("names", tuple(name("n")));
    fields.put(plus ? "localsplusnames" : "varnames", tuple(name("x"), name("y")));
    if (plus) {
      fields.put("localspluskinds", bytes("  "));
    } else {
      fields.put("freevars", tuple());
      fields.put("cellvars", tuple());
    }
    fields.put("filename", name("f"));
    fields.put("name", name("m"));
    if (plus) {
      fields.put("qualname", name("q"));
    }
    fields.put("firstlineno", of(1));
    fields.put("linetable", bytes(""));
    if (plus) {
      fields.put("exceptiontable", bytes(""));
    }
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** Sets a field that the version has; others are passed over. */
  CodeStream with(String field, Object... parts) {
    fields.computeIfPresent(field, (name, old) -> of(parts));
    return this;
  }

  byte[] toByteArray() {
    return of("c", of(fields.values().toArray()));
  }

  /** Joins ints of 32 bits, strings of bytes, byte arrays, and code objects. */
  static byte[] of(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      byte[] bytes =
          part instanceof Integer number
              ? ByteBuffer.allocate(Integer.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(number)
                  .array()
              : part instanceof CodeStream code
                  ? code.toByteArray()
                  : part instanceof String text
                      ? text.getBytes(StandardCharsets.ISO_8859_1)
                      : (byte[]) part;
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  static byte[] tuple(Object... items) {
    return of("(", items.length, of(items));
  }

  static byte[] list(Object... items) {
    return of("[", items.length, of(items));
  }

  static byte[] set(Object... items) {
    return of("<", items.length, of(items));
  }

  static byte[] frozenset(Object... items) {
    return of(">", items.length, of(items));
  }

  static byte[] dict(Object... keysAndValues) {
    return of("{", of(keysAndValues), "0");
  }

  static byte[] bytes(String data) {
    return of("s", data.length(), data);
  }

  static byte[] text(String ascii) {
    return of("u", ascii.length(), ascii);
  }

  static byte[] name(String ascii) {
    return of("t", ascii.length(), ascii);
  }

  static byte[] integer(int value) {
    return of("i", value);
  }

  static byte[] number(double value) {
    return of("g", doubleBytes(value));
  }

  static byte[] complex(double real, double imaginary) {
    return of("y", doubleBytes(real), doubleBytes(imaginary));
  }

  private static byte[] doubleBytes(double value) {
    return ByteBuffer.allocate(Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putDouble(value)
        .array();
  }

  static byte[] ref(int index) {
    return of("r", index);
  }

  /** Gives an object a number that references may name. */
  static byte[] flagged(byte[] object) {
    byte[] copy = object.clone();
    copy[0] |= (byte) 0x80;
    return copy;
  }
}
