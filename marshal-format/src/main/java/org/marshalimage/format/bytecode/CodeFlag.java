package org.marshalimage.format.bytecode;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.PythonVersion;

/**
 * The bits of {@code co_flags}, named as in CPython but for the prefix {@code CO_}. The bits from
 * {@link #OPTIMIZED} to {@link #ASYNC_GENERATOR} are the same in all versions that have them; those
 * of {@code __future__} features moved in 3.8.2, and here the 3.8 is that of 3.8.2 and newer.
 *
 * <p>Source: CPython's {@code Include/code.h}, since 3.9 {@code Include/cpython/code.h}.
 */
public enum CodeFlag {
  OPTIMIZED(0, PythonVersion.V2_7),
  NEWLOCALS(1, PythonVersion.V2_7),
  VARARGS(2, PythonVersion.V2_7),
  VARKEYWORDS(3, PythonVersion.V2_7),
  NESTED(4, PythonVersion.V2_7),
  GENERATOR(5, PythonVersion.V2_7),
  /** No cell and no free variables. Compilers set it up to 3.10 only. */
  NOFREE(6, PythonVersion.V2_7),
  COROUTINE(7, PythonVersion.V3_6),
  ITERABLE_COROUTINE(8, PythonVersion.V3_6),
  ASYNC_GENERATOR(9, PythonVersion.V3_6),
  FUTURE_DIVISION(17, PythonVersion.V2_7, "division"),
  FUTURE_ABSOLUTE_IMPORT(18, PythonVersion.V2_7, "absolute_import"),
  FUTURE_WITH_STATEMENT(19, PythonVersion.V2_7, "with_statement"),
  FUTURE_PRINT_FUNCTION(20, PythonVersion.V2_7, "print_function"),
  FUTURE_UNICODE_LITERALS(21, PythonVersion.V2_7, "unicode_literals"),
  FUTURE_BARRY_AS_BDFL(22, PythonVersion.V3_6, "barry_as_FLUFL"),
  FUTURE_GENERATOR_STOP(23, PythonVersion.V3_6, "generator_stop"),
  FUTURE_ANNOTATIONS(24, PythonVersion.V3_7, "annotations"),
  NO_MONITORING_EVENTS(25, PythonVersion.V3_13),
  HAS_DOCSTRING(26, PythonVersion.V3_14),
  METHOD(27, PythonVersion.V3_14);

  /** How many bits lower those of features were before 3.8. */
  private static final int FORMER_SHIFT = 4;

  private final int bit;
  private final PythonVersion since;
  private final @Nullable String feature;

  CodeFlag(int bit, PythonVersion since) {
    this(bit, since, null);
  }

  CodeFlag(int bit, PythonVersion since, @Nullable String feature) {
    this.bit = bit;
    this.since = since;
    this.feature = feature;
  }

  /**
   * Returns the bit of this flag in a version.
   *
   * @param version a version
   * @return a word with that bit set; 0 if the version has no such flag
   */
  public int mask(PythonVersion version) {
    if (version.compareTo(since) < 0) {
      return 0;
    }
    boolean isFormer = feature != null && version.compareTo(PythonVersion.V3_8) < 0;
    return 1 << (isFormer ? bit - FORMER_SHIFT : bit);
  }

  /**
   * Returns the feature of {@code __future__} that this flag stands for.
   *
   * @return its name there; null if the flag is none of those
   */
  public @Nullable String feature() {
    return feature;
  }

  /**
   * Returns the flags in {@code co_flags}.
   *
   * @param flags {@code co_flags}
   * @param version the version of the code object
   * @return a new set; bits that the version does not know are left out
   */
  public static Set<CodeFlag> of(int flags, PythonVersion version) {
    Set<CodeFlag> set = EnumSet.noneOf(CodeFlag.class);
    for (CodeFlag flag : values()) {
      if ((flags & flag.mask(version)) != 0) {
        set.add(flag);
      }
    }
    return set;
  }
}
