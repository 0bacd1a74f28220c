package org.marshalimage.jython;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.jython.compiled.CodeNamer;
import org.marshalimage.jython.compiled.CodeRecordWriter;
import org.marshalimage.jython.compiled.UnnamedCodeException;
import org.marshalimage.snapshot.Description;
import org.python.core.PyCode;

/**
 * The code of functions: that of images, which the snapshot has as well; that of Jython's class
 * files, by reference; that of texts that Jython has compiled, whose class the snapshot has.
 */
final class CodeValues {
  /** The name of the root that has the class files to which there are references. */
  static final String FILES = "compiled:files";

  private final Map<MarshalImage, Map<Integer, CodeValue>> values = new IdentityHashMap<>();
  private final CodeNamer namer = new CodeNamer();
  private final CodeRecordWriter references = new CodeRecordWriter();
  private @Nullable CompiledTexts texts;
  private boolean hasReferences;

  void setTexts(CompiledTexts compiled) {
    texts = compiled;
  }

  private Map<Integer, CodeValue> of(MarshalImage image) {
    return values.computeIfAbsent(image, key -> new HashMap<>());
  }

  /** Adds a code object of an image, and all in it. */
  void add(MarshalImage image, CodeView view, CodeValue value) {
    of(image).put(view.codeNumber(), value);
    TupleView consts = view.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (value.consts().get(i) instanceof CodeValue inner) {
        add(image, (CodeView) consts.get(i), inner);
      }
    }
  }

  /** Describes a code object. */
  void describe(PyCode code, Description description) {
    Value value = code instanceof MappedCode mapped ? ofImage(mapped) : null;
    if (value == null && texts != null) {
      value = texts.record(code);
    }
    if (value != null) {
      description.value(value);
      return;
    }
    try {
      value = references.record(namer.name(code));
      hasReferences = true;
      description.value(value);
    } catch (UnnamedCodeException | IllegalArgumentException e) {
      description.refuse("code: " + e.getMessage(), "have it in a file of its own");
    }
  }

  private @Nullable Value ofImage(MappedCode code) {
    return of(code.library().image()).get(code.view().codeNumber());
  }

  boolean hasReferences() {
    return hasReferences;
  }

  /** Returns the records of all class files so far. */
  Value files() {
    return references.files();
  }
}
