package org.marshalimage.compare;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/**
 * The names of slots that a snapshot has itself, under {@link SlotNames#ROOT}. What has another
 * form there names nothing: any image may have a root of that name.
 */
final class SlotNameDict implements SlotNames {
  private final Map<String, SequenceValue> byType = new HashMap<>();

  SlotNameDict(Value value) {
    if (value instanceof DictValue dict) {
      for (int i = 0; i < dict.size(); i++) {
        if (dict.key(i) instanceof StrValue type && dict.value(i) instanceof SequenceValue names) {
          byType.put(type.toString(), names);
        }
      }
    }
  }

  @Override
  public @Nullable String name(RecordValue record, int slot) {
    SequenceValue names = byType.get(record.type().name() + " " + record.type().version());
    boolean isNamed =
        names != null
            && slot < names.size()
            && names.get(slot) instanceof StrValue name
            && name.length() > 0;
    return isNamed ? names.get(slot).toString() : null;
  }
}
