package org.marshalimage.internal.memory;

/** System calls that a test answers: nothing of the C library is called. */
abstract class AnsweredCalls extends NativeCalls {
  @Override
  final Object find(String name) {
    throw new AssertionError(name);
  }

  @Override
  final long call(Object function, long a, long b, long c, long d, long e, long f) {
    throw new AssertionError(function);
  }
}
