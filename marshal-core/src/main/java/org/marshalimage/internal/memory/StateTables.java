package org.marshalimage.internal.memory;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;

/**
 * The types of records and the externals of an image, and what the interpreter has for them; an
 * image of code alone has neither. Sections are read when they are first asked for. What the
 * interpreter has is set before the image is given to anybody; from then on safe for use by many
 * threads.
 */
public final class StateTables {
  private final ImageBytes image;
  private volatile @Nullable RecordTypes recordTypes;
  private volatile @Nullable Externals externals;
  private @Nullable Function<String, ?> resolver;

  /** The interpreter's handles, and objects, by number of a type of record. */
  private long @Nullable [] recordHandles;

  private @Nullable Object @Nullable [] recordObjects;

  /** Makes tables of an image whose header has been checked. */
  StateTables(ImageBytes image) {
    this.image = image;
  }

  /** Finds a section that an image may have; returns its entry in the section table, or 0. */
  private long entry(int kind) {
    int count = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    for (int i = SectionLayout.COUNT; i < count; i++) {
      long entry = HeaderLayout.SECTIONS_OFFSET + (long) i * SectionLayout.SIZE;
      image.checkRange(entry, SectionLayout.SIZE);
      if (image.getInt(entry + SectionLayout.KIND_OFFSET) == kind) {
        image.checkRange(start(entry), length(entry));
        return entry;
      }
    }
    return 0;
  }

  private long start(long entry) {
    return entry == 0 ? 0 : image.getLong(entry + SectionLayout.START_OFFSET);
  }

  private long length(long entry) {
    return entry == 0 ? 0 : image.getLong(entry + SectionLayout.LENGTH_OFFSET);
  }

  /**
   * Returns the types of records.
   *
   * @throws org.marshalimage.format.CorruptImageException if they break the format
   */
  public RecordTypes recordTypes() {
    // Racy on purpose: two threads may each make one, which is the same.
    RecordTypes made = recordTypes;
    if (made == null) {
      long entry = entry(SectionLayout.RECORD_TYPES);
      boolean isPrelinked = entry != 0 && image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0;
      made = new RecordTypes(image, start(entry), length(entry), isPrelinked);
      recordTypes = made;
    }
    return made;
  }

  /**
   * Returns the externals.
   *
   * @throws org.marshalimage.format.CorruptImageException if the head of their section is wrong
   */
  public Externals externals() {
    Externals made = externals;
    return made != null ? made : makeExternals();
  }

  private synchronized Externals makeExternals() {
    Externals made = externals;
    if (made == null) {
      long entry = entry(SectionLayout.EXTERNALS);
      made = new Externals(image, start(entry), length(entry), resolver);
      externals = made;
    }
    return made;
  }

  /** Sets what has the objects of externals, before any is asked for. */
  public void setResolver(Function<String, ?> externalResolver) {
    resolver = externalResolver;
  }

  /**
   * Tells what the interpreter has for the types of records.
   *
   * @param handles by the number of the type
   * @param objects by the number of the type; null where there is none
   */
  public void setRecordTypes(long[] handles, @Nullable Object[] objects) {
    recordHandles = handles;
    recordObjects = objects;
  }

  /**
   * Returns the interpreter's handle for the type of a record.
   *
   * @param otherwise if it has none for single types of records
   */
  long typeHandle(long record, long otherwise) {
    long[] handles = recordHandles;
    return handles == null ? otherwise : handles[recordTypes().indexOf(record)];
  }

  /** Returns the interpreter's object for the type of a record; see {@link #typeHandle}. */
  @Nullable Object typeObject(long record, @Nullable Object otherwise) {
    @Nullable Object[] objects = recordObjects;
    return objects == null ? otherwise : objects[recordTypes().indexOf(record)];
  }
}
