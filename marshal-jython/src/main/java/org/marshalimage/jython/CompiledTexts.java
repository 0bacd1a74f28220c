package org.marshalimage.jython;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.RecordView;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.python.antlr.base.mod;
import org.python.core.BytecodeLoader;
import org.python.core.CodeFlag;
import org.python.core.CompilerFacade;
import org.python.core.CompilerFlags;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyFrame;
import org.python.core.PyFunctionTable;
import org.python.core.PyInteger;
import org.python.core.PyObject;
import org.python.core.PyTableCode;
import org.python.core.PyTuple;
import org.python.core.PythonCodeBundle;
import org.python.core.PythonCompiler;
import org.python.core.ThreadState;

/**
 * Code that Jython itself has compiled of texts while a snapshot was made, which is in no file: the
 * snapshot has the class. It is loaded when the code is first called.
 */
final class CompiledTexts implements PythonCompiler {
  private static final String[] NO_NAMES = {};

  private final PythonCompiler compiler;

  /** By the classes of tables of functions. */
  private final Map<Class<?>, RecordValue> classes = new HashMap<>();

  private final Map<PyCode, RecordValue> codes = new IdentityHashMap<>();

  private CompiledTexts(PythonCompiler compiler) {
    this.compiler = compiler;
  }

  /** Has the classes of all texts kept that are compiled from now on. */
  static CompiledTexts start() {
    CompiledTexts texts =
        new CompiledTexts(
            (PythonCompiler) BuiltinNames.Fields.get(CompilerFacade.class, "compiler", null));
    CompilerFacade.setCompiler(texts);
    return texts;
  }

  @Override
  public PythonCodeBundle compile(
      mod node,
      String name,
      String filename,
      boolean lineNumbers,
      boolean printsResults,
      CompilerFlags flags)
      throws Exception {
    PythonCodeBundle bundle =
        compiler.compile(node, name, filename, lineNumbers, printsResults, flags);
    return new PythonCodeBundle() {
      @Override
      public PyCode loadCode() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bundle.writeTo(bytes);
        PyCode code = bundle.loadCode();
        keep(code, filename, bytes.toByteArray());
        return code;
      }

      @Override
      public void writeTo(OutputStream stream) throws Exception {
        bundle.writeTo(stream);
      }
    };
  }

  private synchronized void keep(PyCode code, String filename, byte[] bytes) {
    Class<?> table = BuiltinNames.Fields.get(PyTableCode.class, "funcs", code).getClass();
    classes.put(
        table,
        RecordValue.of(
            StateTypes.TEXT_CLASS.type(),
            bytes(table.getName()),
            bytes(filename),
            BytesValue.of(bytes)));
  }

  private static BytesValue bytes(String text) {
    return BytesValue.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Returns the record of code; null if it was not compiled of a text. */
  synchronized @Nullable RecordValue record(PyCode code) {
    if (!(code instanceof PyTableCode compiled)) {
      return null;
    }
    PyFunctionTable table =
        (PyFunctionTable) BuiltinNames.Fields.get(PyTableCode.class, "funcs", code);
    RecordValue type =
        table instanceof TextTable text ? text.toRecord() : classes.get(table.getClass());
    return type == null ? null : codes.computeIfAbsent(code, key -> make(type, compiled));
  }

  private static RecordValue make(RecordValue type, PyTableCode code) {
    int parameters = code.co_argcount + (code.varargs ? 1 : 0) + (code.varkwargs ? 1 : 0);
    return RecordValue.of(
        StateTypes.TEXT_CODE.type(),
        type,
        IntValue.of((int) BuiltinNames.Fields.get(PyTableCode.class, "func_id", code)),
        bytes(code.co_name),
        IntValue.of(code.co_firstlineno),
        IntValue.of(parameters),
        IntValue.of(code.co_flags.toBits()),
        IntValue.of(code.jy_npurecell),
        names(code.co_varnames),
        names(code.co_cellvars),
        names(code.co_freevars));
  }

  private static @Nullable Value names(String @Nullable [] names) {
    return names == null
        ? null
        : SequenceValue.tuple(Arrays.stream(names).map(CompiledTexts::bytes).toArray(Value[]::new));
  }

  /** Makes the table of a record of a class. */
  static PyObject table(MappedLibrary library, RecordView view) {
    BytesView bytes = view.bytes();
    return new Holder(
        new TextTable(
            library.object(view.slot(0)).toString(),
            library.object(view.slot(1)).toString(),
            bytes.toByteArray()));
  }

  /** A table is no object of Python's. */
  private static final class Holder extends PyObject {
    private final TextTable table;

    Holder(TextTable table) {
      super(PyObject.TYPE);
      this.table = table;
    }
  }

  /** Makes the code object of a record. */
  static PyCode code(MappedLibrary library, RecordView view) {
    TextTable table = ((Holder) library.object(view.slot(0))).table;
    int flags = number(library, view, 5);
    return new PyTableCode(
        number(library, view, 4),
        names(library, view, 7),
        table.filename,
        library.object(view.slot(2)).toString().intern(),
        number(library, view, 3),
        CodeFlag.CO_VARARGS.isFlagBitSetIn(flags),
        CodeFlag.CO_VARKEYWORDS.isFlagBitSetIn(flags),
        table,
        number(library, view, 1),
        view.slot(8) == null ? null : names(library, view, 8),
        view.slot(9) == null ? null : names(library, view, 9),
        number(library, view, 6),
        flags);
  }

  private static int number(MappedLibrary library, RecordView view, int slot) {
    return ((PyInteger) library.object(view.slot(slot))).getValue();
  }

  private static String[] names(MappedLibrary library, RecordView view, int slot) {
    PyObject[] items = ((PyTuple) library.filled(view.slot(slot))).getArray();
    String[] names = items.length == 0 ? NO_NAMES : new String[items.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = items[i].toString().intern();
    }
    return names;
  }

  /** Functions of a class that is loaded when the first of them is called. */
  private static final class TextTable extends PyFunctionTable {
    private final String className;
    private final String filename;
    private final byte[] bytes;
    private volatile @Nullable PyFunctionTable loaded;

    TextTable(String className, String filename, byte[] bytes) {
      this.className = className;
      this.filename = filename;
      this.bytes = bytes;
    }

    RecordValue toRecord() {
      return RecordValue.of(
          StateTypes.TEXT_CLASS.type(), bytes(className), bytes(filename), BytesValue.of(bytes));
    }

    private static BytesValue bytes(String text) {
      return CompiledTexts.bytes(text);
    }

    @Override
    public PyObject call_function(int number, PyFrame frame, ThreadState state) {
      PyFunctionTable table = loaded;
      return (table == null ? load() : table).call_function(number, frame, state);
    }

    private synchronized PyFunctionTable load() {
      PyFunctionTable table = loaded;
      if (table == null) {
        try {
          table =
              (PyFunctionTable)
                  BytecodeLoader.makeClass(className, bytes)
                      .getConstructor(String.class)
                      .newInstance(filename);
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
          throw Py.SystemError("code of a text cannot be loaded: " + e);
        }
        loaded = table;
      }
      return table;
    }
  }
}
