package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyFunction;
import org.python.core.PyJavaPackage;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.codecs.CodecState;

/**
 * What an interpreter has beside its modules, and modules may change when they are imported. {@code
 * sys.exitfunc} is not of it, which is put back with {@code atexit}.
 */
final class InterpreterState {
  private static final List<String> LISTS = List.of("path", "meta_path", "path_hooks");
  private static final List<String> ATTRIBUTES =
      List.of("stdin", "stdout", "stderr", "excepthook", "displayhook", "dont_write_bytecode");

  private static final String DEFAULT_ENCODING = "ascii";

  private final PySystemState system;
  private Map<String, List<Object>> last;

  InterpreterState(PySystemState system) {
    this.system = system;
    last = now();
  }

  private Map<String, List<Object>> now() {
    Map<String, List<Object>> state = new LinkedHashMap<>();
    for (String name : LISTS) {
      List<Object> items = new ArrayList<>();
      for (PyObject each : system.__findattr__(name).asIterable()) {
        items.add(each);
      }
      state.put("sys." + name, items);
    }
    for (String name : ATTRIBUTES) {
      PyObject value = system.__findattr__(name);
      state.put("sys." + name, value == null ? List.of() : List.of(value));
    }
    state.put("codecs", codecs());
    state.put("sys.modules", noModules());
    state.put("csv's dialects", dialects());
    state.put("the recursion limit", List.of(system.getrecursionlimit()));
    Map<String, Object> builtins = names((AbstractDict) system.getBuiltins());
    // Where Python keeps what it has printed last.
    builtins.remove("_");
    List<Object> names = new ArrayList<>(builtins.keySet());
    names.addAll(builtins.values());
    state.put("the builtins", names);
    return state;
  }

  /**
   * What was registered, without what Jython registers itself. It does so when a codec is first
   * needed, and imports {@code encodings} for that, so that it must not be asked for here.
   */
  private List<Object> codecs() {
    Object state = BuiltinNames.Fields.get(PySystemState.class, "codecState", system);
    List<Object> all = new ArrayList<>();
    if (!(state instanceof CodecState codecs)) {
      all.add(DEFAULT_ENCODING);
      return all;
    }
    all.add(codecs.getDefaultEncoding());
    PyObject searched = (PyObject) BuiltinNames.Fields.get(CodecState.class, "searchPath", codecs);
    if (searched != null) {
      for (PyObject each : searched.asIterable()) {
        if (!(each instanceof PyFunction function
            && String.valueOf(function.__module__).equals("encodings"))) {
          all.add(each);
        }
      }
    }
    Object handlers = BuiltinNames.Fields.get(CodecState.class, "errorHandlers", codecs);
    if (handlers instanceof PyStringMap map) {
      Set<String> names = new TreeSet<>();
      map.getMap().keySet().forEach(name -> names.add(name.toString()));
      names.removeAll(List.of(CodecState.BUILTIN_ERROR_HANDLERS));
      all.addAll(names);
    }
    return all;
  }

  /** Returns names and dialects of {@code csv}, which Jython has in a field of a Java class. */
  private List<Object> dialects() {
    PyObject module = system.modules.__finditem__("_csv");
    PyObject dialects = module == null ? null : module.__findattr__("_dialects");
    List<Object> all = new ArrayList<>();
    if (dialects instanceof AbstractDict dict) {
      names(dict).forEach((name, dialect) -> Collections.addAll(all, name, dialect));
    }
    return all;
  }

  private static Map<String, Object> names(AbstractDict dict) {
    Map<String, Object> names = new TreeMap<>();
    dict.getMap().forEach((key, value) -> names.put(key.toString(), value));
    return names;
  }

  /** Returns the names of what is among the modules, and is none: a program's own object. */
  private List<Object> noModules() {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<?, PyObject> each : ((AbstractDict) system.modules).getMap().entrySet()) {
      PyObject value = each.getValue();
      boolean isModule =
          value instanceof PyModule
              || value instanceof PyJavaPackage
              || value instanceof PyType
              || value == system
              || value == Py.None;
      if (!isModule) {
        names.add(each.getKey().toString());
      }
    }
    return new ArrayList<>(names);
  }

  /** Returns what has changed since this was asked last, or nothing. */
  String changed() {
    Map<String, List<Object>> state = now();
    String changed = "";
    for (Map.Entry<String, List<Object>> each : state.entrySet()) {
      if (!isSame(each.getValue(), last.get(each.getKey()))) {
        changed += (changed.isEmpty() ? "" : ", ") + each.getKey();
      }
    }
    last = state;
    return changed;
  }

  private static boolean isSame(List<Object> now, List<Object> before) {
    boolean isSame = now.size() == before.size();
    for (int i = 0; isSame && i < now.size(); i++) {
      Object one = now.get(i);
      Object other = before.get(i);
      isSame =
          one == other
              || !(one instanceof PyObject && !(one instanceof PyString)) && one.equals(other);
    }
    return isSame;
  }
}
