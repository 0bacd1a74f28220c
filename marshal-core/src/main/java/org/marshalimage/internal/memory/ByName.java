package org.marshalimage.internal.memory;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Calls by name what this library is not compiled against: a newer JDK's classes, and libraries
 * that an embedder may do without. Slow; for what happens once for each mapping.
 */
final class ByName {
  private ByName() {}

  /**
   * Finds a class.
   *
   * @throws UnsupportedOperationException if it is not to be had
   */
  static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException("no class " + name, e);
    }
  }

  /** Returns what a public static field holds. */
  static Object constant(Class<?> type, String name) {
    try {
      return type.getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw unexpected(e);
    }
  }

  static Object callStatic(Class<?> type, String name, Object... typesAndArguments) {
    return call(type, null, name, typesAndArguments);
  }

  /**
   * Calls a public method; behind its name come the type and the value of each argument in turn.
   *
   * @param type a public class or interface that has the method
   */
  static Object call(Class<?> type, Object receiver, String name, Object... typesAndArguments) {
    int count = typesAndArguments.length / 2;
    Class<?>[] types = new Class<?>[count];
    Object[] arguments = new Object[count];
    for (int i = 0; i < count; i++) {
      types[i] = (Class<?>) typesAndArguments[2 * i];
      arguments[i] = typesAndArguments[2 * i + 1];
    }
    try {
      Method method = type.getMethod(name, types);
      return method.invoke(receiver, arguments);
    } catch (InvocationTargetException e) {
      throw unexpected(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw unexpected(e);
    }
  }

  /** Returns what to throw for what a call has thrown, and is no checked exception. */
  static RuntimeException unexpected(Throwable e) {
    if (e instanceof RuntimeException) {
      return (RuntimeException) e;
    }
    if (e instanceof Error) {
      throw (Error) e;
    }
    return new IllegalStateException("not as it is documented", e);
  }
}
