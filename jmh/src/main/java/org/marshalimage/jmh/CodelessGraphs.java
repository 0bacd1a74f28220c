package org.marshalimage.jmh;

import java.util.IdentityHashMap;
import java.util.Map;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/**
 * Puts a tuple of its fields in the place of each code object of Python 2.7, for a peer that writes
 * no code objects. What is shared stays shared.
 */
final class CodelessGraphs {
  private final Map<Value, Value> done = new IdentityHashMap<>();

  private CodelessGraphs() {}

  static Value of(Value root) {
    return new CodelessGraphs().copy(root);
  }

  /** Looks into tuples and code objects alone: nothing else in a compiled module holds code. */
  private Value copy(Value value) {
    if (!(value instanceof CodeValue) && !(value instanceof SequenceValue)) {
      return value;
    }
    Value copy = done.get(value);
    if (copy == null) {
      copy = value instanceof CodeValue code ? fields(code) : copyItems((SequenceValue) value);
      done.put(value, copy);
    }
    return copy;
  }

  private Value fields(CodeValue code) {
    return SequenceValue.tuple(
        IntValue.of(code.argCount()),
        IntValue.of(code.localCount()),
        IntValue.of(code.stackSize()),
        IntValue.of(code.flags()),
        code.code(),
        copy(code.consts()),
        code.names(),
        code.localNames(),
        code.storedFreevars(),
        code.storedCellvars(),
        code.filename(),
        code.name(),
        IntValue.of(code.firstLine()),
        code.lineTable());
  }

  private Value copyItems(SequenceValue sequence) {
    Value[] items = new Value[sequence.size()];
    boolean isSame = true;
    for (int i = 0; i < items.length; i++) {
      items[i] = copy(sequence.get(i));
      isSame &= items[i] == sequence.get(i);
    }
    return isSame ? sequence : SequenceValue.tuple(items);
  }
}
