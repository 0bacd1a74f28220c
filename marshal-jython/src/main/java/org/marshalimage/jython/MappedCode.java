package org.marshalimage.jython;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;
import org.python.core.Py;
import org.python.core.PyBytecode;
import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.PyTableCode;
import org.python.core.PyType;
import org.python.core.ThreadState;

/**
 * A code object over the mapping. It has on the heap what making a function asks for, numbers,
 * names and the docstring; the rest is read from the mapping when it is run or looked at.
 */
public final class MappedCode extends PyBytecode {
  /** What Jython's own code has, so that {@code types.CodeType} is the type of both. */
  private static final PyType CODE_TYPE = PyType.fromClass(PyTableCode.class);

  private static final String[] NOT_READ = {};
  private static final String[] NO_NAMES = {};

  private final CodeView view;
  private final MappedLibrary library;

  /** The parts that are made when they are first needed; a slot of an array likewise. */
  private @Nullable ByteBuffer bytecode;

  private @Nullable TupleView consts;
  private @Nullable TupleView nameTuple;
  private PyObject @Nullable [] constants;
  private String @Nullable [] names;
  private @Nullable StockCode thawed;

  MappedCode(CodeView view, MappedLibrary library) {
    super(
        view.argCount(),
        view.localCount(),
        view.stackSize(),
        view.flags(),
        "",
        docstring(view, library),
        NO_NAMES,
        NOT_READ,
        library.name(view.filename()),
        library.name(view.name()),
        view.firstLine(),
        "",
        hasCells(view) ? library.names(view.cellvars()) : NO_NAMES,
        hasCells(view) ? library.names(view.freevars()) : NO_NAMES);
    this.view = view;
    this.library = library;
    objtype = CODE_TYPE;
  }

  /** Most code has neither cells nor free variables, and a flag that says so. */
  private static boolean hasCells(CodeView view) {
    return (view.flags() & CodeFlags.NO_FREE) == 0;
  }

  /** A function's docstring is its first constant, and is read from this array. */
  private static PyObject[] docstring(CodeView view, MappedLibrary library) {
    TupleView consts = view.consts();
    if (consts.size() == 0) {
      return Py.EmptyObjects;
    }
    // The type first: any other constant is not made yet.
    int kind = consts.kind(0);
    boolean isText = kind == TypeCode.BYTES || kind == TypeCode.STR;
    return new PyObject[] {isText ? library.item(consts, 0) : Py.None};
  }

  /** Returns the view of this code object. */
  CodeView view() {
    return view;
  }

  /** Returns what made it. */
  MappedLibrary library() {
    return library;
  }

  /** Returns {@code co_code} where it lies; to be read by index, never through its position. */
  ByteBuffer bytecode() {
    ByteBuffer buffer = bytecode;
    if (buffer == null) {
      buffer = view.bytecode();
      bytecode = buffer;
    }
    return buffer;
  }

  /** Returns a constant; the same object each time. */
  PyObject constant(int index) {
    PyObject[] made = constants;
    PyObject constant = made == null ? null : made[index];
    return constant != null ? constant : readConstant(index);
  }

  private PyObject readConstant(int index) {
    TupleView tuple = consts;
    if (tuple == null) {
      tuple = view.consts();
      consts = tuple;
    }
    PyObject[] made = constants;
    if (made == null) {
      made = new PyObject[tuple.size()];
      constants = made;
    }
    PyObject constant = library.item(tuple, index);
    made[index] = constant;
    return constant;
  }

  /** Returns one of {@code co_names}, interned. */
  String name(int index) {
    String[] made = names;
    String name = made == null ? null : made[index];
    return name != null ? name : readName(index);
  }

  private String readName(int index) {
    TupleView tuple = nameTuple;
    if (tuple == null) {
      tuple = view.names();
      nameTuple = tuple;
    }
    String[] made = names;
    if (made == null) {
      made = new String[tuple.size()];
      names = made;
    }
    String name = library.name(tuple, index);
    made[index] = name;
    return name;
  }

  /** Returns the whole as Jython's own loop wants it. */
  StockCode thawed() {
    StockCode code = thawed;
    if (code == null) {
      code = library.thaw(this);
      thawed = code;
    }
    return code;
  }

  /** Frames, keyword calls and who asks for it find the names of the variables in a field. */
  private void readVarnames() {
    if (co_varnames == NOT_READ) {
      co_varnames = library.names(view.varnames());
    }
  }

  @Override
  protected PyObject interpret(PyFrame frame, ThreadState state) {
    readVarnames();
    return library.loop().run(this, frame, state);
  }

  @Override
  public PyObject call(
      ThreadState state,
      PyObject[] args,
      String[] keywords,
      PyObject globals,
      PyObject[] defaults,
      PyObject closure) {
    readVarnames();
    return super.call(state, args, keywords, globals, defaults, closure);
  }

  @Override
  public PyObject call(ThreadState state, PyFrame frame, PyObject closure) {
    if (state.tracefunc != null) {
      // Or else the line of a generator that goes on would be that of its definition.
      frame.tracefunc = null;
    }
    return super.call(state, frame, closure);
  }

  @Override
  protected int getline(PyFrame frame) {
    if (Evaluation.isBefore(frame)) {
      return view.firstLine();
    }
    // Below 0 the frame is at its end, and the field tells where that was.
    return frame.f_lasti < 0
        ? frame.f_lineno
        : LineTable.line(view.lineTable(), view.firstLine(), frame.f_lasti);
  }

  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    return switch (name) {
      case "co_argcount" -> Py.newInteger(co_argcount);
      case "co_cellvars" -> library.object(view.cellvars());
      case "co_code" -> library.object(view.code());
      case "co_consts" -> library.object(view.consts());
      case "co_filename" -> library.object(view.filename());
      case "co_firstlineno" -> Py.newInteger(co_firstlineno);
      case "co_flags" -> Py.newInteger(view.flags());
      case "co_freevars" -> library.object(view.freevars());
      case "co_lnotab" -> library.object(view.lineTable());
      case "co_name" -> library.object(view.name());
      case "co_names" -> library.object(view.names());
      case "co_nlocals" -> Py.newInteger(co_nlocals);
      case "co_stacksize" -> Py.newInteger(co_stacksize);
      case "co_varnames" -> library.object(view.varnames());
      default -> super.__findattr_ex__(name);
    };
  }
}
