package org.marshalimage.internal.memory;

import java.lang.ref.Cleaner;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Calls functions through jffi, for JDKs without {@code java.lang.foreign}; by name, since an
 * embedder may do without it, and since it is no named module that this one could require. Nothing
 * stops a thread there from reading memory that another one unmaps: so it is unmapped when the
 * collector finds that no buffer over it is left.
 */
final class JffiCalls extends NativeCalls {
  private static final String PACKAGE = "com.kenai.jffi.";
  private static final Cleaner CLEANER = Cleaner.create();

  private final Object library = ByName.callStatic(type("Library"), "getDefault");
  private final Object invoker = ByName.callStatic(type("Invoker"), "getInstance");

  /** What a call passes and returns. */
  private final Object context;

  private final Method invoke;

  JffiCalls() {
    Class<?> typeType = type("Type");
    Class<?> contextType = type("CallContext");
    Object longType = ByName.constant(typeType, "SINT64");
    Object[] parameters = (Object[]) Array.newInstance(typeType, PARAMETERS);
    Arrays.fill(parameters, longType);
    Class<?>[] types = new Class<?>[2 + PARAMETERS];
    Arrays.fill(types, long.class);
    types[0] = contextType;
    try {
      context =
          contextType
              .getConstructor(typeType, parameters.getClass())
              .newInstance(longType, parameters);
      invoke = type("Invoker").getMethod("invokeN6", types);
    } catch (ReflectiveOperationException e) {
      throw ByName.unexpected(e);
    }
  }

  @Override
  Object find(String name) {
    Object address =
        ByName.call(library.getClass(), library, "getSymbolAddress", String.class, name);
    if ((long) address == 0) {
      throw none(name);
    }
    return address;
  }

  @Override
  long call(Object function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) invoke.invoke(invoker, context, function, a, b, c, d, e, f);
    } catch (ReflectiveOperationException failure) {
      throw ByName.unexpected(failure);
    }
  }

  @Override
  ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    Object munmap = find("munmap");
    Class<?> memoryType = type("MemoryIO");
    ByteBuffer buffer =
        (ByteBuffer)
            ByName.call(
                memoryType,
                ByName.callStatic(memoryType, "getInstance"),
                "newDirectByteBuffer",
                long.class,
                address,
                int.class,
                (int) length);
    // Slices and views of the buffer refer to it, so that it outlives them.
    CLEANER.register(buffer, () -> munmap(munmap, address, length));
    return ImageBytes.of(path, buffer, null);
  }

  private static Class<?> type(String name) {
    return ByName.type(PACKAGE + name);
  }
}
