package org.marshalimage.jython.compiled;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.python.core.CodeFlag;
import org.python.core.PyFunctionTable;
import org.python.core.PyTableCode;

/**
 * Which code of a class file is meant, and what Python shows of it without the class. Immutable.
 *
 * @param file the class file
 * @param number by which the class knows the code; 0 is that of the module
 * @param name {@code co_name}
 * @param firstLine {@code co_firstlineno}
 * @param parameterCount all parameters, those for further arguments included
 * @param flags {@code co_flags}
 * @param pureCellCount how many of the variables are in cells and nowhere else
 * @param variables {@code co_varnames}
 * @param cells {@code co_cellvars}; null if the compiler gave none
 * @param free {@code co_freevars}; null if the compiler gave none
 */
public record CodeReference(
    CompiledFile file,
    int number,
    String name,
    int firstLine,
    int parameterCount,
    int flags,
    int pureCellCount,
    List<String> variables,
    @Nullable List<String> cells,
    @Nullable List<String> free) {
  private static final String[] NO_NAMES = {};

  /** Makes a reference. */
  public CodeReference {
    variables = List.copyOf(variables);
    cells = cells == null ? null : List.copyOf(cells);
    free = free == null ? null : List.copyOf(free);
  }

  /** Returns the reference to a code object of Jython's compiler. */
  static CodeReference of(CompiledFile file, int number, PyTableCode code) {
    return new CodeReference(
        file,
        number,
        code.co_name,
        code.co_firstlineno,
        code.co_argcount + (code.varargs ? 1 : 0) + (code.varkwargs ? 1 : 0),
        code.co_flags.toBits(),
        code.jy_npurecell,
        List.of(code.co_varnames),
        code.co_cellvars == null ? null : List.of(code.co_cellvars),
        code.co_freevars == null ? null : List.of(code.co_freevars));
  }

  /**
   * Makes the code object. Jython compares names by identity, so those of this reference have to be
   * interned.
   */
  PyTableCode toCode(PyFunctionTable table) {
    return new PyTableCode(
        parameterCount,
        variables.toArray(NO_NAMES),
        file.source(),
        name,
        firstLine,
        CodeFlag.CO_VARARGS.isFlagBitSetIn(flags),
        CodeFlag.CO_VARKEYWORDS.isFlagBitSetIn(flags),
        table,
        number,
        cells == null ? null : cells.toArray(NO_NAMES),
        free == null ? null : free.toArray(NO_NAMES),
        pureCellCount,
        flags);
  }
}
