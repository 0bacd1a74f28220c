package org.marshalimage.jmh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CodeLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What does it cost to open an image and read one field of one module; how far is that from what
 * the JDK needs to map the same file and read the same word; does it grow with the image; and what
 * does closing add?
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MapBenchmark extends WarmTime {
  @Param({Corpus.SMALL, Corpus.STDLIB, Corpus.LARGE, Corpus.HUGE})
  public String image;

  private Path path;
  private String module;
  private int flagsOffset;

  /** Makes the image and finds the word that all benchmarks read. */
  @Setup
  public void prepare() throws Exception {
    path = Corpus.image(image);
    module = Corpus.module(Library.find()).name();
    int flags;
    try (MarshalImage mapped = MarshalImage.map(path)) {
      CodeView code = mapped.module(module).code();
      flags = code.flags();
      flagsOffset = (int) code.offset() + CodeLayout.FLAGS_OFFSET;
    }
    if (JdkMapping.readByBuffer(path, flagsOffset) != flags
        || JdkMapping.readByArena(path, flagsOffset) != flags) {
      throw new IllegalStateException("not the flags at " + flagsOffset + " of " + path);
    }
  }

  /**
   * Maps the image, finds a module and reads its flags. The image is closed later, outside of what
   * is timed, as the buffer of {@link #mapFile} is left to the collector.
   */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int mapImage(Mappings mappings) throws IOException {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      MarshalImage mapped = MarshalImage.map(path);
      mappings.keep(mapped);
      sum += mapped.module(module).code().flags();
    }
    return sum;
  }

  /** The same, and closes the image, which the collector unmaps later. */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int mapImageAndClose(Mappings mappings) throws IOException {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      try (MarshalImage mapped = MarshalImage.map(path)) {
        sum += mapped.module(module).code().flags();
      }
    }
    return sum;
  }

  /** Maps the file by {@code FileChannel.map} and reads the same word. */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int mapFile(Mappings mappings) throws IOException {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      sum += JdkMapping.readByBuffer(path, flagsOffset);
    }
    return sum;
  }

  /**
   * Maps the file into an arena, reads the same word and unmaps the file, which is what an image
   * that is unmapped on close costs. On older JDKs the same as {@link #mapFile}.
   */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int mapFileInArena(Mappings mappings) throws Exception {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      sum += JdkMapping.readByArena(path, flagsOffset);
    }
    return sum;
  }

  /**
   * The floor: a file below 2 GiB mapped by the JDK alone, and one little-endian word of it read.
   */
  static final class JdkMapping {
    private JdkMapping() {}

    /**
     * Maps a file into a buffer, which every JDK can do. The file is opened as a {@link
     * RandomAccessFile}, which is the cheapest way.
     */
    static int readByBuffer(Path path, int offset) throws IOException {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
        FileChannel channel = file.getChannel();
        return word(channel.map(MapMode.READ_ONLY, 0, channel.size()), offset);
      }
    }

    /**
     * Maps a file into a shared arena, reads and unmaps it at once. JDKs below 22 have no arenas;
     * there this is {@link #readByBuffer}.
     */
    static int readByArena(Path path, int offset) throws Exception {
      if (Runtime.version().feature() < 22) {
        return readByBuffer(path, offset);
      }
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
          AutoCloseable arena = (AutoCloseable) Arenas.OF_SHARED.invoke(null)) {
        FileChannel channel = file.getChannel();
        Object segment = Arenas.MAP.invoke(channel, MapMode.READ_ONLY, 0L, channel.size(), arena);
        return word((ByteBuffer) Arenas.AS_BYTE_BUFFER.invoke(segment), offset);
      }
    }

    private static int word(ByteBuffer buffer, int offset) {
      return buffer.order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    /**
     * {@code java.lang.foreign}, which release 17 does not know. Constants, so that calls are fast.
     */
    private static final class Arenas {
      static final Method OF_SHARED;
      static final Method MAP;
      static final Method AS_BYTE_BUFFER;

      static {
        try {
          Class<?> arena = Class.forName("java.lang.foreign.Arena");
          OF_SHARED = arena.getMethod("ofShared");
          MAP = FileChannel.class.getMethod("map", MapMode.class, long.class, long.class, arena);
          AS_BYTE_BUFFER =
              Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer");
        } catch (ReflectiveOperationException e) {
          throw new ExceptionInInitializerError(e);
        }
      }
    }
  }
}
