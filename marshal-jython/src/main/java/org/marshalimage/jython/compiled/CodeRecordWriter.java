package org.marshalimage.jython.compiled;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Makes records of references, for one image. Not thread-safe. */
public final class CodeRecordWriter {
  private final Map<CompiledFile, RecordValue> files = new LinkedHashMap<>();
  private final Map<CodeReference, RecordValue> codes = new HashMap<>();

  /** Makes a writer for an image. */
  public CodeRecordWriter() {}

  /**
   * Returns the record of a reference.
   *
   * @param reference from a {@link CodeNamer}
   * @return a record of {@link CodeRecordLayout#CODE}; the same one for equal references
   * @throws IllegalArgumentException if a name in it has characters that no str of Python 2 has
   */
  public RecordValue record(CodeReference reference) {
    return codes.computeIfAbsent(reference, this::make);
  }

  /**
   * Returns the records of all class files so far, to be a root of the image, so that {@link
   * CodeRecordReader#misfit} finds them.
   *
   * @return a new tuple
   */
  public Value files() {
    return SequenceValue.tuple(files.values().toArray(Value[]::new));
  }

  private RecordValue make(CodeReference reference) {
    Value[] slots = new Value[CodeRecordLayout.CODE.fixedSlots()];
    slots[CodeRecordLayout.CLASS_SLOT] =
        files.computeIfAbsent(reference.file(), CodeRecordWriter::make);
    slots[CodeRecordLayout.NUMBER_SLOT] = IntValue.of(reference.number());
    slots[CodeRecordLayout.NAME_SLOT] = name(reference.name());
    slots[CodeRecordLayout.FIRST_LINE_SLOT] = IntValue.of(reference.firstLine());
    slots[CodeRecordLayout.PARAMETER_COUNT_SLOT] = IntValue.of(reference.parameterCount());
    slots[CodeRecordLayout.FLAGS_SLOT] = IntValue.of(reference.flags());
    slots[CodeRecordLayout.PURE_CELL_COUNT_SLOT] = IntValue.of(reference.pureCellCount());
    slots[CodeRecordLayout.VARIABLES_SLOT] = names(reference.variables());
    slots[CodeRecordLayout.CELLS_SLOT] = names(reference.cells());
    slots[CodeRecordLayout.FREE_SLOT] = names(reference.free());
    return RecordValue.of(CodeRecordLayout.CODE, slots);
  }

  private static RecordValue make(CompiledFile file) {
    Value[] slots = new Value[CodeRecordLayout.CLASS.fixedSlots()];
    slots[CodeRecordLayout.CLASS_NAME_SLOT] = StrValue.of(file.className());
    slots[CodeRecordLayout.SOURCE_SLOT] = StrValue.of(file.source());
    slots[CodeRecordLayout.PATH_SLOT] = StrValue.of(file.path());
    slots[CodeRecordLayout.LENGTH_SLOT] = IntValue.of(file.length());
    slots[CodeRecordLayout.CHECKSUM_SLOT] = IntValue.of(Integer.toUnsignedLong(file.checksum()));
    slots[CodeRecordLayout.MODIFIED_SLOT] = IntValue.of(file.modified());
    byte[] contents = file.contents();
    slots[CodeRecordLayout.CONTENTS_SLOT] = contents == null ? null : BytesValue.of(contents);
    return RecordValue.of(CodeRecordLayout.CLASS, slots);
  }

  /** Names in Python 2 are bytes, which Jython's strings have as chars. */
  private static BytesValue name(String name) {
    if (name.chars().anyMatch(each -> each > 0xFF)) {
      throw new IllegalArgumentException("no name of Python 2: found=" + name);
    }
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    return BytesValue.of(bytes, 0, bytes.length, true);
  }

  private static @Nullable Value names(@Nullable List<String> names) {
    return names == null
        ? null
        : SequenceValue.tuple(names.stream().map(CodeRecordWriter::name).toArray(Value[]::new));
  }
}
