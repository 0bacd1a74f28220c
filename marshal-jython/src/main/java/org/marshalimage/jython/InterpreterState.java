package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.python.core.AbstractDict;
import org.python.core.PyFunction;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.codecs.CodecState;

/**
 * What an interpreter has beside its modules, and modules may change when they are imported. {@code
 * sys.exitfunc} is not of it, which is put back with {@code atexit}.
 */
final class InterpreterState {
  private static final List<String> LISTS = List.of("path", "meta_path", "path_hooks");
  private static final List<String> ATTRIBUTES =
      List.of("stdin", "stdout", "stderr", "excepthook", "displayhook", "dont_write_bytecode");

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
    state.put("the recursion limit", List.of(system.getrecursionlimit()));
    Map<String, Object> builtins = new TreeMap<>();
    ((AbstractDict) system.getBuiltins())
        .getMap()
        .forEach((key, value) -> builtins.put(key.toString(), value));
    // Where Python keeps what it has printed last.
    builtins.remove("_");
    List<Object> names = new ArrayList<>(builtins.keySet());
    names.addAll(builtins.values());
    state.put("the builtins", names);
    return state;
  }

  /** Without those of {@code encodings}, which are put back with it. */
  private List<Object> codecs() {
    CodecState state = system.getCodecState();
    List<Object> all = new ArrayList<>();
    all.add(state.getDefaultEncoding());
    PyObject searched = (PyObject) BuiltinNames.Fields.get(CodecState.class, "searchPath", state);
    if (searched != null) {
      for (PyObject each : searched.asIterable()) {
        if (!(each instanceof PyFunction function
            && String.valueOf(function.__module__).equals("encodings"))) {
          all.add(each);
        }
      }
    }
    Object handlers = BuiltinNames.Fields.get(CodecState.class, "errorHandlers", state);
    if (handlers != null) {
      Map<String, Object> byName = new TreeMap<>();
      ((PyStringMap) handlers)
          .getMap()
          .forEach((name, handler) -> byName.put(name.toString(), handler));
      all.addAll(byName.keySet());
    }
    return all;
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
