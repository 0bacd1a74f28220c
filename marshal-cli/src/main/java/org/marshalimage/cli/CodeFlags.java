package org.marshalimage.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * Names the bits of {@code co_flags}.
 *
 * <p>Source: CPython's {@code Include/code.h} and {@code Include/cpython/code.h}.
 */
final class CodeFlags {
  private static final String[] COMMON = {
    "OPTIMIZED",
    "NEWLOCALS",
    "VARARGS",
    "VARKEYWORDS",
    "NESTED",
    "GENERATOR",
    "NOFREE",
    "COROUTINE",
    "ITERABLE_COROUTINE",
    "ASYNC_GENERATOR"
  };

  /** {@code from __future__ import} of these; their first bit moved up in 3.9. */
  private static final String[] FUTURE = {
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations"
  };

  private static final int FIRST_FUTURE_BIT = 13;
  private static final int FIRST_FUTURE_BIT_3_9 = 17;
  private static final int HAS_DOCSTRING_BIT = 26;
  private static final int METHOD_BIT = 27;

  private CodeFlags() {}

  /** Returns for example {@code "0x3 OPTIMIZED NEWLOCALS"}. */
  static String describe(int flags, @Nullable PythonVersion version) {
    boolean isAtLeast39 = version == null || version.compareTo(PythonVersion.V3_9) >= 0;
    int firstFuture = isAtLeast39 ? FIRST_FUTURE_BIT_3_9 : FIRST_FUTURE_BIT;
    List<String> names = new ArrayList<>();
    names.add("0x" + Integer.toHexString(flags));
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      if ((flags >>> bit & 1) == 0) {
        continue;
      }
      int future = bit - firstFuture;
      if (bit < COMMON.length) {
        names.add(COMMON[bit]);
      } else if (future >= 0 && future < FUTURE.length) {
        names.add("future:" + FUTURE[future]);
      } else if (bit == HAS_DOCSTRING_BIT && isAtLeast39) {
        names.add("HAS_DOCSTRING");
      } else if (bit == METHOD_BIT && isAtLeast39) {
        names.add("METHOD");
      } else {
        names.add("bit" + bit);
      }
    }
    return String.join(" ", names);
  }
}
