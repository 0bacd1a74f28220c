package org.marshalimage;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * A side table in which an interpreter keeps an object of its own for each string, code object or
 * object of an image, at its number. Each is made once at most, when it is first asked for, by the
 * function that was given for it, the <em>maker</em>. Memory is taken where numbers are used, 256
 * of them at a time.
 *
 * <p>Safe for use by many threads. What is there already is read without a lock, and is seen as its
 * maker left it. While one thread makes an object, others that ask for the same one wait, whether
 * or not they are interrupted, and those that ask for another one do not. A maker may ask for other
 * objects, of this table or any other; if one ends up waiting for itself, be it by way of several
 * threads, it gets an {@link IllegalStateException} that says "recursive"; but work that it hands
 * to another thread, and waits for, is not seen through. An exception of a maker goes to the caller
 * for whom it ran; those who waited try again with the maker themselves.
 *
 * <p>A table holds on to its image as a view does. Once the image is closed, what is attached can
 * still be read by number.
 *
 * <p>Numbers are read from the image. In a damaged one two objects may have the same number; they
 * then share what is attached.
 *
 * @param <T> the interpreter's objects
 */
public final class Attachments<T> {
  private static final int CHUNK_SHIFT = 8;
  private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;

  /** What is numbered; the text is for messages. */
  private enum Domain {
    STRINGS("strings"),
    CODE("code objects"),
    OBJECTS("objects");

    private final String text;

    Domain(String text) {
      this.text = text;
    }
  }

  private final ImageBytes bytes;
  private final Domain domain;
  private final @Nullable Function<ImageObject, ?> maker;
  private final @Nullable TwoStepMaker<ImageObject, Object> twoStepMaker;
  private final int size;

  /** Arrays of {@link #CHUNK_SIZE} elements, each made when the first of its elements is filled. */
  private final @Nullable Object[] spine;

  // Each factory has a maker of just what objectToAttachTo gives for its domain.
  @SuppressWarnings("unchecked")
  private Attachments(
      MarshalImage image,
      Domain domain,
      @Nullable Function<?, ?> maker,
      @Nullable TwoStepMaker<?, ?> twoStepMaker,
      long size) {
    if (maker == null && twoStepMaker == null) {
      throw new IllegalArgumentException("no maker");
    }
    this.bytes = image.bytes();
    this.domain = domain;
    this.maker = (Function<ImageObject, ?>) maker;
    this.twoStepMaker = (TwoStepMaker<ImageObject, Object>) twoStepMaker;
    this.size = Math.toIntExact(size);
    this.spine = new Object[(this.size + CHUNK_SIZE - 1) >>> CHUNK_SHIFT];
  }

  /**
   * Makes an empty table for the str and bytes objects of an image, which are numbered together:
   * {@link StrView#internNumber()}, {@link BytesView#number()}, {@link ImageCursor#number()}.
   *
   * @param <T> what is attached
   * @param image not closed
   * @param maker makes what is to be attached, never null. It gets a StrView of a bytes object too,
   *     whose {@link StrView#kind()} tells, whichever view was asked with
   * @return the table
   */
  public static <T> Attachments<T> ofStrings(
      MarshalImage image, Function<? super StrView, ? extends T> maker) {
    ImageHeader header = image.header();
    return new Attachments<>(
        image, Domain.STRINGS, maker, null, (long) header.strCount() + header.bytesCount());
  }

  /**
   * Makes an empty table for the code objects of an image: {@link CodeView#codeNumber()}, {@link
   * ImageCursor#number()}.
   *
   * @param <T> what is attached
   * @param image not closed
   * @param maker makes what is to be attached, never null
   * @return the table
   */
  public static <T> Attachments<T> ofCode(
      MarshalImage image, Function<? super CodeView, ? extends T> maker) {
    return new Attachments<>(image, Domain.CODE, maker, null, image.header().codeCount());
  }

  /**
   * Makes an empty table for all objects of an image: {@link ImageObject#objectNumber()}.
   *
   * @param <T> what is attached
   * @param image not closed
   * @param maker makes what is to be attached, never null. It gets the view that the type of the
   *     object has, of all of its items, whichever view was asked with
   * @return the table
   */
  public static <T> Attachments<T> ofObjects(
      MarshalImage image, Function<? super ImageObject, ? extends T> maker) {
    return new Attachments<>(image, Domain.OBJECTS, maker, null, image.header().objectCount());
  }

  /**
   * Makes an empty table for all objects of an image, whose objects are made in two steps and may
   * refer to one another in cycles. Else it is as that of {@link #ofObjects}, but for this: while a
   * thread makes objects, it is given those that are not filled yet; all others wait until it is
   * done, and if it fails find nothing of what it made. An exception of {@code fill} fails all that
   * was asked for with it, whoever catches it.
   *
   * @param <T> what is attached
   * @param image not closed
   * @param maker makes what is to be attached, from the view that the type of the object has
   * @return the table
   */
  public static <T> Attachments<T> ofObjectsInTwoSteps(
      MarshalImage image, TwoStepMaker<? super ImageObject, T> maker) {
    return new Attachments<>(image, Domain.OBJECTS, null, maker, image.header().objectCount());
  }

  /**
   * Returns the number of objects that may have something attached.
   *
   * @return one more than the greatest number
   */
  public int size() {
    return size;
  }

  /**
   * Returns what is attached to an object; has it made if there is nothing yet.
   *
   * @param object a view of this table's image: a StrView or BytesView in a table of strings, a
   *     CodeView in one of code objects
   * @return the same object every time
   * @throws IllegalArgumentException if the view is of another image, or of another type
   * @throws IllegalStateException if the maker asks for its own object, on this thread or by way of
   *     others, or gives null; or if the image is closed
   */
  public T get(ImageObject object) {
    int number = numberOf(object);
    T attached = found(number, false);
    return attached != null ? attached : make(number, object.offset, object, false);
  }

  /**
   * Returns what is attached to an object, filled, for a {@link TwoStepMaker#fill} that looks into
   * it. On a cycle it may be an object that is just being filled. Each call takes stack while the
   * other object is filled. Elsewhere, and in a table whose objects are made in one step, it is
   * {@link #get(ImageObject)}.
   *
   * @param object as for {@link #get(ImageObject)}
   * @return the same object every time
   * @throws IllegalArgumentException as for {@link #get(ImageObject)}
   * @throws IllegalStateException as for {@link #get(ImageObject)}
   */
  public T getFilled(ImageObject object) {
    int number = numberOf(object);
    T attached = found(number, true);
    return attached != null ? attached : make(number, object.offset, object, true);
  }

  /**
   * Returns what is attached to an item of a tuple: what {@code get(tuple.get(index))} does,
   * without a view of the item if something is attached already.
   *
   * @param tuple of this table's image
   * @param index 0 to {@code tuple.size() - 1}; the item is of a type that this table has
   * @return the same object every time
   * @throws IllegalArgumentException if the tuple is of another image, or the item of another type
   * @throws IllegalStateException as for {@link #get(ImageObject)}
   */
  public T get(TupleView tuple, int index) {
    if (tuple.bytes != bytes) {
      throw Failures.otherImage(bytes, tuple.bytes);
    }
    long item = tuple.offsetOf(index);
    int number = numberOf(item);
    T attached = found(number, false);
    return attached != null ? attached : make(number, item, null, false);
  }

  /**
   * Returns what is attached to what a slot of a record leads to, without a view of that if
   * something is attached already.
   *
   * @param record of this table's image
   * @param slot 0 to {@code record.slotCount() - 1}; the object is of a type that this table has
   * @return the same object every time; null if the slot is empty
   * @throws IllegalArgumentException if the record is of another image, or the object of another
   *     type
   * @throws IllegalStateException as for {@link #get(ImageObject)}
   */
  public @Nullable T get(RecordView record, int slot) {
    if (record.bytes != bytes) {
      throw Failures.otherImage(bytes, record.bytes);
    }
    long target = record.offsetOf(slot);
    if (target == 0) {
      return null;
    }
    int number = numberOf(target);
    T attached = found(number, false);
    return attached != null ? attached : make(number, target, null, false);
  }

  /**
   * Returns what is attached at a number, without making anything. The image may be closed.
   *
   * @param number 0 to {@code size() - 1}
   * @return null if nothing is attached, or is only being made
   */
  public @Nullable T getIfPresent(int number) {
    if (number < 0 || number >= size) {
      throw Failures.index(number, size);
    }
    return at(number);
  }

  // Elements hold what the maker gives.
  @SuppressWarnings("unchecked")
  private @Nullable T at(int number) {
    Object[] chunk = (Object[]) OnceArray.get(spine, number >>> CHUNK_SHIFT);
    return chunk == null ? null : (T) OnceArray.get(chunk, number & CHUNK_SIZE - 1);
  }

  /**
   * Returns what is attached; to a thread that makes objects in two steps, also what it has made.
   */
  @SuppressWarnings("unchecked")
  private @Nullable T found(int number, boolean isFilledFirst) {
    Object[] chunk = (Object[]) OnceArray.get(spine, number >>> CHUNK_SHIFT);
    Object element = chunk == null ? null : OnceArray.peek(chunk, number & CHUNK_SIZE - 1);
    return (T)
        (element instanceof OnceArray.Pending
            ? TwoStep.unpublished(element, isFilledFirst)
            : element);
  }

  @SuppressWarnings("unchecked")
  private T make(int number, long offset, @Nullable ImageObject asked, boolean isFilledFirst) {
    int index = number >>> CHUNK_SHIFT;
    Object[] chunk = (Object[]) OnceArray.get(spine, index);
    if (chunk == null) {
      int length = Math.min(CHUNK_SIZE, size - (index << CHUNK_SHIFT));
      chunk = (Object[]) OnceArray.putIfAbsent(spine, index, new Object[length]);
    }
    ImageObject target = objectToAttachTo(offset, asked);
    int element = number & CHUNK_SIZE - 1;
    return (T)
        (twoStepMaker == null
            ? OnceArray.getOrMake(chunk, element, target, maker)
            : TwoStep.getOrMake(chunk, element, target, twoStepMaker, isFilledFirst));
  }

  /**
   * Returns the one view that a maker gets of an object of which there are views of two kinds.
   *
   * @param asked the view that was asked with; null if there was none
   */
  private ImageObject objectToAttachTo(long offset, @Nullable ImageObject asked) {
    if (domain == Domain.STRINGS) {
      return asked instanceof StrView ? asked : StrView.nameAt(bytes, offset, "string", offset);
    }
    // A record has views of one kind. Python 2's names are bytes objects that are seen as str, too,
    // and the names of a code object's variables are parts of a tuple.
    boolean isTheOne = domain == Domain.CODE || asked instanceof RecordView;
    return asked != null && isTheOne ? asked : Views.at(bytes, offset);
  }

  private int numberOf(ImageObject object) {
    if (object.bytes != bytes) {
      throw Failures.otherImage(bytes, object.bytes);
    }
    bytes.checkOpen();
    return numberOf(object.offset);
  }

  private int numberOf(long offset) {
    // Of objects, too: what has no type is none, whatever number seems to stand there.
    int kind = ObjectChecks.kind(bytes, offset);
    int number;
    if (domain == Domain.STRINGS) {
      if (kind != TypeCode.STR && kind != TypeCode.BYTES) {
        throw wrongType(kind, offset);
      }
      bytes.checkRange(offset, BytesLayout.DATA_OFFSET);
      // A bytes object has its number where a str has it.
      number = bytes.readInt(offset + StrLayout.NUMBER_OFFSET) >>> StrLayout.NUMBER_SHIFT;
    } else if (domain == Domain.CODE) {
      if (kind != TypeCode.CODE) {
        throw wrongType(kind, offset);
      }
      number = bytes.readInt(offset + ObjectLayout.SIZE_OFFSET);
    } else {
      number = ObjectChecks.objectNumber(bytes, offset);
    }
    if (number < 0 || number >= size) {
      throw Failures.number(bytes, domain.text, number, size, offset);
    }
    return number;
  }

  private RuntimeException wrongType(int kind, long offset) {
    return Failures.notOf(bytes, domain.text, kind, offset);
  }
}
