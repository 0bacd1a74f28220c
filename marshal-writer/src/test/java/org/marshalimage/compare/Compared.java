package org.marshalimage.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;

/** Compares values in tests. */
final class Compared {
  private Compared() {}

  static Side side(Map<String, Value> roots) {
    TreeMap<String, Supplier<Value>> suppliers = new TreeMap<>();
    roots.forEach((name, value) -> suppliers.put(name, () -> value));
    return Side.of(suppliers);
  }

  static List<Difference> differences(Comparison comparison, Side a, Side b) throws IOException {
    List<Difference> found = new ArrayList<>();
    comparison.run(a, b, found::add);
    return found;
  }

  /** Compares two roots that are called r. */
  static List<Difference> differences(Value a, Value b) throws IOException {
    return differences(Comparison.create(), side(Map.of("r", a)), side(Map.of("r", b)));
  }

  static List<String> texts(Value a, Value b) throws IOException {
    return differences(a, b).stream().map(Difference::toText).toList();
  }

  static StrValue str(String text) {
    return StrValue.of(text);
  }

  static SequenceValue names(String... names) {
    Value[] values = new Value[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] = str(names[i]);
    }
    return SequenceValue.tuple(values);
  }

  /** A code object of 3.13 without variables, whose fields may be changed. */
  static CodeValue.Builder code(String name, Value... consts) {
    BytesValue none = BytesValue.of(new byte[0]);
    return CodeValue.builder(PythonVersion.V3_13)
        .code(BytesValue.of(new byte[] {(byte) 149, 0}))
        .consts(SequenceValue.tuple(consts))
        .names(names("a", "b"))
        .localNames(SequenceValue.tuple())
        .kinds(none)
        .filename(str("f.py"))
        .name(str(name))
        .qualName(str(name))
        .lineTable(none)
        .exceptionTable(none);
  }
}
