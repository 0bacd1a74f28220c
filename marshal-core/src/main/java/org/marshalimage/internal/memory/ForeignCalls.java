package org.marshalimage.internal.memory;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * System calls through {@code java.lang.foreign} on JDK 22 and newer, called by name because the
 * bytecode of this library is that of 17.
 */
final class ForeignCalls implements PrivateMapping.SystemCalls {
  private static final String PACKAGE = "java.lang.foreign.";

  private final Class<?> arenaType = type("Arena");
  private final Class<?> segmentType = type("MemorySegment");
  private final Class<?> layoutType = type("MemoryLayout");
  private final Class<?> descriptorType = type("FunctionDescriptor");
  private final Object linker = ByName.callStatic(type("Linker"), "nativeLinker");
  private final Object symbols = ByName.call(type("Linker"), linker, "defaultLookup");
  private final Object intLayout = constant("JAVA_INT");
  private final Object longLayout = constant("JAVA_LONG");
  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle mmap;
  private final MethodHandle munmap;

  /**
   * Finds the system's library.
   *
   * @throws UnsupportedOperationException if it has no such functions
   * @throws IllegalCallerException if this library may not make native calls
   */
  ForeignCalls() {
    // Addresses are longs here, which every 64-bit system passes like pointers.
    open = function("open", intLayout, longLayout, intLayout);
    close = function("close", intLayout, intLayout);
    mmap =
        function(
            "mmap",
            longLayout,
            longLayout,
            longLayout,
            intLayout,
            intLayout,
            intLayout,
            longLayout);
    munmap = function("munmap", intLayout, longLayout, longLayout);
  }

  private MethodHandle function(String name, Object result, Object... arguments) {
    Object symbol =
        ((Optional<?>) ByName.call(type("SymbolLookup"), symbols, "find", String.class, name))
            .orElseThrow(() -> new UnsupportedOperationException("no system call " + name));
    Object layouts = Array.newInstance(layoutType, arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      Array.set(layouts, i, arguments[i]);
    }
    Object descriptor =
        ByName.callStatic(descriptorType, "of", layoutType, result, layouts.getClass(), layouts);
    Object options = Array.newInstance(type("Linker$Option"), 0);
    return (MethodHandle)
        ByName.call(
            type("Linker"),
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
  public int open(String path, int flags) {
    byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
    ByteBuffer memory = ByteBuffer.allocateDirect(name.length).put(name).clear();
    try {
      return (int) open.invokeExact(DirectBuffers.address(memory), flags);
    } catch (Throwable e) {
      throw ByName.unexpected(e);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  @Override
  public int close(int descriptor) {
    try {
      return (int) close.invokeExact(descriptor);
    } catch (Throwable e) {
      throw ByName.unexpected(e);
    }
  }

  @Override
  public long mmap(
      long address, long length, int protection, int flags, int descriptor, long offset) {
    try {
      return (long) mmap.invokeExact(address, length, protection, flags, descriptor, offset);
    } catch (Throwable e) {
      throw ByName.unexpected(e);
    }
  }

  @Override
  public ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
    Object arena = ByName.callStatic(arenaType, unmapOnClose ? "ofShared" : "ofAuto");
    Consumer<Object> unmap =
        segment -> {
          try {
            int result = (int) munmap.invokeExact(address, length);
            assert result == 0;
          } catch (Throwable e) {
            throw ByName.unexpected(e);
          }
        };
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

  private static Object constant(String name) {
    try {
      return type("ValueLayout").getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw ByName.unexpected(e);
    }
  }
}
