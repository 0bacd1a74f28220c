package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyFrame;
import org.python.core.PyObject;
import org.python.core.ThreadState;
import org.python.core.TraceFunction;

/**
 * Calls a frame's trace function as CPython does: at the first instruction of a line, and wherever
 * the evaluation goes backwards; of an exception once in each frame that it reaches. It stands in
 * the frame in the place of the function, since Jython calls that for each exception that it makes,
 * even where nobody ever sees it.
 */
final class LineTracer extends TraceFunction {
  private final MappedCode code;
  private @Nullable TraceFunction function;

  /** The instructions of the current line: from start to before end. */
  private int start;

  private int end;
  private int line;
  private int previous;

  LineTracer(MappedCode code) {
    this.code = code;
    restart();
  }

  /** Forgets where the frame was, as a generator does when it goes on. */
  void restart() {
    start = 0;
    end = -1;
    previous = -1;
  }

  /** Calls the trace function of a frame that has one, if a line begins at an instruction. */
  void before(PyFrame frame, ThreadState state, int instruction) {
    TraceFunction real = stepIn(frame);
    if (real == null || !isOn(state)) {
      return;
    }
    if (instruction < start || instruction >= end) {
      find(instruction);
    }
    if (instruction == start || instruction < previous) {
      frame.f_lineno = line;
      frame.tracefunc = real;
      stepBack(frame, real.traceLine(frame, line));
    }
    previous = instruction;
  }

  /** Calls the trace function of a frame that has one for an exception. */
  void exception(PyFrame frame, ThreadState state, PyException exception) {
    TraceFunction real = stepIn(frame);
    if (real != null && isOn(state)) {
      frame.tracefunc = real;
      stepBack(frame, real.traceException(frame, exception));
    }
  }

  /** An exception leaves the frame: Jython tells of that, but not that the frame returns. */
  void leave(PyFrame frame) {
    if (stepIn(frame) != null) {
      traceReturn(frame, Py.None);
      frame.tracefunc = this;
    }
  }

  /** Lets the profile function see that the frame returns, not the exception that leaves it. */
  static void hideException(ThreadState state) {
    state.profilefunc = new ReturnForException(state, state.profilefunc);
  }

  /** Takes the place of the frame's function, which Python code may have set anew, to None even. */
  private @Nullable TraceFunction stepIn(PyFrame frame) {
    if (frame.tracefunc != this) {
      function = frame.getTrace() == Py.None ? null : frame.tracefunc;
      frame.tracefunc = function == null ? null : this;
      frame.f_lineno = code.getline(frame);
    }
    return function;
  }

  /** A trace function that returns None stays. */
  private void stepBack(PyFrame frame, @Nullable TraceFunction result) {
    function = result == null ? frame.tracefunc : result;
    frame.tracefunc = function == null ? null : this;
  }

  private static boolean isOn(ThreadState state) {
    return state.tracefunc != null && !state.tracing;
  }

  @Override
  public @Nullable TraceFunction traceReturn(PyFrame frame, PyObject result) {
    if (function == null || !isOn(Py.getThreadState())) {
      return this;
    }
    frame.tracefunc = function;
    return function.traceReturn(frame, result);
  }

  @Override
  public TraceFunction traceCall(PyFrame frame) {
    return this;
  }

  @Override
  public TraceFunction traceLine(PyFrame frame, int line) {
    return this;
  }

  /** Jython has made an exception, or sees one leave; we tell of those that reach a frame. */
  @Override
  public TraceFunction traceException(PyFrame frame, PyException exception) {
    return this;
  }

  /**
   * Stands for a profile function until Jython tells it of an exception that leaves a frame: it is
   * to see a return.
   */
  private static final class ReturnForException extends TraceFunction {
    private final ThreadState state;
    private final TraceFunction profile;

    ReturnForException(ThreadState state, TraceFunction profile) {
      this.state = state;
      this.profile = profile;
    }

    @Override
    public TraceFunction traceException(PyFrame frame, PyException exception) {
      state.profilefunc = profile;
      return profile.traceReturn(frame, Py.None);
    }

    @Override
    public TraceFunction traceCall(PyFrame frame) {
      return profile.traceCall(frame);
    }

    @Override
    public TraceFunction traceReturn(PyFrame frame, PyObject result) {
      return profile.traceReturn(frame, result);
    }

    @Override
    public TraceFunction traceLine(PyFrame frame, int line) {
      return profile.traceLine(frame, line);
    }
  }

  private void find(int instruction) {
    BytesView table = code.view().lineTable();
    int entries = table.length() & ~1;
    int address = 0;
    int i = 0;
    start = 0;
    line = code.co_firstlineno;
    for (; i < entries; i += 2) {
      int from = address + (table.byteAt(i) & 0xFF);
      if (from > instruction) {
        break;
      }
      address = from;
      int step = table.byteAt(i + 1) & 0xFF;
      if (step != 0) {
        start = address;
        line += step;
      }
    }
    // An entry that leaves the line alone only carries the address on.
    end = Integer.MAX_VALUE;
    for (; i < entries; i += 2) {
      address += table.byteAt(i) & 0xFF;
      if (table.byteAt(i + 1) != 0) {
        end = address;
        break;
      }
    }
  }
}
