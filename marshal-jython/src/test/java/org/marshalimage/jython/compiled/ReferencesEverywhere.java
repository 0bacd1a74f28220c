package org.marshalimage.jython.compiled;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.TupleView;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;
import org.python.core.Py;
import org.python.core.PyCell;
import org.python.core.PyClass;
import org.python.core.PyClassMethod;
import org.python.core.PyFunction;
import org.python.core.PyMethod;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyProperty;
import org.python.core.PyStaticMethod;
import org.python.core.PyTuple;
import org.python.core.PyType;

/**
 * For programs under test: has all functions that their modules hold run code by reference, which
 * went through an image.
 */
public final class ReferencesEverywhere {
  private static TextClasses texts;

  private ReferencesEverywhere() {}

  /** Also has code replaced that is compiled from text from now on. */
  public static void keepTexts() {
    texts = TextClasses.keep();
  }

  /**
   * Replaces the code of functions in all modules that have been imported.
   *
   * @param file the image to write
   * @return how many functions now run code by reference, and why others do not
   */
  public static String replaceAll(String file) throws IOException {
    List<PyFunction> functions = functions();
    CodeNamer namer = new CodeNamer(texts);
    CodeRecordWriter records = new CodeRecordWriter();
    Map<String, Integer> reasons = new TreeMap<>();
    List<PyFunction> named = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (PyFunction function : functions) {
      try {
        values.add(records.record(namer.name(function.__code__)));
        named.add(function);
      } catch (UnnamedCodeException e) {
        reasons.merge(e.getMessage().split(",")[0], 1, Integer::sum);
      }
    }
    try (ImageWriter writer = ImageWriter.create()) {
      // One root, in which what is one object stays one.
      writer.add("code", SequenceValue.tuple(values.toArray(new Value[0]))).write(Path.of(file));
    }
    // Open as long as the program runs.
    MarshalImage image = MarshalImage.map(Path.of(file));
    CodeRecordReader reader = new CodeRecordReader(image);
    TupleView codes = (TupleView) image.root("code");
    for (int i = 0; i < named.size(); i++) {
      named.get(i).__code__ = reader.code((RecordView) codes.get(i));
    }
    return named.size() + " by reference, others: " + reasons;
  }

  private static List<PyFunction> functions() {
    Set<PyObject> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<PyFunction> found = new ArrayList<>();
    for (PyObject module : Py.getSystemState().modules.invoke("values").asIterable()) {
      if (module instanceof PyModule) {
        addAll(module.fastGetDict(), seen, found);
      }
    }
    return found;
  }

  private static void addAll(PyObject names, Set<PyObject> seen, List<PyFunction> found) {
    if (names == null) {
      return;
    }
    for (PyObject value : names.invoke("values").asIterable()) {
      add(value, seen, found);
    }
  }

  private static void add(PyObject value, Set<PyObject> seen, List<PyFunction> found) {
    if (value == null || !seen.add(value)) {
      return;
    }
    if (value instanceof PyFunction function) {
      found.add(function);
      if (function.__closure__ instanceof PyTuple cells) {
        for (PyObject cell : cells.getArray()) {
          add(((PyCell) cell).ob_ref, seen, found);
        }
      }
    } else if (value instanceof PyMethod method) {
      add(method.__func__, seen, found);
    } else if (value instanceof PyType type) {
      addAll(type.fastGetDict(), seen, found);
    } else if (value instanceof PyClass type) {
      addAll(type.__dict__, seen, found);
    } else if (value instanceof PyStaticMethod || value instanceof PyClassMethod) {
      add(value.__get__(Py.None, Py.None), seen, found);
    } else if (value instanceof PyProperty) {
      for (String accessor : List.of("fget", "fset", "fdel")) {
        add(value.__findattr__(accessor.intern()), seen, found);
      }
    }
  }
}
