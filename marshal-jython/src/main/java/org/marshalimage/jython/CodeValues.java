package org.marshalimage.jython;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.jython.compiled.CodeDescriber;
import org.marshalimage.snapshot.Description;
import org.python.core.PyCode;

/** The code objects of an image's modules, by their numbers. */
final class CodeValues implements ObjectDescriber.CodeNames {
  private final Map<MarshalImage, Map<Integer, CodeValue>> values = new IdentityHashMap<>();

  /** All other code. */
  private final CodeDescriber compiled;

  CodeValues(CodeDescriber compiled) {
    this.compiled = compiled;
  }

  private Map<Integer, CodeValue> of(MarshalImage image) {
    return values.computeIfAbsent(image, key -> new HashMap<>());
  }

  /** Adds a code object, and all in it. */
  void add(MarshalImage image, CodeView view, CodeValue value) {
    of(image).put(view.codeNumber(), value);
    TupleView consts = view.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (value.consts().get(i) instanceof CodeValue inner) {
        add(image, (CodeView) consts.get(i), inner);
      }
    }
  }

  @Override
  public void describe(PyCode code, Description description) {
    if (code instanceof MappedCode mapped) {
      CodeValue value = of(mapped.library().image()).get(mapped.view().codeNumber());
      if (value != null) {
        description.value(value);
        return;
      }
    }
    compiled.describe(code, description);
  }
}
