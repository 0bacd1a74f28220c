package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyFrame;
import org.python.core.PyJavaPackage;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;

/**
 * Stands for {@code __import__} while a snapshot is made, and keeps what each module imports when
 * its body runs, be it that others have imported it before.
 */
final class ImportRecorder extends PyObject {
  /** Between a key of {@code sys.modules} and the name of the module there; none for Java's. */
  static final char ALIAS = '=';

  private static final String IMPORT = "__import__";
  private static final int FROM_LIST = 3;

  /** Whose business it is to change the interpreter. */
  private static final Set<String> OF_SITE = Set.of("site", "sitecustomize", "usercustomize");

  private final PySystemState system;
  private final PyObject original;
  private final Map<String, Set<String>> imports = new LinkedHashMap<>();

  /** Modules in the order in which they were whole. */
  private final Set<String> order = new LinkedHashSet<>();

  private final Set<String> whole = new HashSet<>();
  private final Map<String, String> effects = new HashMap<>();
  private final InterpreterState interpreter;
  private final RegistryRecorder registries;

  private ImportRecorder(PySystemState system, PyObject original) {
    super(PyObject.TYPE);
    this.system = system;
    this.original = original;
    interpreter = new InterpreterState(system);
    registries = new RegistryRecorder(system);
    wholeNow();
  }

  /** Starts to record. */
  static ImportRecorder start(PySystemState system) {
    PyObject builtins = system.getBuiltins();
    ImportRecorder recorder = new ImportRecorder(system, builtins.__finditem__(IMPORT));
    builtins.__setitem__(IMPORT, recorder);
    // That was no module's doing.
    recorder.interpreter.changed();
    return recorder;
  }

  /** Ends to record: Python finds its own function again. */
  void stop() {
    addNew(null);
    system.getBuiltins().__setitem__(IMPORT, original);
  }

  /** Returns all modules that were imported, those first that others needed. */
  List<String> order() {
    return new ArrayList<>(order);
  }

  /** Returns what a module has imported, in order, but for what failed. */
  List<String> imports(String module) {
    List<String> found = new ArrayList<>(imports.getOrDefault(module, Set.of()));
    // What failed is in no table of modules.
    found.removeIf(
        each -> each.indexOf(ALIAS) < 0 && system.modules.__finditem__(each.intern()) == null);
    return found;
  }

  /** Returns what registries have, once some modules are known to be kept, or to be executed. */
  RegistryRecorder.Contents registries(Collection<String> modules) {
    return registries.contents(modules);
  }

  /** Returns why a module is to be executed: what of the interpreter it has changed, or nothing. */
  String effect(String module) {
    String changed = OF_SITE.contains(module) ? null : effects.get(module);
    return changed == null ? "" : "module that changes " + changed;
  }

  /**
   * Whatever has changed meanwhile, the body of a module has: of one that became whole, or else of
   * the one that is running.
   */
  private synchronized void noteEffect(List<String> whole) {
    String importing = whole.isEmpty() ? importing() : null;
    List<String> bodies = importing == null ? whole : List.of(importing);
    registries.note(bodies);
    String changed = interpreter.changed();
    if (!changed.isEmpty()) {
      bodies.forEach(body -> addEffect(body, changed));
    }
  }

  private void addEffect(String body, String changed) {
    effects.merge(body, changed, (before, next) -> before + ", " + next);
  }

  /** Returns the modules that became whole since this was asked last. */
  private synchronized List<String> wholeNow() {
    List<String> names = new ArrayList<>();
    for (Object each : ((AbstractDict) system.modules).getMap().keySet()) {
      String key = each.toString();
      if (!whole.contains(key) && !isBeingExecuted(key)) {
        whole.add(key);
        names.add(key);
      }
    }
    return names;
  }

  @Override
  public PyObject __call__(PyObject[] args, String[] keywords) {
    noteEffect(wholeNow());
    PyObject module = original.__call__(args, keywords);
    if (args.length - keywords.length > 0) {
      PyObject fromList =
          args.length - keywords.length > FROM_LIST ? args[FROM_LIST] : keyword(args, keywords);
      record(args[0].toString(), module, fromList);
    }
    return module;
  }

  private static @Nullable PyObject keyword(PyObject[] args, String[] keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (keywords[i].equals("fromlist")) {
        return args[args.length - keywords.length + i];
      }
    }
    return null;
  }

  private synchronized void record(String asked, PyObject module, @Nullable PyObject fromList) {
    recordRunning();
    // What is built in is a class, which may be known by another name.
    String name = module instanceof PyModule ? nameOf(module) : asked;
    if (name == null) {
      addNew(null);
      return;
    }
    List<String> found = new ArrayList<>();
    if (fromList == null || !fromList.__nonzero__()) {
      int dot = module instanceof PyModule ? asked.indexOf('.') : -1;
      addWithPackages(dot < 0 ? name : name + asked.substring(dot), found);
    } else {
      addWithPackages(name, found);
      for (PyObject each : fromList.asIterable()) {
        found.add(name + "." + each);
      }
    }
    addNew(name);
    String importing = importing();
    if (importing == null) {
      return;
    }
    Set<String> known = imports.computeIfAbsent(importing, key -> new LinkedHashSet<>());
    for (String each : found) {
      PyObject imported = system.modules.__finditem__(each.intern());
      if (imported != null && !each.equals(importing)) {
        known.add(imported instanceof PyJavaPackage ? each + ALIAS : each);
      }
    }
  }

  /**
   * A module whose body runs within that of another one is imported by it, be it that no statement
   * says so: Jython itself imports {@code encodings} when it first needs a codec.
   */
  private void recordRunning() {
    String inner = null;
    for (PyFrame frame = Py.getFrame(); frame != null; frame = frame.f_back) {
      String outer = moduleOf(frame);
      if (outer != null && inner != null && !outer.equals(inner)) {
        List<String> found = new ArrayList<>();
        addWithPackages(inner, found);
        imports.computeIfAbsent(outer, key -> new LinkedHashSet<>()).addAll(found);
      }
      inner = outer == null ? inner : outer;
    }
  }

  private static void addWithPackages(String name, List<String> found) {
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      found.add(name.substring(0, dot));
    }
    found.add(name);
  }

  private static @Nullable String nameOf(PyObject module) {
    PyObject name = module.__findattr__("__name__");
    return name instanceof PyString ? name.toString() : null;
  }

  /**
   * Keeps which modules are new, and what they have changed: whole ones, or others by which a
   * module is known, too.
   */
  private void addNew(@Nullable String by) {
    noteEffect(wholeNow());
    for (Map.Entry<?, PyObject> each : ((AbstractDict) system.modules).getMap().entrySet()) {
      String key = each.getKey().toString();
      if (isBeingExecuted(key) || !order.add(key)) {
        continue;
      }
      boolean isPackage = each.getValue() instanceof PyJavaPackage;
      String name =
          isPackage ? "" : each.getValue() instanceof PyModule module ? nameOf(module) : null;
      if (name != null && !name.equals(key)) {
        // The body of a package has entered what is in it, whoever has imported that first.
        String in = key.substring(0, Math.max(0, key.lastIndexOf('.')));
        boolean isInPackage = system.modules.__finditem__(in.intern()) instanceof PyModule;
        String body = isInPackage ? in : by;
        if (body != null) {
          imports.computeIfAbsent(body, none -> new LinkedHashSet<>()).add(key + ALIAS + name);
        }
      }
    }
  }

  private boolean isBeingExecuted(String name) {
    for (PyFrame frame = Py.getFrame(); frame != null; frame = frame.f_back) {
      if (name.equals(moduleOf(frame))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the innermost module whose body is running. */
  private static @Nullable String importing() {
    for (PyFrame frame = Py.getFrame(); frame != null; frame = frame.f_back) {
      String name = moduleOf(frame);
      if (name != null) {
        return name;
      }
    }
    return null;
  }

  private static @Nullable String moduleOf(PyFrame frame) {
    if (frame.f_locals == null || frame.f_locals != frame.f_globals) {
      return null;
    }
    PyObject name = frame.f_globals.__finditem__("__name__");
    PyObject module =
        name == null ? null : Py.getSystemState().modules.__finditem__(name.toString().intern());
    return module instanceof PyModule known && known.__dict__ == frame.f_globals
        ? name.toString()
        : null;
  }
}
