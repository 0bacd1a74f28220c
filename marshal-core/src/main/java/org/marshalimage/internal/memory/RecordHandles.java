package org.marshalimage.internal.memory;

/** What an interpreter has bound types of records to. */
@FunctionalInterface
public interface RecordHandles {
  /**
   * Returns the handle of a type of record.
   *
   * @param name of the type
   * @param version of the type
   * @return 64 bits; 0 if it is not bound
   */
  long handle(String name, int version);
}
