package org.marshalimage.jython;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyDictionary;
import org.python.core.PyException;
import org.python.core.PyFrame;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PySet;
import org.python.core.PySlice;
import org.python.core.PyTuple;
import org.python.core.ThreadState;
import org.python.core.imp;

/**
 * An evaluation loop that reads opcodes and their arguments where they lie in the image. Written
 * from the description of the opcodes in the documentation of Python 2.7's module {@code dis}.
 */
final class MappedLoop implements EvaluationLoop {
  private static final int ARGUMENT_MASK = 0xFFFF;
  private static final int ARGUMENT_BITS = 16;
  private static final int LENGTH_WITH_ARGUMENT = 3;

  @Override
  public PyObject run(MappedCode code, PyFrame frame, ThreadState state) {
    Evaluation evaluation = Evaluation.saved(frame);
    PyException thrown = null;
    if (evaluation == null) {
      evaluation = Evaluation.start(code, frame);
    } else {
      evaluation.restart();
      Object input = frame.getGeneratorInput();
      if (input instanceof PyException exception) {
        thrown = exception;
      } else {
        evaluation.push((PyObject) input);
      }
    }
    while (true) {
      try {
        if (thrown == null) {
          return run(evaluation, frame, state);
        }
        throw thrown;
      } catch (Throwable e) {
        thrown = handle(evaluation, state, Py.JavaError(e));
      }
    }
  }

  /**
   * Takes an exception to its handler, or throws it.
   *
   * @return what was thrown on the way there; null for nothing
   */
  private static @Nullable PyException handle(
      Evaluation evaluation, ThreadState state, PyException exception) {
    try {
      if (evaluation.handle(exception, state)) {
        return null;
      }
    } catch (PyException another) {
      return another;
    }
    evaluation.leave(state);
    throw exception;
  }

  private static PyObject run(Evaluation evaluation, PyFrame frame, ThreadState state) {
    MappedCode code = evaluation.code;
    ByteBuffer bytecode = code.bytecode();
    int next = evaluation.next;
    while (true) {
      int at = next;
      int opcode = bytecode.get(next++) & 0xFF;
      int argument = 0;
      if (opcode >= Opcodes.HAVE_ARGUMENT) {
        argument = bytecode.getShort(next) & ARGUMENT_MASK;
        next += 2;
      }
      frame.f_lasti = at;
      if (frame.tracefunc != null) {
        evaluation.tracer().before(frame, state, at);
      }
      if (opcode == Opcodes.EXTENDED_ARG) {
        opcode = bytecode.get(next) & 0xFF;
        argument = argument << ARGUMENT_BITS | bytecode.getShort(next + 1) & ARGUMENT_MASK;
        next += LENGTH_WITH_ARGUMENT;
      }
      switch (opcode) {
        case Opcodes.NOP -> {}
        case Opcodes.POP_TOP -> evaluation.pop();
        case Opcodes.ROT_TWO -> evaluation.rotate(2);
        case Opcodes.ROT_THREE -> evaluation.rotate(3);
        case Opcodes.ROT_FOUR -> evaluation.rotate(4);
        case Opcodes.DUP_TOP -> evaluation.push(evaluation.top());
        case Opcodes.DUP_TOPX -> evaluation.duplicate(argument);

        case Opcodes.LOAD_CONST -> evaluation.push(code.constant(argument));
        case Opcodes.LOAD_FAST -> evaluation.push(evaluation.local(argument));
        case Opcodes.STORE_FAST -> evaluation.setLocal(argument, evaluation.pop());
        case Opcodes.DELETE_FAST -> evaluation.deleteLocal(argument);
        case Opcodes.LOAD_GLOBAL -> evaluation.push(frame.getglobal(code.name(argument)));
        case Opcodes.STORE_GLOBAL -> frame.setglobal(code.name(argument), evaluation.pop());
        case Opcodes.DELETE_GLOBAL -> frame.delglobal(code.name(argument));
        case Opcodes.LOAD_NAME -> evaluation.push(frame.getname(code.name(argument)));
        case Opcodes.STORE_NAME -> frame.setlocal(code.name(argument), evaluation.pop());
        case Opcodes.DELETE_NAME -> frame.dellocal(code.name(argument));
        case Opcodes.LOAD_LOCALS -> evaluation.push(frame.f_locals);
        case Opcodes.LOAD_CLOSURE -> evaluation.push(frame.getclosure(argument));
        case Opcodes.LOAD_DEREF -> evaluation.push(evaluation.cell(argument));
        case Opcodes.STORE_DEREF -> frame.setderef(argument, evaluation.pop());
        case Opcodes.LOAD_ATTR ->
            evaluation.setTop(evaluation.top().__getattr__(code.name(argument)));
        case Opcodes.STORE_ATTR -> {
          PyObject object = evaluation.pop();
          object.__setattr__(code.name(argument), evaluation.pop());
        }
        case Opcodes.DELETE_ATTR -> evaluation.pop().__delattr__(code.name(argument));
        case Opcodes.STORE_SUBSCR -> {
          PyObject key = evaluation.pop();
          PyObject container = evaluation.pop();
          container.__setitem__(key, evaluation.pop());
        }
        case Opcodes.DELETE_SUBSCR -> {
          PyObject key = evaluation.pop();
          evaluation.pop().__delitem__(key);
        }

        case Opcodes.UNARY_POSITIVE,
            Opcodes.UNARY_NEGATIVE,
            Opcodes.UNARY_NOT,
            Opcodes.UNARY_CONVERT,
            Opcodes.UNARY_INVERT ->
            evaluation.setTop(Operators.unary(opcode, evaluation.top()));
        case Opcodes.COMPARE_OP -> Operators.compare(evaluation, state, argument);
        case Opcodes.SLICE_0, Opcodes.SLICE_1, Opcodes.SLICE_2, Opcodes.SLICE_3 ->
            Slices.get(evaluation, opcode - Opcodes.SLICE_0);
        case Opcodes.STORE_SLICE_0,
            Opcodes.STORE_SLICE_1,
            Opcodes.STORE_SLICE_2,
            Opcodes.STORE_SLICE_3 ->
            Slices.set(evaluation, opcode - Opcodes.STORE_SLICE_0);
        case Opcodes.DELETE_SLICE_0,
            Opcodes.DELETE_SLICE_1,
            Opcodes.DELETE_SLICE_2,
            Opcodes.DELETE_SLICE_3 ->
            Slices.delete(evaluation, opcode - Opcodes.DELETE_SLICE_0);

        case Opcodes.BUILD_TUPLE -> evaluation.push(new PyTuple(evaluation.pop(argument)));
        case Opcodes.BUILD_LIST -> evaluation.push(new PyList(evaluation.pop(argument)));
        case Opcodes.BUILD_SET -> evaluation.push(new PySet(evaluation.pop(argument)));
        case Opcodes.BUILD_MAP -> evaluation.push(new PyDictionary());
        case Opcodes.BUILD_SLICE -> {
          PyObject step = argument == 3 ? evaluation.pop() : null;
          PyObject stop = evaluation.pop();
          evaluation.setTop(new PySlice(evaluation.top(), stop, step));
        }
        case Opcodes.STORE_MAP -> {
          PyObject key = evaluation.pop();
          PyObject value = evaluation.pop();
          evaluation.top().__setitem__(key, value);
        }
        case Opcodes.LIST_APPEND -> {
          PyObject item = evaluation.pop();
          ((PyList) evaluation.peek(argument - 1)).append(item);
        }
        case Opcodes.SET_ADD -> {
          PyObject item = evaluation.pop();
          ((PySet) evaluation.peek(argument - 1)).add(item);
        }
        case Opcodes.MAP_ADD -> {
          PyObject key = evaluation.pop();
          PyObject value = evaluation.pop();
          evaluation.peek(argument - 1).__setitem__(key, value);
        }
        case Opcodes.UNPACK_SEQUENCE -> {
          PyObject[] items = Py.unpackSequence(evaluation.pop(), argument);
          for (int i = argument - 1; i >= 0; i--) {
            evaluation.push(items[i]);
          }
        }

        case Opcodes.JUMP_FORWARD -> next += argument;
        case Opcodes.JUMP_ABSOLUTE -> next = argument;
        case Opcodes.POP_JUMP_IF_FALSE -> {
          if (!evaluation.pop().__nonzero__()) {
            next = argument;
          }
        }
        case Opcodes.POP_JUMP_IF_TRUE -> {
          if (evaluation.pop().__nonzero__()) {
            next = argument;
          }
        }
        case Opcodes.JUMP_IF_FALSE_OR_POP -> {
          if (evaluation.top().__nonzero__()) {
            evaluation.pop();
          } else {
            next = argument;
          }
        }
        case Opcodes.JUMP_IF_TRUE_OR_POP -> {
          if (evaluation.top().__nonzero__()) {
            next = argument;
          } else {
            evaluation.pop();
          }
        }
        case Opcodes.GET_ITER -> evaluation.setTop(evaluation.top().__iter__());
        case Opcodes.FOR_ITER -> {
          PyObject item = evaluation.top().__iternext__();
          if (item == null) {
            evaluation.pop();
            next += argument;
          } else {
            evaluation.push(item);
          }
        }

        case Opcodes.SETUP_LOOP, Opcodes.SETUP_EXCEPT, Opcodes.SETUP_FINALLY ->
            evaluation.pushBlock(opcode, next + argument);
        case Opcodes.SETUP_WITH -> WithStatement.enter(evaluation, state, next + argument);
        case Opcodes.WITH_CLEANUP -> WithStatement.leave(evaluation, state);
        case Opcodes.POP_BLOCK -> evaluation.popBlock();
        case Opcodes.BREAK_LOOP -> next = evaluation.unwind(Unwinding.BREAK);
        case Opcodes.CONTINUE_LOOP -> next = evaluation.unwind(Unwinding.continuing(argument));
        case Opcodes.RETURN_VALUE -> {
          PyObject value = evaluation.pop();
          next =
              evaluation.hasBlocks()
                  ? evaluation.unwind(Unwinding.returning(value))
                  : Evaluation.LEAVES;
          if (next == Evaluation.LEAVES) {
            return leave(evaluation, value);
          }
        }
        case Opcodes.END_FINALLY -> {
          PyObject why = evaluation.top();
          if (why instanceof Unwinding way) {
            evaluation.pop();
            next = evaluation.unwind(way);
            if (next == Evaluation.LEAVES) {
              return leave(evaluation, way.value);
            }
          } else if (why == Py.None) {
            evaluation.pop();
          } else {
            throw evaluation.again(evaluation.popException());
          }
        }
        case Opcodes.RAISE_VARARGS -> throw Statements.raise(evaluation, state, argument);
        case Opcodes.YIELD_VALUE -> {
          PyObject value = evaluation.pop();
          evaluation.save(next);
          return value;
        }

        case Opcodes.CALL_FUNCTION -> Calls.call(evaluation, state, argument);
        case Opcodes.CALL_FUNCTION_VAR, Opcodes.CALL_FUNCTION_KW, Opcodes.CALL_FUNCTION_VAR_KW ->
            Calls.callExtra(evaluation, opcode, argument);
        case Opcodes.MAKE_FUNCTION -> Calls.makeFunction(evaluation, argument);
        case Opcodes.MAKE_CLOSURE -> Calls.makeClosure(evaluation, argument);
        case Opcodes.BUILD_CLASS -> Calls.buildClass(evaluation);

        case Opcodes.IMPORT_NAME -> Statements.importName(evaluation, code.name(argument));
        case Opcodes.IMPORT_FROM ->
            evaluation.push(Statements.importFrom(evaluation.top(), code.name(argument)));
        case Opcodes.IMPORT_STAR -> imp.importAll(evaluation.pop(), frame);
        case Opcodes.EXEC_STMT -> Statements.exec(evaluation);
        case Opcodes.PRINT_EXPR -> Py.printResult(evaluation.pop());
        case Opcodes.PRINT_ITEM -> Py.printComma(evaluation.pop());
        case Opcodes.PRINT_NEWLINE -> Py.println();
        case Opcodes.PRINT_ITEM_TO -> {
          PyObject file = evaluation.pop();
          Py.printComma(file, evaluation.pop());
        }
        case Opcodes.PRINT_NEWLINE_TO -> Py.printlnv(evaluation.pop());

        default -> {
          PyObject right = evaluation.pop();
          evaluation.setTop(Operators.binary(opcode, evaluation.top(), right));
        }
      }
    }
  }

  /** Ends a frame by returning. */
  private static PyObject leave(Evaluation evaluation, PyObject value) {
    PyFrame frame = evaluation.frame;
    if ((evaluation.code.view().flags() & CodeFlags.GENERATOR) != 0) {
      if (frame.tracefunc == null) {
        frame.f_lineno = evaluation.code.getline(frame);
      }
      // Tells the generator that it is at its end.
      frame.f_lasti = -1;
      frame.f_savedlocals = null;
    }
    return value;
  }
}
