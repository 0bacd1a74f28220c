package org.marshalimage.format.model;

/** A Python value that marshal can hold. */
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
        CodeValue {

  /**
   * Returns the type code that an image gives this value.
   *
   * @return one of the {@link org.marshalimage.format.TypeCode}s that images use
   */
  int typeCode();
}
