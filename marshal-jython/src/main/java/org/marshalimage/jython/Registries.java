package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.jython.ObjectDescriber.ModuleState;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyFunction;
import org.python.core.PyMethod;
import org.python.core.PyObject;
import org.python.core.PyTuple;

/** Where modules leave something of theirs: it may be missing, and comes back with its module. */
final class Registries {
  private static final String EXIT_HANDLERS = "_exithandlers";

  /** Dicts and lists, as attributes of modules; dots lead further. */
  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "re",
          List.of("_cache", "_cache_repl"),
          "logging",
          List.of("Logger.manager.loggerDict", "_handlerList", "_handlers"));

  private final Set<PyObject> all = Collections.newSetFromMap(new IdentityHashMap<>());

  private final RegistryRecorder.Contents contents;

  /** What modules have registered to be called at the end, by their names. */
  private final Map<String, List<PyObject>> exitHandlers = new HashMap<>();

  private @Nullable PyObject allExitHandlers;

  /** Finds them in modules, by their namespaces. */
  Registries(
      Map<PyObject, ModuleState> modules,
      List<PyObject> order,
      RegistryRecorder.Contents contents) {
    this.contents = contents;
    for (PyObject namespace : order) {
      String module = modules.get(namespace).name();
      for (String path : KNOWN.getOrDefault(module, List.of())) {
        PyObject found = find(namespace, path);
        if (found != null) {
          add(found);
        }
      }
      if (module.equals("atexit")) {
        allExitHandlers = namespace.__finditem__(EXIT_HANDLERS);
        readExitHandlers(allExitHandlers, modules);
      }
    }
  }

  private static @Nullable PyObject find(PyObject namespace, String path) {
    String[] names = path.split("\\.");
    PyObject found = namespace.__finditem__(names[0].intern());
    for (int i = 1; i < names.length && found != null; i++) {
      found = found.__findattr__(names[i].intern());
    }
    return found;
  }

  private void add(PyObject registry) {
    all.add(registry);
    if (registry instanceof AbstractDict dict) {
      for (PyObject each : dict.getMap().values()) {
        // A logger that is only part of others' names knows these.
        PyObject below = each.__findattr__("loggerMap");
        if (below != null) {
          all.add(below);
        }
      }
    }
  }

  /** A module's handlers are registered when it is imported, and not with those of all others. */
  private void readExitHandlers(PyObject handlers, Map<PyObject, ModuleState> modules) {
    for (PyObject each : handlers.asIterable()) {
      PyObject function = ((PyTuple) each).getArray()[0];
      if (function instanceof PyMethod method) {
        function = method.__func__;
      }
      ModuleState module =
          function instanceof PyFunction python ? modules.get(python.__globals__) : null;
      exitHandlers
          .computeIfAbsent(module == null ? "" : module.name(), key -> new ArrayList<>())
          .add(each);
    }
  }

  /** Tells whether a dict or a list is one. */
  boolean has(PyObject registry) {
    return all.contains(registry) || contents.ofNobody(registry) != null;
  }

  /** Returns what of a registry is kept with its own module; all of what is none. */
  PyObject kept(PyObject registry) {
    PyObject ofNobody = contents.ofNobody(registry);
    return ofNobody == null ? registry : ofNobody;
  }

  /** Tells whether a list is that of all handlers. */
  boolean isExitHandlers(PyObject list) {
    return list == allExitHandlers;
  }

  /** Returns what a module has left in registries, and has called at the end; null if nothing. */
  @Nullable PyObject leftBy(String module) {
    List<PyObject> left = new ArrayList<>(contents.of(module));
    for (PyObject each : exitHandlers.getOrDefault(module, List.of())) {
      left.add(
          RegistryRecorder.brought(
              "atexit", EXIT_HANDLERS, Py.newInteger(RegistryRecorder.AT_END), each));
    }
    return left.isEmpty() ? null : new PyTuple(left.toArray(new PyObject[0]));
  }
}
