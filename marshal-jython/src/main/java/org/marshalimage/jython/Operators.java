package org.marshalimage.jython;

import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.ThreadState;

/** Operators of one and two operands, comparisons. */
final class Operators {
  /** The arguments of COMPARE_OP, in the order of {@code opcode.cmp_op}. */
  private static final int LESS = 0;

  private static final int LESS_OR_EQUAL = 1;
  private static final int EQUAL = 2;
  private static final int NOT_EQUAL = 3;
  private static final int GREATER = 4;
  private static final int GREATER_OR_EQUAL = 5;
  private static final int IN = 6;
  private static final int NOT_IN = 7;
  private static final int IS = 8;
  private static final int IS_NOT = 9;
  private static final int EXCEPTION_MATCH = 10;

  private Operators() {}

  static PyObject unary(int opcode, PyObject operand) {
    return switch (opcode) {
      case Opcodes.UNARY_POSITIVE -> operand.__pos__();
      case Opcodes.UNARY_NEGATIVE -> operand.__neg__();
      case Opcodes.UNARY_NOT -> Py.newBoolean(!operand.__nonzero__());
      case Opcodes.UNARY_CONVERT -> operand.__repr__();
      case Opcodes.UNARY_INVERT -> operand.__invert__();
      default -> throw unknown(opcode);
    };
  }

  static PyObject binary(int opcode, PyObject left, PyObject right) {
    return switch (opcode) {
      case Opcodes.BINARY_POWER -> left._pow(right);
      case Opcodes.BINARY_MULTIPLY -> left._mul(right);
      case Opcodes.BINARY_DIVIDE -> left._div(right);
      case Opcodes.BINARY_MODULO -> left._mod(right);
      case Opcodes.BINARY_ADD -> left._add(right);
      case Opcodes.BINARY_SUBTRACT -> left._sub(right);
      case Opcodes.BINARY_SUBSCR -> left.__getitem__(right);
      case Opcodes.BINARY_FLOOR_DIVIDE -> left._floordiv(right);
      case Opcodes.BINARY_TRUE_DIVIDE -> left._truediv(right);
      case Opcodes.BINARY_LSHIFT -> left._lshift(right);
      case Opcodes.BINARY_RSHIFT -> left._rshift(right);
      case Opcodes.BINARY_AND -> left._and(right);
      case Opcodes.BINARY_XOR -> left._xor(right);
      case Opcodes.BINARY_OR -> left._or(right);
      case Opcodes.INPLACE_POWER -> left._ipow(right);
      case Opcodes.INPLACE_MULTIPLY -> left._imul(right);
      case Opcodes.INPLACE_DIVIDE -> left._idiv(right);
      case Opcodes.INPLACE_MODULO -> left._imod(right);
      case Opcodes.INPLACE_ADD -> left._iadd(right);
      case Opcodes.INPLACE_SUBTRACT -> left._isub(right);
      case Opcodes.INPLACE_FLOOR_DIVIDE -> left._ifloordiv(right);
      case Opcodes.INPLACE_TRUE_DIVIDE -> left._itruediv(right);
      case Opcodes.INPLACE_LSHIFT -> left._ilshift(right);
      case Opcodes.INPLACE_RSHIFT -> left._irshift(right);
      case Opcodes.INPLACE_AND -> left._iand(right);
      case Opcodes.INPLACE_XOR -> left._ixor(right);
      case Opcodes.INPLACE_OR -> left._ior(right);
      default -> throw unknown(opcode);
    };
  }

  /** Takes the two operands from the stack, and puts the result there. */
  static void compare(Evaluation evaluation, ThreadState state, int operator) {
    PyObject right = evaluation.pop();
    PyObject left = evaluation.top();
    evaluation.setTop(
        switch (operator) {
          case LESS -> left._lt(right);
          case LESS_OR_EQUAL -> left._le(right);
          case EQUAL -> left._eq(right);
          case NOT_EQUAL -> left._ne(right);
          case GREATER -> left._gt(right);
          case GREATER_OR_EQUAL -> left._ge(right);
          case IN -> left._in(right);
          case NOT_IN -> left._notin(right);
          case IS -> Py.newBoolean(left == right);
          case IS_NOT -> Py.newBoolean(left != right);
          case EXCEPTION_MATCH -> Py.newBoolean(matches(evaluation, state, right));
          default -> throw Py.SystemError("unknown comparison " + operator);
        });
  }

  /** An except clause compares a copy of the exception's type; the exception lies below. */
  private static boolean matches(Evaluation evaluation, ThreadState state, PyObject expected) {
    PyObject type = evaluation.top();
    PyException handled = state.exception;
    if (handled == null || handled.type != type) {
      handled = new PyException(type, evaluation.peek(2));
    }
    return handled.match(expected);
  }

  private static PyException unknown(int opcode) {
    return Py.SystemError("unknown opcode " + opcode);
  }
}
