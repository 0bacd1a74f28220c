package org.marshalimage.cli;

import java.lang.reflect.Method;

/** Prepares the process for the writer's libraries, so that they print nothing. */
final class Quiet {
  /** The first JDK that warns of memory access through {@code sun.misc.Unsafe} (JEP 498). */
  private static final int FIRST_JDK_WITH_UNSAFE_WARNING = 24;

  private Quiet() {}

  /**
   * To be called before the first {@link org.marshalimage.writer.ImageWriter}. The jar's manifest
   * carries the flags that a manifest can carry. The one against the warning of JDK 24 and newer
   * can stand on the command line alone, so the JDK is told that it has warned already; its package
   * is open for that.
   */
  static void prepareForWriter() {
    if (Runtime.version().feature() < FIRST_JDK_WITH_UNSAFE_WARNING) {
      return;
    }
    try {
      Method warned =
          Class.forName("sun.misc.Unsafe").getDeclaredMethod("trySetMemoryAccessWarned");
      warned.setAccessible(true);
      warned.invoke(null);
    } catch (ReflectiveOperationException | RuntimeException e) {
      // A JDK that does it otherwise: it prints four lines more, and the work is the same.
    }
  }
}
