package org.marshalimage.jython;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.python.core.AbstractDict;
import org.python.core.PyClass;
import org.python.core.PyDictionary;
import org.python.core.PyFrozenSet;
import org.python.core.PyFunction;
import org.python.core.PyInstance;
import org.python.core.PyList;
import org.python.core.PyMethod;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PySet;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.core.Slotted;
import org.python.modules._collections.PyDeque;

/**
 * Finds which functions and classes the containers of modules have: their namespaces, those of
 * their classes and instances, lists, dicts. A container is of the first module that leads to it,
 * when these are walked in the order in which they were whole.
 */
final class Containers {
  private final Owners owners;
  private final Registries registries;
  private final Set<PyObject> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<PyObject> open = new ArrayDeque<>();

  Containers(Owners owners, Registries registries) {
    this.owners = owners;
    this.registries = registries;
  }

  /** Walks a module. */
  void walk(String module, PyObject namespace) {
    Deque<PyObject> inRegistries = new ArrayDeque<>();
    open.push(namespace);
    walk(module, open, inRegistries, false);
    walk(module, inRegistries, inRegistries, true);
  }

  private void walk(
      String module, Deque<PyObject> open, Deque<PyObject> inRegistries, boolean isRegistry) {
    while (!open.isEmpty()) {
      for (Object each : items(registries.kept(open.pop()))) {
        if (each instanceof PyFunction || each instanceof PyType || each instanceof PyClass) {
          owners.held(module, (PyObject) each, isRegistry);
        }
        if (each instanceof PyObject python && isContainer(module, python) && known.add(python)) {
          (registries.has(python) ? inRegistries : open).push(python);
        }
      }
    }
  }

  private boolean isContainer(String module, PyObject object) {
    if (object instanceof PyType type) {
      return module.equals(owners.moduleOf(type.fastGetDict()));
    }
    if (object instanceof PyClass old) {
      return module.equals(owners.moduleOf(old.__dict__));
    }
    return !(object instanceof PyModule)
        && !(object instanceof PyFunction)
        && !registries.isExitHandlers(object);
  }

  private static Collection<?> items(PyObject object) {
    if (object instanceof PyType type) {
      return ((AbstractDict) type.fastGetDict()).getMap().values();
    }
    if (object instanceof PyClass old) {
      return ((AbstractDict) old.__dict__).getMap().values();
    }
    if (object instanceof PyInstance instance) {
      return List.of(instance.__dict__);
    }
    if (object instanceof PyMethod method) {
      return method.__self__ == null ? List.of() : List.of(method.__self__);
    }
    if (object instanceof PyDictionary dict && WeakMaps.weakOf(dict) != null) {
      return List.of();
    }
    Deque<Object> all = new ArrayDeque<>();
    if (object instanceof AbstractDict dict) {
      Map<?, PyObject> entries = dict.getMap();
      all.addAll(entries.keySet());
      all.addAll(entries.values());
    } else if (object instanceof PyTuple || object instanceof PyList || object instanceof PyDeque) {
      object.asIterable().forEach(all::add);
    } else if (object.getClass() == PySet.class || object.getClass() == PyFrozenSet.class) {
      object.asIterable().forEach(all::add);
    }
    if (object instanceof Slotted) {
      PyObject dict = object.fastGetDict();
      PyObject[] slots = (PyObject[]) BuiltinNames.Fields.get(object.getClass(), "slots", object);
      if (dict != null) {
        all.add(dict);
      }
      for (int i = 0; slots != null && i < slots.length; i++) {
        if (slots[i] != null) {
          all.add(slots[i]);
        }
      }
    }
    return all;
  }
}
