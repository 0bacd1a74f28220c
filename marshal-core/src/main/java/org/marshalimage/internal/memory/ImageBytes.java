package org.marshalimage.internal.memory;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TypeCode;

/**
 * The bytes of a mapped image: the one class that knows how bytes are read, and in place written.
 * Little-endian.
 *
 * <p>An accessor's offset must lie in a range that {@link #checkRange} has proven; the narrowing to
 * the buffer's {@code int} happens here alone. Safe for use by many threads.
 */
public final class ImageBytes implements AutoCloseable {
  /**
   * Whether {@code FileChannel} maps into an arena that can be closed. "1.8" and the like are below
   * 17 and do not run this library.
   */
  private static final boolean HAS_ARENAS =
      Integer.parseInt(System.getProperty("java.specification.version")) >= 22;

  private static final @Nullable Integer SETTING =
      Integer.getInteger("org.marshalimage.leastMapped");

  /**
   * Files of fewer bytes are read: the first mapping of a JVM starts parts of the JDK that take
   * longer than to read half a megabyte. The figures are in {@code jmh/README.md}.
   */
  private static final int LEAST_MAPPED = SETTING == null ? 1 << 19 : SETTING;

  /**
   * How many are still read. Whoever maps more of them in one JVM is better off with mappings, each
   * of which takes less. Racy on purpose: some more or fewer do not matter.
   */
  private static int readsLeft = SETTING == null ? 8 : Integer.MAX_VALUE;

  /** Binary logarithms of the two pointer widths, and of what slots of the lesser one count. */
  private static final int COMPACT_SHIFT = 2;

  private static final int ADDRESS_SHIFT = 3;
  private static final int UNIT_SHIFT = 3;

  /** Always 0; not final, so that the JIT cannot fold it. */
  private static int none;

  /** Null if the bytes are not those of a file. */
  private final @Nullable Path path;

  private final long length;

  /** Unmaps; null if the collector does. */
  private @Nullable AutoCloseable arena;

  /**
   * Null when closed. Not volatile: the JIT then keeps what it knows of the buffer (address, limit,
   * whether its arena is open) from one read to the next.
   */
  private @Nullable ByteBuffer buffer;

  /**
   * Volatile, so that compiled code sees it: a loop that reads plain fields alone would run on for
   * ever after another thread closes the image. Each call of the library looks at it once at least,
   * by a method named get, and may read on by methods named read.
   */
  private volatile boolean isClosed;

  private long linkBase;

  /** Binary logarithm of the bytes of a slot. */
  private int slotShift;

  private long objectsStart;
  private long objectsEnd;
  private volatile @Nullable InternedTexts internedTexts;
  private long maxObjects = Long.MAX_VALUE;
  private int maxDepth = Integer.MAX_VALUE;

  /** Below this, unsigned, a type word is a type code; otherwise it is looked up. */
  private long typeWordLimit = TypeCode.LIMIT;

  /** What type words stand for; null if they are type codes. */
  private @Nullable TypeWords typeWords;

  private boolean isInPlace;

  /** The interpreter's handles, and objects, by type code. */
  private long @Nullable [] typeHandles;

  private @Nullable Object @Nullable [] typeObjects;

  /** Made when a record or an external is read, or bound. */
  private volatile @Nullable StateTables state;

  private ImageBytes(@Nullable Path path, ByteBuffer buffer, @Nullable AutoCloseable arena) {
    this.path = path;
    this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    this.length = buffer.capacity();
    this.arena = arena;
  }

  /**
   * Maps a file, shared and read-only, or reads it if it is small. The collector unmaps it.
   *
   * @param path a file of the default file system
   * @return its bytes
   * @throws IOException if it cannot be opened or mapped
   */
  public static ImageBytes map(Path path) throws IOException {
    return map(path, false);
  }

  /**
   * Maps a file, shared and read-only, or reads it if it is small. A thread that is interrupted
   * maps it all the same, and stays interrupted: mapping waits for nothing.
   *
   * @param path a file of the default file system
   * @param unmapOnClose whether {@link #close} unmaps the file, which needs a JDK that {@link
   *     #hasArenas}, and a small file is mapped too; else the collector does
   * @return its bytes
   * @throws IOException if it cannot be opened or mapped
   * @throws IllegalArgumentException if the path is of another file system
   */
  public static ImageBytes map(Path path, boolean unmapOnClose) throws IOException {
    // Not FileChannel.open: on JDK 17 that costs 2 ms more in a fresh JVM.
    RandomAccessFile file = new RandomAccessFile(toFile(path), "r");
    try {
      long length = file.length();
      if (length < LEAST_MAPPED && !unmapOnClose && readsLeft > 0) {
        readsLeft--;
        return new ImageBytes(path, read(file, (int) length), null);
      }
      return map(path, file.getChannel(), FileChannel.MapMode.READ_ONLY, unmapOnClose);
    } catch (IOException e) {
      // Not a catch of its own: the verifier would load that class and two that it extends.
      if (!(e instanceof ClosedByInterruptException)) {
        throw e;
      }
    } finally {
      file.close();
    }
    Thread.interrupted();
    try {
      return map(path, unmapOnClose);
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads a file, or what is left of it if it becomes shorter meanwhile. */
  private static ByteBuffer read(RandomAccessFile file, int length) throws IOException {
    byte[] bytes = new byte[length];
    int count = 0;
    for (int more = 0; more >= 0 && count < length; count += Math.max(more, 0)) {
      more = file.read(bytes, count, length - count);
    }
    // Direct and read-only: the class that a mapping has, so that reads are as fast beside one.
    return ByteBuffer.allocateDirect(count).put(bytes, 0, count).flip().asReadOnlyBuffer();
  }

  /**
   * Maps a file that is open, for use by the library itself: it is unmapped on close if the JDK
   * can.
   */
  public static ImageBytes map(Path path, FileChannel channel, FileChannel.MapMode mode)
      throws IOException {
    return map(path, channel, mode, hasArenas());
  }

  /** Maps a file that is open; a thread that is interrupted finds its channel closed. */
  static ImageBytes map(
      Path path, FileChannel channel, FileChannel.MapMode mode, boolean unmapOnClose)
      throws IOException {
    long length = channel.size();
    if (length > Integer.MAX_VALUE) {
      throw Failures.tooLarge(path, length);
    }
    if (hasArenas()) {
      return ArenaMapping.map(path, channel, mode, length, unmapOnClose);
    }
    return new ImageBytes(path, channel.map(mode, 0, length), null);
  }

  /**
   * Returns the file of a path.
   *
   * @throws IllegalArgumentException if the path is not of the default file system
   */
  public static File toFile(Path path) {
    // Compiled code that is hot throws the JVM's own without a message.
    Objects.requireNonNull(path, "path");
    try {
      return path.toFile();
    } catch (RuntimeException e) {
      throw Failures.noFile(path, e);
    }
  }

  /** Wraps a mapping of a file; {@link #close} closes the arena, if there is one. */
  public static ImageBytes of(Path path, ByteBuffer buffer, @Nullable AutoCloseable arena) {
    return new ImageBytes(path, buffer, arena);
  }

  /**
   * Reads bytes that someone else owns; they are not unmapped on close.
   *
   * @param buffer its bytes from position to limit; it is left as it is, its byte order is none of
   *     ours
   */
  public static ImageBytes of(ByteBuffer buffer) {
    // Read-only: of a direct one the same class as a mapping has, so that reads stay as fast.
    return new ImageBytes(null, buffer.slice().asReadOnlyBuffer(), null);
  }

  /** Reads the same bytes anew, as if nothing was known of them. */
  public ImageBytes again() {
    return new ImageBytes(path, buffer().duplicate(), null);
  }

  /**
   * Tells whether Flight Recorder runs, or has run. It sets this property when it starts; to ask it
   * would load it.
   */
  public static boolean isFlightRecorded() {
    return System.getProperty("jdk.jfr.repository") != null;
  }

  /** Tells whether this JDK can stop all threads from reading a mapping, and then unmap it. */
  public static boolean hasArenas() {
    return HAS_ARENAS;
  }

  /**
   * Tells what the header says of slots, which is needed to follow them.
   *
   * @param pointerWidth bytes of a slot, one of the two that there are
   * @param linkBase what is added to an offset in a slot of 8 bytes
   * @param objectsStart offset of the first object
   * @param objectsEnd offset behind the last object
   */
  public void setLinking(int pointerWidth, long linkBase, long objectsStart, long objectsEnd) {
    this.slotShift = pointerWidth == HeaderLayout.COMPACT_WIDTH ? COMPACT_SHIFT : ADDRESS_SHIFT;
    this.linkBase = linkBase;
    this.objectsStart = objectsStart;
    this.objectsEnd = objectsEnd;
  }

  /** Tells that type words hold handles, as in a prelinked image. */
  public void setTypeWords(TypeWords handles) {
    typeWords = handles;
  }

  /**
   * Tells that objects are to be linked before they are read.
   *
   * @param linker asked for the kind of each object that is read
   * @param address what slots are relative to from now on
   */
  public void setInPlace(TypeWords linker, long address) {
    typeWords = linker;
    isInPlace = true;
    linkBase = address;
    typeWordLimit = 0;
  }

  /** Has an observer told of offsets of objects when their types are first read; see Touches. */
  public void observe(LongPredicate observer) {
    typeWords = new Touches(length, typeWordLimit, typeWords, observer);
    typeWordLimit = 0;
  }

  /** Waits for a thread that is linking objects in place, so that what it has done is seen. */
  public void awaitLinking() {
    if (typeWords != null) {
      typeWords.awaitLinking();
    }
  }

  /** Tells whether objects are linked in place; else the image is read as it is. */
  public boolean isInPlace() {
    return isInPlace;
  }

  /**
   * Tells what the interpreter has for the types.
   *
   * @param handles by type code; 0 where there is none
   * @param objects by type code; null where there is none
   */
  public void setTypes(long[] handles, @Nullable Object[] objects) {
    typeHandles = handles;
    typeObjects = objects;
  }

  /** Returns the types of records and the externals, of an image whose header has been checked. */
  public StateTables state() {
    StateTables made = state;
    return made != null ? made : makeState();
  }

  private synchronized StateTables makeState() {
    StateTables made = state;
    if (made == null) {
      made = new StateTables(this);
      state = made;
    }
    return made;
  }

  /**
   * Sets how large a graph may be that is copied out.
   *
   * @param objects most objects
   * @param depth most containers inside one another
   */
  public void setBudget(long objects, int depth) {
    maxObjects = objects;
    maxDepth = depth;
  }

  /** Returns the most objects that a graph may have that is copied out. */
  public long maxObjects() {
    return maxObjects;
  }

  /** Returns the most containers inside one another that a graph may have that is copied out. */
  public int maxDepth() {
    return maxDepth;
  }

  /** Returns the interpreter's handle for a type code of an object that lies at an offset. */
  public long typeHandle(int code, long offset) {
    long[] handles = typeHandles;
    if (handles == null) {
      throw Failures.noTypes(this);
    }
    long handle = handles[code];
    if (code == TypeCode.RECORD) {
      handle = state().typeHandle(offset, handle);
    }
    if (handle == 0) {
      throw Failures.unboundType(this, code, offset);
    }
    return handle;
  }

  /** Returns the interpreter's object for a type code of an object that lies at an offset. */
  public @Nullable Object typeObject(int code, long offset) {
    @Nullable Object[] objects = typeObjects;
    if (objects == null) {
      throw Failures.noTypes(this);
    }
    return code == TypeCode.RECORD ? state().typeObject(offset, objects[code]) : objects[code];
  }

  /** Returns what type words stay below, unsigned, if they are the type codes that they seem. */
  public long typeWordLimit() {
    return typeWordLimit;
  }

  /** Returns the type code that another type word stands for. */
  public int kindOf(long typeWord, long offset) {
    int code = typeWords == null ? -1 : typeWords.kind(typeWord, offset);
    return code >= 0 ? code : unknown(typeWord, offset);
  }

  /** Returns the type code that another type word stands for, of an object linked or not. */
  public int kindWithoutLinking(long typeWord, long offset) {
    int code = typeWords == null ? -1 : typeWords.kindWithoutLinking(typeWord, offset);
    return code >= 0 ? code : unknown(typeWord, offset);
  }

  private int unknown(long typeWord, long offset) {
    throw Failures.unknownType(this, isInPlace ? getLong(offset) : typeWord, offset);
  }

  /** Returns the file; null if the bytes are those of a buffer. */
  public @Nullable Path path() {
    return path;
  }

  /** Returns what messages call the file. */
  public String file() {
    return path != null ? path.toString() : "buffer of " + length + " bytes";
  }

  /** Returns the length of the file in bytes. */
  public long length() {
    return length;
  }

  /** Returns what is added to an offset in a slot of 8 bytes. */
  public long linkBase() {
    return linkBase;
  }

  /** Returns the bytes of a slot. */
  public int pointerWidth() {
    return 1 << slotShift;
  }

  /** Returns the offset of a slot, of those that start at one. */
  public long slotOffset(long first, int index) {
    return first + ((long) index << slotShift);
  }

  /** Returns the offset that a slot holds, which may be any number. */
  public long getSlot(long offset) {
    if (slotShift == COMPACT_SHIFT) {
      return (getInt(offset) & 0xFFFFFFFFL) << UNIT_SHIFT;
    }
    return getLong(offset) - linkBase;
  }

  /** Returns the offset that a slot holds, which may be any number; 0 if it names nothing. */
  public long getSlotOrEmpty(long offset) {
    if (slotShift == COMPACT_SHIFT) {
      return (getInt(offset) & 0xFFFFFFFFL) << UNIT_SHIFT;
    }
    long slot = getLong(offset);
    return slot == 0 ? 0 : slot - linkBase;
  }

  /** Tells whether a slot names nothing. */
  public boolean isEmptySlot(long offset) {
    return slotShift == COMPACT_SHIFT ? getInt(offset) == 0 : getLong(offset) == 0;
  }

  /** Returns the offset of the first object. */
  public long objectsStart() {
    return objectsStart;
  }

  /** Returns the offset behind the last object. */
  public long objectsEnd() {
    return objectsEnd;
  }

  /** Returns a byte, of an image that is seen to be open. */
  public byte getByte(long offset) {
    checkOpen();
    return readByte(offset);
  }

  /** Returns two bytes, of an image that is seen to be open. */
  public short getShort(long offset) {
    checkOpen();
    return bytes().getShort((int) offset);
  }

  /** Returns four bytes, of an image that is seen to be open. */
  public int getInt(long offset) {
    checkOpen();
    return readInt(offset);
  }

  /** Returns eight bytes, of an image that is seen to be open. */
  public long getLong(long offset) {
    checkOpen();
    return readLong(offset);
  }

  /**
   * Returns a byte without a look whether the image is open: for what is read after {@link
   * #getByte} or the like in one call of the library, and for the elements of text, bytes and
   * digits. A compiled loop over these, which ends by itself, may run to its end after another
   * thread closes the image; with the look it takes two to three times as long.
   */
  public byte readByte(long offset) {
    return bytes().get((int) offset);
  }

  /** Returns four bytes, as {@link #readByte} does. */
  public int readInt(long offset) {
    return bytes().getInt((int) offset);
  }

  /** Returns eight bytes, as {@link #readByte} does. */
  public long readLong(long offset) {
    return bytes().getLong((int) offset);
  }

  /**
   * Copies bytes out.
   *
   * @throws org.marshalimage.format.CorruptImageException if the file was cut while it was mapped
   */
  public void getBytes(long offset, byte[] target, int from, int count) {
    try {
      buffer().get((int) offset, target, from, count);
      raisePendingFault();
    } catch (InternalError e) {
      throw Failures.unreadable(this, e);
    }
  }

  /**
   * Copies units of two bytes out.
   *
   * @throws org.marshalimage.format.CorruptImageException if the file was cut while it was mapped
   */
  public char[] getChars(long offset, int count) {
    char[] target = new char[count];
    try {
      slice(offset, (long) count * Character.BYTES).asCharBuffer().get(target);
      raisePendingFault();
    } catch (InternalError e) {
      throw Failures.unreadable(this, e);
    }
    return target;
  }

  /**
   * Copies units of four bytes out.
   *
   * @throws org.marshalimage.format.CorruptImageException if the file was cut while it was mapped
   */
  public int[] getInts(long offset, int count) {
    int[] target = new int[count];
    try {
      slice(offset, (long) count * Integer.BYTES).asIntBuffer().get(target);
      raisePendingFault();
    } catch (InternalError e) {
      throw Failures.unreadable(this, e);
    }
    return target;
  }

  /**
   * Ends a series of reads: where the JVM has not yet thrown the {@code InternalError} for a page
   * that could not be read, it does so now. Up to then such reads give nonsense.
   *
   * <p>The JVM reports page faults of compiled code late: when that next returns from the JVM's
   * runtime (JDK 17) or reaches a safepoint poll (later ones), which may be in the caller of the
   * caller. An array of two dimensions that are no constants is made by the runtime, in 40 ns. A
   * native call does not trigger the check.
   */
  public void raisePendingFault() {
    // Read, and not written: threads that read at once share the field's cache line.
    if (new byte[none][none].length != 0) {
      throw Failures.bug("array of no items", null);
    }
  }

  /** Writes four bytes, of a mapping that is writable. */
  public void putInt(long offset, int value) {
    buffer().putInt((int) offset, value);
  }

  /** Writes eight bytes, of a mapping that is writable. */
  public void putLong(long offset, long value) {
    buffer().putLong((int) offset, value);
  }

  /** Returns a read-only little-endian view of a range, without copying it. */
  public ByteBuffer slice(long offset, long count) {
    ByteBuffer slice = buffer().slice((int) offset, (int) count);
    return (slice.isReadOnly() ? slice : slice.asReadOnlyBuffer()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a writable little-endian view of a range, of a mapping that is writable. */
  public ByteBuffer writableSlice(long offset, long count) {
    return buffer().slice((int) offset, (int) count).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Proves that a range lies in the image.
   *
   * @param offset bytes from the start
   * @param count bytes, at least 0
   * @throws org.marshalimage.format.CorruptImageException if it does not
   */
  public void checkRange(long offset, long count) {
    if (offset < 0 || count < 0 || offset > length - count) {
      throw Failures.range(this, offset, count);
    }
  }

  /** Returns the Java strings that there are of interned strings, of an image that is open. */
  public InternedTexts internedTexts() {
    // Volatile, and null when closed: a look whether the image is open as well.
    InternedTexts made = internedTexts;
    return made != null ? made : makeInternedTexts();
  }

  private synchronized InternedTexts makeInternedTexts() {
    checkOpen();
    InternedTexts made = internedTexts;
    if (made == null) {
      made = new InternedTexts(this, getInt(HeaderLayout.INTERNED_COUNT_OFFSET));
      internedTexts = made;
    }
    return made;
  }

  /**
   * Ends all access: whatever a thread reads from now on throws. Unmaps, if that was asked for;
   * else the collector does when the last buffer over the mapping has gone. Idempotent.
   *
   * @throws IllegalStateException if a system call is just reading from a buffer over a mapping
   *     that is to be unmapped now; then access has ended, and another call unmaps
   */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      buffer = null;
      internedTexts = null;
      if (arena != null) {
        try {
          arena.close();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw Failures.bug("close of an arena", e);
        }
        arena = null;
      }
    }
  }

  /** Returns where an offset of the image lies in {@link #buffer()}. */
  public static int position(long offset) {
    return (int) offset;
  }

  /**
   * Looks whether the image is open.
   *
   * @throws IllegalStateException if it is closed
   */
  public void checkOpen() {
    if (isClosed) {
      throw Failures.closed(this);
    }
  }

  private ByteBuffer bytes() {
    ByteBuffer current = buffer;
    if (current == null) {
      throw Failures.closed(this);
    }
    return current;
  }

  /**
   * Returns all bytes, writable if they are linked in place; for what only a buffer can be given
   * to.
   *
   * @throws IllegalStateException if the image is closed
   */
  public ByteBuffer buffer() {
    checkOpen();
    return bytes();
  }
}
