package org.marshalimage.internal.memory;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Calls functions through {@code java.lang.foreign} on JDK 22 and newer, called by name because the
 * bytecode of this library is that of 17.
 */
final class ForeignCalls extends NativeCalls {
  private static final String PACKAGE = "java.lang.foreign.";

  private final Class<?> segmentType = type("MemorySegment");
  private final Class<?> linkerType = type("Linker");
  private final Class<?> descriptorType = type("FunctionDescriptor");
  private final Object linker = ByName.callStatic(linkerType, "nativeLinker");
  private final Object symbols = ByName.call(linkerType, linker, "defaultLookup");
  private final Object descriptor = descriptor();
  private final Object options = Array.newInstance(type("Linker$Option"), 0);

  private Object descriptor() {
    Class<?> layoutType = type("MemoryLayout");
    Object longLayout = ByName.constant(type("ValueLayout"), "JAVA_LONG");
    Object[] parameters = (Object[]) Array.newInstance(layoutType, PARAMETERS);
    Arrays.fill(parameters, longLayout);
    return ByName.callStatic(
        descriptorType, "of", layoutType, longLayout, parameters.getClass(), parameters);
  }

  @Override
  Object find(String name) {
    Object symbol =
        ((Optional<?>) ByName.call(type("SymbolLookup"), symbols, "find", String.class, name))
            .orElse(null);
    if (symbol == null) {
      throw none(name);
    }
    return ByName.call(
        linkerType,
        linker,
        "downcallHandle",
        segmentType,
        symbol,
        descriptorType,
        descriptor,
        options.getClass(),
        options);
  }

  @Override
  long call(Object function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) ((MethodHandle) function).invokeExact(a, b, c, d, e, f);
    } catch (Throwable failure) {
      throw ByName.unexpected(failure);
    }
  }

  @Override
  ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    Object munmap = find("munmap");
    Consumer<Object> unmap = segment -> munmap(munmap, address, length);
    Class<?> arenaType = type("Arena");
    Object arena = ByName.callStatic(arenaType, unmapOnClose ? "ofShared" : "ofAuto");
    Object memory = ByName.callStatic(segmentType, "ofAddress", long.class, address);
    Object segment =
        ByName.call(
            segmentType,
            memory,
            "reinterpret",
            long.class,
            length,
            arenaType,
            arena,
            Consumer.class,
            unmap);
    ByteBuffer buffer = (ByteBuffer) ByName.call(segmentType, segment, "asByteBuffer");
    return ImageBytes.of(path, buffer, unmapOnClose ? (AutoCloseable) arena : null);
  }

  private static Class<?> type(String name) {
    return ByName.type(PACKAGE + name);
  }
}
