package org.marshalimage.jython;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTraceback;
import org.python.core.ThreadState;
import org.python.core.Traverseproc;
import org.python.core.Visitproc;

/**
 * How far the evaluation of a frame has come: its operand stack, its blocks, its next instruction.
 * That of a generator lies in the frame's {@code f_savedlocals} from one run to the next. Slots
 * that are popped are cleared, so that nothing is kept alive that Python code cannot reach.
 */
final class Evaluation implements Traverseproc {
  /** What {@link #unwind} gives when the frame returns. */
  static final int LEAVES = -1;

  private static final int BLOCK_FIELDS = 3;
  private static final int HANDLER = 1;
  private static final int LEVEL = 2;
  private static final int[] NO_BLOCKS = {};

  final MappedCode code;
  final PyFrame frame;

  /** Index of the next instruction, while the loop is not running. */
  int next;

  private final PyObject[] stack;
  private int depth;

  /** For each block the opcode that set it up, the handler, and the depth of the stack. */
  private int[] blocks = NO_BLOCKS;

  private int blockEnd;

  private @Nullable PyException again;
  private @Nullable LineTracer tracer;

  private Evaluation(MappedCode code, PyFrame frame) {
    this.code = code;
    this.frame = frame;
    stack = new PyObject[code.co_stacksize];
  }

  /** Returns that of a frame that starts. */
  static Evaluation start(MappedCode code, PyFrame frame) {
    if ((code.view().flags() & CodeFlags.OPTIMIZED) == 0) {
      // Or else locals() would put the free variables of a class's methods among its attributes.
      frame.f_nfreevars = 0;
    }
    if (frame.f_ncells > 0 && code.co_argcount + code.co_nlocals > 0) {
      moveArguments(code, frame);
    }
    frame.f_exits = Py.EmptyObjects;
    return new Evaluation(code, frame);
  }

  /**
   * Tells whether a frame has not started: before as well as at the first instruction {@code
   * f_lasti} is 0. {@code f_exits}, which we have no other use for, tells the two apart.
   */
  static boolean isBefore(PyFrame frame) {
    return frame.f_lasti == 0 && frame.f_exits == null;
  }

  /** Returns that of a frame that has yielded, or nothing if it starts. */
  static @Nullable Evaluation saved(PyFrame frame) {
    Object[] saved = frame.f_savedlocals;
    return saved == null ? null : (Evaluation) saved[0];
  }

  void save(int instruction) {
    next = instruction;
    if (frame.f_savedlocals == null) {
      frame.f_savedlocals = new Object[] {this};
    }
  }

  /** Arguments that inner functions use live in cells from the start. */
  private static void moveArguments(MappedCode code, PyFrame frame) {
    PyObject[] locals = frame.f_fastlocals;
    if (locals == null) {
      return;
    }
    int count = code.co_argcount + (code.varargs ? 1 : 0) + (code.varkwargs ? 1 : 0);
    for (int cell = 0; cell < frame.f_ncells; cell++) {
      for (int i = 0; i < count; i++) {
        if (code.co_varnames[i].equals(code.co_cellvars[cell])) {
          frame.f_env[cell].ob_ref = locals[i];
          locals[i] = null;
        }
      }
    }
  }

  /** Returns what calls the frame's trace function. */
  LineTracer tracer() {
    LineTracer made = tracer;
    if (made == null) {
      made = new LineTracer(code);
      tracer = made;
    }
    return made;
  }

  /** Goes on where {@link #save} was called. */
  void restart() {
    if (tracer != null) {
      tracer.restart();
    }
  }

  /** An exception leaves the frame. */
  void leave(ThreadState state) {
    frame.f_savedlocals = null;
    frame.f_lineno = code.getline(frame);
    if (state.profilefunc != null) {
      LineTracer.hideException(state);
    }
    if (frame.tracefunc != null) {
      tracer().leave(frame);
    }
  }

  void push(PyObject object) {
    stack[depth++] = object;
  }

  PyObject pop() {
    PyObject top = stack[--depth];
    stack[depth] = null;
    return top;
  }

  PyObject top() {
    return stack[depth - 1];
  }

  /** Returns an operand; 0 is the top. */
  PyObject peek(int below) {
    return stack[depth - 1 - below];
  }

  void setTop(PyObject object) {
    stack[depth - 1] = object;
  }

  /** Pops the topmost operands, in the order in which they were pushed. */
  PyObject[] pop(int count) {
    if (count == 0) {
      return Py.EmptyObjects;
    }
    PyObject[] popped = Arrays.copyOfRange(stack, depth - count, depth);
    unwindStack(depth - count);
    return popped;
  }

  /** Moves the top below {@code count} - 1 others. */
  void rotate(int count) {
    PyObject top = stack[depth - 1];
    int bottom = depth - count;
    System.arraycopy(stack, bottom, stack, bottom + 1, count - 1);
    stack[bottom] = top;
  }

  void duplicate(int count) {
    System.arraycopy(stack, depth - count, stack, depth, count);
    depth += count;
  }

  private void unwindStack(int level) {
    while (depth > level) {
      stack[--depth] = null;
    }
  }

  boolean hasBlocks() {
    return blockEnd > 0;
  }

  void pushBlock(int opcode, int handler) {
    if (blockEnd == blocks.length) {
      blocks = Arrays.copyOf(blocks, blockEnd + 4 * BLOCK_FIELDS);
    }
    blocks[blockEnd] = opcode;
    blocks[blockEnd + HANDLER] = handler;
    blocks[blockEnd + LEVEL] = depth;
    blockEnd += BLOCK_FIELDS;
  }

  void popBlock() {
    blockEnd -= BLOCK_FIELDS;
    unwindStack(blocks[blockEnd + LEVEL]);
  }

  /**
   * Leaves blocks.
   *
   * @return the next instruction, or {@link #LEAVES}
   */
  int unwind(Unwinding way) {
    while (blockEnd > 0) {
      int block = blocks[blockEnd - BLOCK_FIELDS];
      if (block == Opcodes.SETUP_LOOP && way.kind == Unwinding.Kind.CONTINUE) {
        return way.target;
      }
      popBlock();
      int handler = blocks[blockEnd + HANDLER];
      if (block == Opcodes.SETUP_LOOP) {
        if (way.kind == Unwinding.Kind.BREAK) {
          return handler;
        }
      } else if (block != Opcodes.SETUP_EXCEPT) {
        push(way);
        return handler;
      }
    }
    if (way.kind != Unwinding.Kind.RETURN) {
      throw Py.SystemError("no loop to leave in " + code.co_name);
    }
    return LEAVES;
  }

  /**
   * Makes an exception that is thrown next one that is on its way already: no traceback entry, no
   * trace event.
   */
  PyException again(PyException exception) {
    again = exception;
    return exception;
  }

  /**
   * Takes what was thrown in this frame to a handler.
   *
   * @return whether there is one, at {@link #next}
   */
  boolean handle(PyException exception, ThreadState state) {
    // The flag says that the frame's entry is there, to whoever comes next: our caller in Jython.
    boolean isNew = exception != again;
    again = null;
    if (isNew) {
      // One that was made with a traceback has the flag as well, but none of this frame.
      exception.tracebackHere(null, false);
    }
    exception.tracebackHere(isNew ? frame : null, true);
    if (isNew && frame.tracefunc != null) {
      tracer().exception(frame, state, exception);
    }
    while (blockEnd > 0) {
      popBlock();
      int block = blocks[blockEnd];
      if (block == Opcodes.SETUP_LOOP) {
        continue;
      }
      if (block != Opcodes.SETUP_FINALLY) {
        exception.normalize();
        state.exception = exception;
      }
      pushException(exception);
      next = blocks[blockEnd + HANDLER];
      return true;
    }
    return false;
  }

  void pushException(PyException exception) {
    push(exception.traceback == null ? Py.None : exception.traceback);
    push(exception.value);
    push(exception.type);
  }

  PyException popException() {
    PyObject type = pop();
    PyObject value = pop();
    return new PyException(type, value, pop() instanceof PyTraceback traceback ? traceback : null);
  }

  @Override
  public int traverse(Visitproc visitor, Object argument) {
    for (int i = 0; i < depth; i++) {
      int result = visitor.visit(stack[i], argument);
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }

  @Override
  public boolean refersDirectlyTo(PyObject object) {
    for (int i = 0; i < depth; i++) {
      if (stack[i] == object) {
        return true;
      }
    }
    return false;
  }

  PyObject local(int index) {
    PyObject[] locals = frame.f_fastlocals;
    if (locals == null) {
      return frame.getlocal(index);
    }
    PyObject value = locals[index];
    if (value == null) {
      throw Py.UnboundLocalError(
          "local variable '" + code.co_varnames[index] + "' referenced before assignment");
    }
    return value;
  }

  void setLocal(int index, PyObject value) {
    PyObject[] locals = frame.f_fastlocals;
    if (locals == null) {
      frame.setlocal(index, value);
    } else {
      locals[index] = value;
    }
  }

  void deleteLocal(int index) {
    frame.dellocal(index);
    // What locals() gave lives on, and must not show the variable any more.
    PyObject shown = frame.f_locals;
    if (shown != null && frame.f_fastlocals != null) {
      PyString name = Py.newString(code.co_varnames[index]);
      if (shown.__finditem__(name) != null) {
        shown.__delitem__(name);
      }
    }
  }

  PyObject cell(int index) {
    PyObject value = frame.f_env[index].ob_ref;
    if (value == null) {
      throw unbound(index);
    }
    return value;
  }

  private PyException unbound(int index) {
    return index < frame.f_ncells
        ? Py.UnboundLocalError(
            "local variable '" + code.co_cellvars[index] + "' referenced before assignment")
        : Py.NameError(
            "free variable '"
                + code.co_freevars[index - frame.f_ncells]
                + "' referenced before assignment in enclosing scope");
  }
}
