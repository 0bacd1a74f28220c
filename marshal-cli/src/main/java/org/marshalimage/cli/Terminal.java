package org.marshalimage.cli;

import java.io.Console;

/** Tells whether a person is watching. */
final class Terminal {
  private Terminal() {}

  /**
   * Tells whether standard input and output are a terminal. From JDK 22 on a console is there in
   * any case and has a method that tells, which this bytecode of 17 can only call by name.
   */
  static boolean isAttached() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
