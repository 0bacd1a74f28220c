package org.marshalimage.format.model;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;

/**
 * A value of a graph: a Python value that marshal can hold, or a record of an interpreter, or what
 * only that has.
 */
public sealed interface Value
    permits Singleton,
        IntValue,
        FloatValue,
        ComplexValue,
        BytesValue,
        StrValue,
        SequenceValue,
        DictValue,
        SliceValue,
        CodeValue,
        RecordValue,
        ExternalValue {

  /**
   * Returns the type code that an image gives this value.
   *
   * @return one of the {@link org.marshalimage.format.TypeCode}s that images use
   */
  int typeCode();

  /**
   * Returns the kind of object that an image makes of this value.
   *
   * @return the kind
   */
  default Kind kind() {
    return Kind.of(typeCode());
  }

  /**
   * Returns the number of values that this one holds: in an image, its slots.
   *
   * @return 0 for what holds none
   */
  default int childCount() {
    return 0;
  }

  /**
   * Returns a value that this one holds, in the order of the slots of an image.
   *
   * @param index 0 to {@code childCount() - 1}; in a dict keys and values count in turn
   * @return the value; null where a field of a code object or a slot of a record is empty
   */
  default @Nullable Value child(int index) {
    throw new IndexOutOfBoundsException("holds no values: " + this + ", index=" + index);
  }
}
