package org.marshalimage.writer;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TypeTable;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.writer.internal.ImageBuilder;
import org.marshalimage.writer.internal.Prelinker;
import org.marshalimage.writer.internal.Repacker;
import org.marshalimage.writer.internal.RootSource;

/**
 * Makes an image. Equal immutable values of all roots are stored once. The same roots under the
 * same names give the same bytes, in whatever order they are added.
 *
 * <p>The objects are laid out outside the heap, by chronicle-bytes. Not thread-safe. To be closed.
 */
public final class ImageWriter implements AutoCloseable {
  private final ImageBuilder builder = new ImageBuilder();
  private boolean hasTable;
  private Prelinker.@Nullable Goal goal;
  private @Nullable StartOrder order;
  private boolean closed;

  private ImageWriter() {}

  /**
   * Starts an image without roots.
   *
   * @return a writer; the caller closes it
   */
  public static ImageWriter create() {
    return new ImageWriter();
  }

  /**
   * Adds a root. If it is refused, the writer is as it was.
   *
   * @param name not empty, and of no other root
   * @param root any value; a module's code, or any other graph
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or taken, if there is no root, or if a
   *     key of a dict or an item of a set cannot be hashed or is equal to another one by
   *     {@linkplain org.marshalimage.format.stream.KeyChecker Python's rule}, that of the root's
   *     version if it is a code object, else Python 3's; the message has the path to it
   */
  public ImageWriter add(String name, Value root) {
    if (root == null) {
      throw new IllegalArgumentException("no root: name=" + name);
    }
    return add(name, root, RootSource.NONE);
  }

  /**
   * Adds a module. If it is refused, the writer is as it was.
   *
   * @param name for example {@code "http.client"}; not empty, and of no other root
   * @param pyc the module's file
   * @param isPackage whether the code is that of an {@code __init__}
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or taken, or if a key of a dict or an
   *     item of a set cannot be hashed or is equal to another one
   */
  public ImageWriter addModule(String name, PycFile pyc, boolean isPackage) {
    return add(name, pyc.root(), RootSource.of(pyc, isPackage));
  }

  /**
   * Gives the interned strings of an older image the numbers that they have there, so that an
   * interpreter can know strings by fixed numbers. Strings that no root uses are kept. To be called
   * once at most.
   *
   * @param older an image; not needed any more once this returns
   * @return this writer
   * @throws IllegalStateException if it was called before
   * @throws CorruptImageException if the image has a string under two numbers; then this writer is
   *     of no more use
   */
  public ImageWriter internTable(MarshalImage older) {
    checkOpen();
    if (hasTable) {
      throw new IllegalStateException("two tables of interned strings");
    }
    hasTable = true;
    for (int number = 0; number < older.internedCount(); number++) {
      StrView string = older.intern(number);
      if (!builder.reserveNumber(string.toValue())) {
        throw new CorruptImageException(
            "string is interned twice: number=" + number, string.offset(), nameOf(older));
      }
    }
    return this;
  }

  private static @Nullable String nameOf(MarshalImage image) {
    try {
      return image.path().toString();
    } catch (UnsupportedOperationException e) {
      // Its bytes are those of a buffer.
      return null;
    }
  }

  /**
   * Says something of the image: by what it was made, for what. The image id covers it, and {@link
   * org.marshalimage.MarshalImage#properties} tells it without touching any object.
   *
   * @param name not empty; best with the interpreter's name before a dot
   * @param text any text
   * @return this writer
   * @throws IllegalArgumentException if the name is empty or was set before, if a surrogate stands
   *     alone, or if all properties take more than {@value
   *     org.marshalimage.format.PropertiesLayout#MAX_LENGTH} bytes
   */
  public ImageWriter property(String name, String text) {
    checkOpen();
    builder.addProperty(name, text);
    return this;
  }

  /**
   * Gives each code object a bytes object of its own for its bytecode, where else those with equal
   * bytecode share one: for interpreters that map the image in place and write into bytecode what
   * holds for one code object alone. To be called before the first root is added.
   *
   * @return this writer
   * @throws IllegalStateException if there are roots already
   */
  public ImageWriter separateBytecode() {
    checkOpen();
    if (!builder.isEmpty()) {
      throw new IllegalStateException("separateBytecode after the first root");
    }
    builder.separateBytecode();
    return this;
  }

  /**
   * Keeps identity over all roots: a value that several of them lead to is one object of the image.
   * Else each root is a graph of its own, and a list that two of them have becomes two. All values
   * then stay in memory until the writer is closed. To be called before the first root is added.
   *
   * @return this writer
   * @throws IllegalStateException if there are roots already
   */
  public ImageWriter keepIdentity() {
    checkOpen();
    if (!builder.isEmpty()) {
      throw new IllegalStateException("keepIdentity after the first root");
    }
    builder.keepIdentity();
    return this;
  }

  /**
   * Sets how slots are written, by which objects name one another. Compact slots, of {@value
   * HeaderLayout#COMPACT_WIDTH} bytes, hold offsets in units of 8 bytes; images have these unless
   * they are told otherwise. Slots of {@value HeaderLayout#ADDRESS_WIDTH} bytes become addresses
   * when the image is mapped in place, for native code that follows them; such an image is larger
   * by about an eighth. To be called before the first root is added.
   *
   * @param bytes {@value HeaderLayout#COMPACT_WIDTH} or {@value HeaderLayout#ADDRESS_WIDTH}
   * @return this writer
   * @throws IllegalArgumentException if it is neither
   * @throws IllegalStateException if there are roots already
   */
  public ImageWriter pointerWidth(int bytes) {
    checkOpen();
    if (bytes != HeaderLayout.COMPACT_WIDTH && bytes != HeaderLayout.ADDRESS_WIDTH) {
      throw new IllegalArgumentException(
          "pointer width is not "
              + HeaderLayout.COMPACT_WIDTH
              + " or "
              + HeaderLayout.ADDRESS_WIDTH
              + ": "
              + bytes);
    }
    if (!builder.isEmpty()) {
      throw new IllegalStateException("pointerWidth after the first root");
    }
    builder.setPointerWidth(bytes);
    return this;
  }

  /**
   * Has the image prelinked: slots and type words are written as in-place mapping wants them, so
   * that linking touches nothing if it finds the same address free and is given the same handles.
   * Such an image can be mapped in every other way too. The image id does not depend on it.
   *
   * @param address a multiple of 4096 from 0, for none, to 2^47 - 2^31
   * @param types the interpreter's handles, no two the same, for every type that occurs; null for
   *     none
   * @return this writer
   * @throws IllegalArgumentException if the address or a handle is not allowed
   */
  public ImageWriter prelink(long address, @Nullable TypeTable types) {
    checkOpen();
    goal = prelinkGoal(address, types);
    return this;
  }

  /**
   * Has the image laid out by a start, as by {@link #repack}: what a start touches lies together.
   * An image in the layout of one without a start is written first, for the order to be found in,
   * and is gone once the other is there. Interned strings have the numbers that they have in it.
   *
   * @param start what is touched; null, or one that finds nothing, for no such layout
   * @return this writer
   */
  public ImageWriter start(@Nullable StartOrder start) {
    checkOpen();
    order = start;
    return this;
  }

  /**
   * Writes a prelinked copy of an image, or one that is not prelinked any more.
   *
   * @param source an image, prelinked or not
   * @param target as of {@link #write(Path)}; may be the same file
   * @param address as of {@link #prelink(long, TypeTable)}
   * @param types as of {@link #prelink(long, TypeTable)}
   * @return what was changed
   * @throws IOException if a file cannot be read or written; then nothing is left behind
   * @throws IllegalArgumentException if the address is not allowed, or the table does not bind all
   *     types of the image, or a path is of another file system
   * @throws org.marshalimage.format.CorruptImageException if a checksum is off, or an object breaks
   *     the format
   */
  public static PrelinkSummary prelink(
      Path source, Path target, long address, @Nullable TypeTable types) throws IOException {
    ImageBytes.toFile(source);
    ImageBytes.toFile(target);
    try {
      return PrelinkSummary.of(Prelinker.prelink(source, target, prelinkGoal(address, types)));
    } catch (IOException e) {
      throw Failures.writing(target, e);
    }
  }

  /**
   * Writes a copy of an image that has what a start touches at the front of its objects: the same
   * roots, objects and numbers of interned strings, prelinked for the same, in another order. Lists
   * of what was touched need not be complete: of a code object that is executed, bytecode, names
   * and constants are taken to be touched. All of the source is verified first.
   *
   * @param source an image, however it is laid out
   * @param target as of {@link #write(Path)}; may be the same file
   * @param order what is touched; null, or one that finds nothing, for the layout of an image that
   *     was never laid out by a start
   * @return what was written
   * @throws IOException if a file cannot be read or written; then nothing is left behind
   * @throws IllegalArgumentException if no object starts at an offset of the order, or a path is of
   *     another file system
   * @throws org.marshalimage.format.CorruptImageException if {@link MarshalImage#verify} finds
   *     anything wrong with the source
   */
  public static ImageSummary repack(Path source, Path target, @Nullable StartOrder order)
      throws IOException {
    ImageBytes.toFile(source);
    ImageBytes.toFile(target);
    try {
      return ImageSummary.of(
          Repacker.repack(source, target, order == null ? null : order::touched));
    } catch (IOException e) {
      throw Failures.writing(target, e);
    }
  }

  private static Prelinker.Goal prelinkGoal(long address, @Nullable TypeTable types) {
    if (address < 0
        || address % HeaderLayout.PAGE_SIZE != 0
        || address > HeaderLayout.ADDRESS_LIMIT - Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "address is not a multiple of 4096 from 0 to 2^47 - 2^31: 0x"
              + Long.toHexString(address));
    }
    if (types != null) {
      RecordHandles records =
          (name, version) ->
              types.isRecordBound(name, version) ? types.recordHandle(name, version) : 0;
      return new Prelinker.Goal(address, handles(types), records, types.fingerprint());
    }
    long[] codes = new long[TypeCode.LIMIT];
    for (int code : TypeTable.imageTypes()) {
      codes[code] = code;
    }
    return new Prelinker.Goal(address, codes, (name, version) -> TypeCode.RECORD, 0);
  }

  private ImageWriter add(String name, Value root, RootSource source) {
    checkOpen();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a root needs a name");
    }
    if (builder.contains(name)) {
      throw new IllegalArgumentException("two roots of one name: " + name);
    }
    builder.add(name, root, source);
    return this;
  }

  /**
   * Writes the image. The file appears under its name only when it is complete and on the disk; one
   * that was there before is replaced in one step. It has the permission bits, group and owner of
   * the one before, as far as the process may set them. May be called again, for another file.
   *
   * @param target the image; its directory must be there. A symbolic link stays, and what it leads
   *     to is written
   * @return what was written
   * @throws IOException if the file cannot be written, would be 2 GiB or larger, or something else
   *     than a regular file is there, or the thread is interrupted; then nothing is left behind
   * @throws IllegalArgumentException if the path is of another file system
   */
  public ImageSummary write(Path target) throws IOException {
    checkOpen();
    return ImageSummary.of(builder.write(target, goal, order == null ? null : order::touched));
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("writer is closed");
    }
  }

  /** Gives back the memory outside the heap. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      builder.close();
    }
  }

  private static long[] handles(TypeTable types) {
    long[] handles = new long[TypeCode.LIMIT];
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      handles[code] = types.isBound(code) ? types.handle(code) : 0;
    }
    return handles;
  }
}
