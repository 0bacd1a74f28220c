package org.marshalimage.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * What people call the slots of each type of record, as the edges of its records are named. Not
 * thread-safe.
 */
final class SlotNameTable {
  private static final Comparator<RecordType> ORDER =
      Comparator.comparing(RecordType::name).thenComparingInt(RecordType::version);

  private final Map<RecordType, String[]> names = new TreeMap<>(ORDER);

  /** That of the last record, and its slots' names: records of one type come together. */
  private @Nullable RecordType last;

  private String[] lastNames = {};

  /** Notes the names that an object has for its fixed slots; the first who names one decides. */
  void add(ObjectNode node) {
    RecordType type = node.type;
    if (type == null || type.fixedSlots() == 0) {
      return;
    }
    if (type != last) {
      last = type;
      lastNames = names.computeIfAbsent(type, each -> new String[each.fixedSlots()]);
    }
    for (int slot = 0; slot < lastNames.length; slot++) {
      String edge = node.edge(slot);
      if (lastNames[slot] == null && edge != null && !edge.startsWith("[")) {
        lastNames[slot] = edge;
      }
    }
  }

  /** Returns a dict from "name version" of a type to a tuple of names; "" where there is none. */
  Value toValue() {
    List<Value> entries = new ArrayList<>();
    names.forEach(
        (type, slots) -> {
          Value[] items = new Value[slots.length];
          for (int i = 0; i < items.length; i++) {
            items[i] = StrValue.of(slots[i] == null ? "" : slots[i], true);
          }
          entries.add(StrValue.of(type.name() + " " + type.version()));
          entries.add(SequenceValue.tuple(items));
        });
    return DictValue.dict(entries.toArray(Value[]::new));
  }

  boolean isEmpty() {
    return names.isEmpty();
  }
}
