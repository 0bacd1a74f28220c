package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyDictionary;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.core.PyTuple;

/**
 * Who has put what into registries of the library, as is seen between imports: a program has of it
 * what the modules have put there that it imports, and no more.
 */
final class RegistryRecorder {
  /** Dicts and lists, as attributes of modules. */
  private static final Map<String, List<String>> REGISTRIES =
      Map.of(
          "copy_reg",
          List.of("dispatch_table", "_extension_registry", "_inverted_registry"),
          "warnings",
          List.of("filters", "onceregistry"),
          "logging",
          List.of("_levelNames"));

  /** Where in a list. */
  static final int IN_FRONT = 0;

  static final int AT_END = -1;

  private final PySystemState system;
  private final Map<String, Registry> registries = new LinkedHashMap<>();

  /**
   * Something that was put into a registry.
   *
   * @param by the modules one of which has put it there; none if it is nobody's
   * @param key in a dict; in a list the value
   */
  private record Entry(List<String> by, PyObject key, PyObject value) {
    boolean isOf(Collection<String> modules) {
      return by.stream().anyMatch(modules::contains);
    }
  }

  private static final class Registry {
    private final String module;
    private final String name;
    private final Map<PyObject, PyObject> known;
    private final List<Entry> entries = new ArrayList<>();
    private PyObject object;

    Registry(String module, String name, PyObject object) {
      this.module = module;
      this.name = name;
      this.object = object;
      known = object instanceof PyDictionary ? new HashMap<>() : new IdentityHashMap<>();
    }

    void note(PyObject now, List<String> by) {
      object = now;
      if (now instanceof PyDictionary dict) {
        if (hasNew(dict)) {
          for (Map.Entry<?, PyObject> each : DescribedOrder.inOrder(dict)) {
            add((PyObject) each.getKey(), each.getValue(), by);
          }
        }
      } else {
        for (PyObject each : now.asIterable()) {
          add(each, each, by);
        }
      }
    }

    private boolean hasNew(PyDictionary dict) {
      for (Map.Entry<PyObject, PyObject> each : dict.getMap().entrySet()) {
        if (known.get(each.getKey()) != each.getValue()) {
          return true;
        }
      }
      return false;
    }

    private void add(PyObject key, PyObject value, List<String> by) {
      if (known.put(key, value) != value) {
        entries.add(new Entry(by, key, value));
      }
    }
  }

  /**
   * Returns what a module brings, as {@link Snapshot} takes it.
   *
   * @param key in a dict; where in a list
   */
  static PyTuple brought(String module, String registry, PyObject key, PyObject value) {
    return new PyTuple(Py.newString(module), Py.newString(registry), key, value);
  }

  /** What is in the registries, and who brings it. */
  static final class Contents {
    private final Map<PyObject, PyObject> ofNobody = new IdentityHashMap<>();
    private final Map<String, List<PyObject>> byModule = new HashMap<>();

    /** Returns what a registry has whoever has imported what; null of another object. */
    @Nullable PyObject ofNobody(PyObject registry) {
      return ofNobody.get(registry);
    }

    /** Returns what a module brings. */
    List<PyObject> of(String module) {
      return byModule.getOrDefault(module, List.of());
    }

    private void add(Registry registry, Entry entry, PyObject key, Collection<String> modules) {
      PyTuple brought = brought(registry.module, registry.name, key, entry.value());
      for (String each : entry.by()) {
        if (modules.contains(each)) {
          byModule.computeIfAbsent(each, none -> new ArrayList<>()).add(brought);
        }
      }
    }
  }

  RegistryRecorder(PySystemState system) {
    this.system = system;
  }

  /**
   * Notes what is new.
   *
   * @param by the modules whose bodies have run since this was asked last
   */
  void note(List<String> by) {
    Map<?, PyObject> modules = ((AbstractDict) system.modules).getMap();
    for (Map.Entry<String, List<String>> each : REGISTRIES.entrySet()) {
      PyObject module = modules.get(each.getKey());
      PyObject names = module == null ? null : module.fastGetDict();
      if (names != null) {
        each.getValue().forEach(name -> note(each.getKey(), name, names.__finditem__(name), by));
      }
    }
  }

  private void note(String module, String name, @Nullable PyObject now, List<String> by) {
    if (now == null) {
      return;
    }
    Registry registry = registries.get(module + "." + name);
    // At first it has what its own module has put there.
    boolean isNew = registry == null || by.contains(module);
    if (registry == null) {
      registry = new Registry(module, name, now);
      registries.put(module + "." + name, registry);
    }
    registry.note(now, isNew ? List.of() : List.copyOf(by));
  }

  /**
   * Returns what is in the registries now.
   *
   * @param modules those that can bring something; what others have put there is nobody's
   */
  Contents contents(Collection<String> modules) {
    Contents contents = new Contents();
    for (Registry each : registries.values()) {
      if (each.object instanceof PyDictionary dict) {
        addDict(each, dict, modules, contents);
      } else {
        addList(each, modules, contents);
      }
    }
    return contents;
  }

  private static void addDict(
      Registry registry, PyDictionary now, Collection<String> modules, Contents contents) {
    PyObject ofNobody = new PyDictionary();
    for (Entry each : registry.entries) {
      if (!now.getMap().containsKey(each.key())) {
        continue;
      }
      if (each.isOf(modules)) {
        contents.add(registry, each, each.key(), modules);
      } else {
        ofNobody.__setitem__(each.key(), each.value());
      }
    }
    contents.ofNobody.put(registry.object, ofNobody);
  }

  private static void addList(Registry registry, Collection<String> modules, Contents contents) {
    Map<PyObject, Entry> brought = new IdentityHashMap<>();
    registry.entries.stream()
        .filter(each -> each.isOf(modules))
        .forEach(each -> brought.put(each.value(), each));
    List<PyObject> ofNobody = new ArrayList<>();
    List<Entry> inFront = new ArrayList<>();
    for (PyObject each : registry.object.asIterable()) {
      Entry entry = brought.get(each);
      if (entry == null) {
        inFront.forEach(before -> contents.add(registry, before, Py.newInteger(IN_FRONT), modules));
        inFront.clear();
        ofNobody.add(each);
      } else {
        // What is put in front later stands before what was put there first.
        inFront.add(0, entry);
      }
    }
    for (int i = inFront.size(); i-- > 0; ) {
      contents.add(registry, inFront.get(i), Py.newInteger(AT_END), modules);
    }
    contents.ofNobody.put(registry.object, new PyList(ofNobody));
  }
}
