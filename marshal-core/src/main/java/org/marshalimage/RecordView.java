package org.marshalimage;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;

/**
 * A record: an object of a type that an interpreter defines. Its slots are the fixed ones of its
 * type, then those that repeat, then, if the type has bytes, one that leads to a bytes object.
 */
public final class RecordView extends ImageObject {
  private final int slotCount;
  private final int type;

  RecordView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    slotCount = ObjectChecks.recordSlots(bytes, offset);
    type = bytes.state().recordTypes().check(offset, slotCount);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new RecordView(bytes, offset);
  }

  /** Makes the type of a number. */
  static RecordType typeAt(ImageBytes bytes, int number) {
    RecordTypes types = bytes.state().recordTypes();
    return new RecordType(
        types.name(number),
        types.version(number),
        types.fixedSlots(number),
        types.repeatedSlots(number),
        types.hasBytes(number));
  }

  /**
   * Returns the record's type. {@link #type()} is what the interpreter has bound it to.
   *
   * @return one of {@link MarshalImage#recordTypes()}
   */
  public RecordType recordType() {
    return typeAt(bytes, type);
  }

  /**
   * Returns the number of the record's type, for whoever goes by it instead of by names.
   *
   * @return its index in {@link MarshalImage#recordTypes()}
   */
  public int typeNumber() {
    return type;
  }

  /**
   * Returns the number of slots: fixed ones, those that repeat, and the one for bytes.
   *
   * @return at least 0
   */
  public int slotCount() {
    return slotCount;
  }

  /**
   * Returns how often the slots that repeat do so.
   *
   * @return 0 if the type has none
   */
  public int repetitions() {
    RecordTypes types = bytes.state().recordTypes();
    int repeated = types.repeatedSlots(type);
    int others = slotCount - types.fixedSlots(type) - (types.hasBytes(type) ? 1 : 0);
    return repeated == 0 ? 0 : others / repeated;
  }

  /**
   * Returns what a slot leads to.
   *
   * @param index 0 to {@code slotCount() - 1}
   * @return a new view; null if the slot is empty
   */
  public @Nullable ImageObject slot(int index) {
    long target = offsetOf(index);
    return target == 0 ? null : Views.at(bytes, target);
  }

  /**
   * Returns what a slot that repeats leads to.
   *
   * @param repetition 0 to {@code repetitions() - 1}
   * @param index 0 to the number of slots of one repetition, less 1
   * @return a new view; null if the slot is empty
   */
  public @Nullable ImageObject repeated(int repetition, int index) {
    RecordTypes types = bytes.state().recordTypes();
    int repetitions = repetitions();
    if (repetition < 0 || repetition >= repetitions) {
      throw Failures.index(repetition, repetitions);
    }
    int repeated = types.repeatedSlots(type);
    if (index < 0 || index >= repeated) {
      throw Failures.index(index, repeated);
    }
    return slot(types.fixedSlots(type) + repetition * repeated + index);
  }

  /**
   * Returns the type of what a slot leads to, without making a view of it.
   *
   * @param index 0 to {@code slotCount() - 1}
   * @return a {@link TypeCode}; 0 if the slot is empty
   */
  public int kind(int index) {
    long target = offsetOf(index);
    return target == 0 ? 0 : ObjectChecks.kind(bytes, target);
  }

  /**
   * Returns the record's bytes.
   *
   * @return a new view; null if the type has none
   */
  public @Nullable BytesView bytes() {
    if (!bytes.state().recordTypes().hasBytes(type)) {
      return null;
    }
    long slot = slotOffset(slotCount - 1);
    return new BytesView(
        bytes, ObjectChecks.target(bytes, slot, TypeCode.BYTES, "bytes of a record"));
  }

  /** Returns the offset of what a slot leads to; 0 if the slot is empty. */
  long offsetOf(int index) {
    return ObjectChecks.targetOrEmpty(bytes, slotOffset(index));
  }

  private long slotOffset(int index) {
    if (index < 0 || index >= slotCount) {
      throw Failures.index(index, slotCount);
    }
    return ObjectChecks.recordSlot(bytes, offset, index);
  }

  @Override
  public String toString() {
    return "record " + bytes.state().recordTypes().describe(type) + " of " + slotCount;
  }
}
