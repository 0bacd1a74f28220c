package org.marshalimage.jython.compiled;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Attachments;
import org.marshalimage.BytesView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.model.RecordType;
import org.python.core.PyTableCode;

/**
 * Makes Jython's code objects of the records of one image. They are {@code PyTableCode}s like any
 * other; what is special is the table behind them, which loads the class when code of it is first
 * called. Then the class file must be what it was when the record was made, or else the call ends
 * in a {@code SystemError} that says so.
 *
 * <p>Safe for use by many threads. Code objects go on to work when the image is closed.
 */
public final class CodeRecordReader {
  private final MarshalImage image;
  private final Attachments<ReferencedTable> tables;

  /** Indexes in the image's list of types; below 0 if it has no such records. */
  private final int classType;

  private final int codeType;

  /**
   * Makes a reader.
   *
   * @param image not closed
   */
  public CodeRecordReader(MarshalImage image) {
    this.image = image;
    tables = Attachments.ofObjects(image, new TableMaker());
    classType = typeNumber(image, CodeRecordLayout.CLASS);
    codeType = typeNumber(image, CodeRecordLayout.CODE);
  }

  /** Compares by hand: the methods that a record class has for it start machinery of the JDK. */
  private static int typeNumber(MarshalImage image, RecordType type) {
    List<RecordType> types = image.recordTypes();
    for (int i = 0; i < types.size(); i++) {
      RecordType found = types.get(i);
      if (found.name().equals(type.name()) && found.version() == type.version()) {
        boolean isSame =
            found.fixedSlots() == type.fixedSlots()
                && found.repeatedSlots() == type.repeatedSlots()
                && found.hasBytes() == type.hasBytes();
        return isSame ? i : -1;
      }
    }
    return -1;
  }

  /** A class, as the first lambda of a process costs it more than all of these. */
  private final class TableMaker implements Function<ImageObject, ReferencedTable> {
    @Override
    public ReferencedTable apply(ImageObject record) {
      if (record instanceof RecordView found) {
        return table(found);
      }
      throw corrupt("class file of compiled code is no record", record);
    }
  }

  /** Tells whether a record stands for code. */
  public boolean isCode(RecordView record) {
    return record.typeNumber() == codeType;
  }

  /**
   * Makes the code object of a record. Which is made only once, the caller sees to.
   *
   * @param record of {@link CodeRecordLayout#CODE}
   * @return a new object; all of one class file share its class
   * @throws CorruptImageException if the record is not what a {@link CodeRecordWriter} writes
   */
  public PyTableCode code(RecordView record) {
    ReferencedTable table = tables.get(record(record, CodeRecordLayout.CLASS_SLOT));
    return reference(record, table.file()).toCode(table);
  }

  /**
   * Reads the reference of a record.
   *
   * @param record of {@link CodeRecordLayout#CODE}
   * @return equal to the one that was written
   * @throws CorruptImageException as of {@link #code}
   */
  public CodeReference reference(RecordView record) {
    return reference(record, tables.get(record(record, CodeRecordLayout.CLASS_SLOT)).file());
  }

  /**
   * Tells whether class files are what they were, without reading those whose length and time, or
   * whose entry in an archive, say so.
   *
   * @param files what {@link CodeRecordWriter#files} gave
   * @return what is wrong with the first that has changed or is gone, for a person; null if none is
   * @throws CorruptImageException if it is not that
   */
  public @Nullable String misfit(ImageObject files) {
    if (!(files instanceof TupleView tuple)) {
      throw corrupt("class files of compiled code are no tuple", files);
    }
    try (ClassFileCheck check = new ClassFileCheck()) {
      for (int i = 0; i < tuple.size(); i++) {
        if (!(tuple.get(i) instanceof RecordView record)) {
          throw corrupt("class file of compiled code is no record", tuple);
        }
        check.require(tables.get(record).file());
      }
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private CodeReference reference(RecordView record, CompiledFile file) {
    CodeReference reference =
        new CodeReference(
            file,
            number(record, CodeRecordLayout.NUMBER_SLOT),
            name(record, CodeRecordLayout.NAME_SLOT),
            number(record, CodeRecordLayout.FIRST_LINE_SLOT),
            number(record, CodeRecordLayout.PARAMETER_COUNT_SLOT),
            number(record, CodeRecordLayout.FLAGS_SLOT),
            number(record, CodeRecordLayout.PURE_CELL_COUNT_SLOT),
            names(record, CodeRecordLayout.VARIABLES_SLOT),
            record.kind(CodeRecordLayout.CELLS_SLOT) == 0
                ? null
                : names(record, CodeRecordLayout.CELLS_SLOT),
            record.kind(CodeRecordLayout.FREE_SLOT) == 0
                ? null
                : names(record, CodeRecordLayout.FREE_SLOT));
    int variables = reference.variables().size();
    if (reference.parameterCount() > variables || reference.pureCellCount() > variables) {
      throw corrupt("compiled code has more parameters or cells than variables", record);
    }
    return reference;
  }

  private ReferencedTable table(RecordView record) {
    check(record, classType, CodeRecordLayout.CLASS);
    String className = text(record, CodeRecordLayout.CLASS_NAME_SLOT);
    if (record.kind(CodeRecordLayout.CONTENTS_SLOT) == 0
        && !className.endsWith(CompiledFile.SUFFIX)) {
      throw corrupt("no class of compiled code: found=" + className, record);
    }
    return new ReferencedTable(
        new CompiledFile(
            className,
            text(record, CodeRecordLayout.SOURCE_SLOT),
            text(record, CodeRecordLayout.PATH_SLOT),
            number(record, CodeRecordLayout.LENGTH_SLOT),
            (int) number(record, CodeRecordLayout.CHECKSUM_SLOT, 0xFFFF_FFFFL),
            number(record, CodeRecordLayout.MODIFIED_SLOT, Long.MAX_VALUE),
            contents(record)));
  }

  private byte @Nullable [] contents(RecordView record) {
    ImageObject contents = record.slot(CodeRecordLayout.CONTENTS_SLOT);
    if (contents == null) {
      return null;
    }
    if (contents instanceof BytesView found) {
      return found.toByteArray();
    }
    throw wrongSlot(record, CodeRecordLayout.CONTENTS_SLOT, "bytes");
  }

  private void check(RecordView record, int number, RecordType type) {
    if (record.typeNumber() != number) {
      throw corrupt(
          "record is not of the type: expected=" + type + ", found=" + record.recordType(), record);
    }
  }

  private RecordView record(RecordView record, int slot) {
    check(record, codeType, CodeRecordLayout.CODE);
    if (record.slot(slot) instanceof RecordView found) {
      return found;
    }
    throw wrongSlot(record, slot, "record");
  }

  private int number(RecordView record, int slot) {
    return (int) number(record, slot, Integer.MAX_VALUE);
  }

  private long number(RecordView record, int slot, long max) {
    if (record.slot(slot) instanceof IntView found && found.isLong()) {
      long number = found.longValue();
      if (number >= 0 && number <= max) {
        return number;
      }
    }
    throw wrongSlot(record, slot, "int of 0 to " + max);
  }

  private String text(RecordView record, int slot) {
    if (record.slot(slot) instanceof StrView found) {
      return found.toString();
    }
    throw wrongSlot(record, slot, "str");
  }

  private String name(RecordView record, int slot) {
    return name(record.slot(slot), record, slot);
  }

  private String name(@Nullable ImageObject object, RecordView record, int slot) {
    if (object instanceof BytesView found) {
      return found.toString().intern();
    }
    throw wrongSlot(record, slot, "bytes");
  }

  private List<String> names(RecordView record, int slot) {
    if (!(record.slot(slot) instanceof TupleView tuple)) {
      throw wrongSlot(record, slot, "tuple");
    }
    String[] names = new String[tuple.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = name(tuple.get(i), record, slot);
    }
    return Arrays.asList(names);
  }

  private CorruptImageException wrongSlot(RecordView record, int slot, String expected) {
    return corrupt(
        "slot of " + record.recordType() + " is wrong: slot=" + slot + ", expected=" + expected,
        record);
  }

  private CorruptImageException corrupt(String problem, ImageObject object) {
    return new CorruptImageException(problem, object.offset(), image.path().toString());
  }
}
