package org.marshalimage.jython;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * {@code sys.modules} of an interpreter that starts from a snapshot. Modules that a restored one
 * has imported, and that are built in or were not kept, are in it by name, and are imported when
 * they are looked up.
 */
// Jython's own methods give less than their types say.
@SuppressWarnings("unchecked")
final class SystemModules extends PyStringMap {
  private final Snapshot snapshot;

  /** For each whether it is a package of Java's. */
  private final Map<String, Boolean> expected = new LinkedHashMap<>();

  private volatile boolean expects;

  SystemModules(PyStringMap before, Snapshot snapshot) {
    super(before.getMap());
    this.snapshot = snapshot;
  }

  /** Enters a module that is not imported yet. */
  synchronized void expect(String name, boolean isJavaPackage) {
    if (super.__finditem__(name) == null) {
      expected.put(name.intern(), isJavaPackage);
      expects = true;
    }
  }

  /** Returns null if it was not expected. */
  private synchronized @Nullable Boolean remove(String name) {
    Boolean was = expected.remove(name);
    expects = !expected.isEmpty();
    return was;
  }

  /** Returns null if it is not expected. */
  private synchronized @Nullable Boolean isPackage(@Nullable String name) {
    return name == null ? null : expected.get(name);
  }

  private synchronized boolean isExpected(String name) {
    return expected.containsKey(name);
  }

  private synchronized String[] allExpected() {
    return expected.keySet().toArray(new String[0]);
  }

  /** Imports what is in it by name alone. */
  private void complete() {
    while (expects) {
      for (String name : allExpected()) {
        __finditem__(name);
      }
    }
  }

  /**
   * Imports a module by executing it, or one that is built in.
   *
   * @return what is in {@code sys.modules} then
   */
  static PyObject importModule(PySystemState system, String name) {
    imp.importName(name.intern(), false);
    PyObject module = system.modules.__finditem__(name.intern());
    if (module == null) {
      throw Py.ImportError("No module named " + name);
    }
    return module;
  }

  @Override
  public @Nullable PyObject __finditem__(String key) {
    PyObject found = super.__finditem__(key);
    if (found == null && expects && Boolean.FALSE.equals(isPackage(key))) {
      snapshot.beforeImport(key);
    }
    Boolean isJavaPackage = found != null || !expects || key == null ? null : remove(key);
    if (isJavaPackage == null) {
      return found;
    }
    if (isJavaPackage) {
      PyObject javaPackage = PySystemState.add_package(key);
      super.__setitem__(key, javaPackage);
      return javaPackage;
    }
    try {
      return importModule(snapshot.system(), key);
    } catch (PyException e) {
      if (e.match(Py.ImportError)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void __setitem__(String key, PyObject value) {
    if (expects) {
      remove(key);
    }
    super.__setitem__(key, value);
    snapshot.imported(key, value);
  }

  @Override
  public void __delitem__(String key) {
    if (!expects || remove(key) == null) {
      super.__delitem__(key);
    }
  }

  @Override
  public boolean has_key(String key) {
    return super.has_key(key) || expects && isExpected(key);
  }

  @Override
  public boolean has_key(PyObject key) {
    return super.has_key(key)
        || expects && key instanceof PyString text && isExpected(text.toString());
  }

  @Override
  public boolean __contains__(PyObject key) {
    return has_key(key);
  }

  /** Of the methods that Python asks for, one need not have everything imported. */
  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    switch (name) {
      case "has_key":
      case "get":
      case "keys":
      case "pop":
      case "setdefault":
        return expects ? new Lookup(name) : super.__findattr_ex__(name);
      default:
        if (name.startsWith("__")) {
          return super.__findattr_ex__(name);
        }
        complete();
        return super.__findattr_ex__(name);
    }
  }

  /** A method that goes by keys. */
  private final class Lookup extends PyObject {
    private final String name;

    Lookup(String name) {
      super(PyObject.TYPE);
      this.name = name;
    }

    @Override
    public PyObject __call__(PyObject[] args, String[] keywords) {
      if (name.equals("has_key") && args.length == 1) {
        return Py.newBoolean(has_key(args[0]));
      }
      if (name.equals("keys") && args.length == 0) {
        return SystemModules.this.keys();
      }
      if (args.length > 0) {
        SystemModules.this.__finditem__(args[0]);
      }
      // Which refuses wrong arguments as it does of any dict.
      return SystemModules.super.__findattr_ex__(name).__call__(args, keywords);
    }
  }

  @Override
  public PyList keys() {
    PyList keys = super.keys();
    for (String name : allExpected()) {
      keys.append(new PyString(name));
    }
    return keys;
  }

  @Override
  public int __len__() {
    return super.__len__() + allExpected().length;
  }

  @Override
  public PyObject __iter__() {
    return keys().__iter__();
  }

  @Override
  public PyObject iterkeys() {
    return keys().__iter__();
  }

  @Override
  public PyList items() {
    complete();
    return super.items();
  }

  @Override
  public PyList values() {
    complete();
    return super.values();
  }

  @Override
  public PyObject iteritems() {
    complete();
    return super.iteritems();
  }

  @Override
  public PyObject itervalues() {
    complete();
    return super.itervalues();
  }

  @Override
  public PyStringMap copy() {
    complete();
    return super.copy();
  }

  @Override
  public String toString() {
    complete();
    return super.toString();
  }
}
