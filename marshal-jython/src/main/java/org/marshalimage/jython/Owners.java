package org.marshalimage.jython;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.jython.ObjectDescriber.ModuleState;
import org.marshalimage.snapshot.Description;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyClass;
import org.python.core.PyFunction;
import org.python.core.PyInteger;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PySet;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.modules.sre.PatternObject;
import org.python.modules.zipimport.zipimporter;

/**
 * Which module an object is of: where that is executed, whoever has kept the object from before has
 * another one than the module.
 *
 * <p>A function or a class that its module has by name can be looked up there again, by whoever has
 * it; a dict cannot, since others may have put something into it that is not there once the module
 * is executed. Nor can a function that its module has left in a container of a module that was
 * whole before, a registry: it would be entered twice. And if that container's module is executed,
 * so is who left something in it.
 */
final class Owners {
  /** A module, and under which name it has an object. */
  private record Place(ModuleState module, String name) {}

  private final Map<PyObject, ModuleState> modules;
  private final Map<String, PyObject> namespaces = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Map<Object, Place> places = new IdentityHashMap<>();

  /** Functions and classes that their modules have left with others. */
  private final Set<Object> left = Collections.newSetFromMap(new IdentityHashMap<>());

  /** With which modules, by the name of who has left something there. */
  private final Map<String, Set<String>> leftWith = new HashMap<>();

  /**
   * Finds them.
   *
   * @param modules by their namespaces, which go by identity
   * @param order the namespaces in the order in which they were whole
   */
  Owners(Map<PyObject, ModuleState> modules, List<PyObject> order, Registries registries) {
    this.modules = modules;
    for (PyObject namespace : order) {
      ModuleState module = modules.get(namespace);
      namespaces.put(module.name(), namespace);
      for (Map.Entry<?, PyObject> each : ((AbstractDict) namespace).getMap().entrySet()) {
        if (!isShared(each.getValue())) {
          // What a namespace leads to directly is of the first module that has it.
          places.putIfAbsent(each.getValue(), new Place(module, each.getKey().toString()));
        }
      }
    }
    Containers containers = new Containers(this, registries);
    for (int i = 0; i < order.size(); i++) {
      ranks.put(modules.get(order.get(i)).name(), i);
    }
    for (PyObject namespace : order) {
      containers.walk(modules.get(namespace).name(), namespace);
    }
  }

  /**
   * Notes that a module's container has a function or a class.
   *
   * @param holder the first module to be whole that leads to the container
   * @param isRegistry whether the container does without it
   */
  void held(String holder, PyObject object, boolean isRegistry) {
    ModuleState said = said(object);
    if (said != null && ranks.get(said.name()) > ranks.get(holder)) {
      left.add(object);
      if (!isRegistry) {
        leftWith.computeIfAbsent(said.name(), key -> new TreeSet<>()).add(holder);
      }
    }
  }

  /** Returns the modules that have something of a module which was not whole then. */
  Set<String> leftWith(String module) {
    return leftWith.getOrDefault(module, Set.of());
  }

  private static boolean isShared(PyObject object) {
    return object == Py.None
        || object instanceof PyString
        || object instanceof PyInteger
        || object instanceof PyTuple
        || object instanceof PyModule
        || object instanceof ImageImporter
        || object instanceof zipimporter;
  }

  /** Says which module an object is of, if it is of one. */
  void tell(PyObject object, Description description) {
    Place place = place(object);
    if (place == null) {
      return;
    }
    if (!place.name().isEmpty() && !left.contains(object) && isFoundAgain(object)) {
      description.ownedBy(
          place.module().root(), ExternalNames.MEMBER + place.module().name() + "/" + place.name());
    } else {
      description.ownedBy(place.module().root());
    }
  }

  private @Nullable Place place(PyObject object) {
    ModuleState said = said(object);
    String name =
        object instanceof PyFunction function
            ? function.__name__
            : object instanceof PyType type
                ? type.fastGetName()
                : object instanceof PyClass old ? old.__name__ : "";
    if (said != null && namespaces.get(said.name()).__finditem__(name.intern()) == object) {
      return new Place(said, name);
    }
    Place known = places.get(object);
    return known == null && said != null ? new Place(said, "") : known;
  }

  /** The module that a function or a class says it is of. */
  private @Nullable ModuleState said(PyObject object) {
    if (object instanceof PyFunction function) {
      return modules.get(function.__globals__);
    }
    if (object instanceof PyType type) {
      return moduleNamed(moduleOf(type.fastGetDict()));
    }
    return object instanceof PyClass old ? moduleNamed(moduleOf(old.__dict__)) : null;
  }

  private @Nullable ModuleState moduleNamed(@Nullable String name) {
    return name == null ? null : modules.get(namespaces.get(name));
  }

  /** Returns the name of the module that a class is of, as the class says; null if not known. */
  @Nullable String moduleOf(@Nullable PyObject names) {
    PyObject module = names == null ? null : names.__finditem__("__module__");
    String name = module == null ? null : module.toString();
    return name == null || !namespaces.containsKey(name) ? null : name;
  }

  /** Tells whether the module, executed, has all under that name that there is to the object. */
  private static boolean isFoundAgain(PyObject object) {
    if (object instanceof PyType type) {
      PyObject registered = type.fastGetDict().__finditem__("_abc_registry");
      return !(registered instanceof PySet set) || set.__len__() == 0;
    }
    return object instanceof PyFunction
        || object instanceof PyClass
        || object instanceof PatternObject
        || object.getClass() == PyObject.class;
  }
}
