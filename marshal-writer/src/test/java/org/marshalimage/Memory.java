package org.marshalimage;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at this process's memory as native code would. */
final class Memory {
  private Memory() {}

  /** Reads eight bytes at an address. */
  static long getLong(long address) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field singleton = type.getDeclaredField("theUnsafe");
    singleton.setAccessible(true);
    Method getLong = type.getMethod("getLong", long.class);
    return (long) getLong.invoke(singleton.get(null), address);
  }

  /** Returns how many mappings of a file this process has. */
  static long mappings(Path file) throws IOException {
    String name = file.toRealPath().toString();
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.endsWith(name))
        .count();
  }

  /** Runs the collector until a file is no longer mapped, for at most ten seconds. */
  static long mappingsAfterCollection(Path file) throws Exception {
    long left = mappings(file);
    for (int i = 0; i < 100 && left > 0; i++) {
      System.gc();
      Thread.sleep(100);
      left = mappings(file);
    }
    return left;
  }

  /** Returns a field of {@code smaps}, in kB, summed over the mappings of a file. */
  static long kilobytes(Path file, String field) throws IOException {
    String name = file.toRealPath().toString();
    long sum = 0;
    boolean isOfFile = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        isOfFile = line.endsWith(name);
      } else if (isOfFile && line.startsWith(field + ":")) {
        sum += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return sum;
  }
}
