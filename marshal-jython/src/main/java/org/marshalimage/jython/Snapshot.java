package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.TupleView;
import org.python.core.Py;
import org.python.core.PyFloat;
import org.python.core.PyInteger;
import org.python.core.PyList;
import org.python.core.PyModule;
import org.python.core.PyModuleDerived;
import org.python.core.PyObject;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.core.codecs;

/**
 * What a program had become after its imports, for one interpreter: a module that is imported gets
 * the namespace that it had then, with nothing of it made yet. What the module had imported is in
 * {@code sys.modules} from then on, as it would be had its body run; what of it is built in, or was
 * not kept, is imported when it is looked up there.
 *
 * <p>Each module starts from the snapshot once. If it is loaded again, its body runs.
 *
 * <p>Safe for use by many threads: Jython imports one module at a time. No lock is held while an
 * object is made, which may lead to any module.
 */
final class Snapshot implements Function<String, Object> {
  /** Before the name of a module in that of a root. */
  static final String STATE = "state:";

  static final String ROOT = "root:";
  private static final int IMPORTS = 1;
  private static final int REGISTERED = 2;
  private static final int CLASS = 3;
  private static final int FIXED = 4;

  /** Its state is that of Jython as well: a search function that Java code holds. */
  private static final String ENCODINGS = "encodings";

  private final ConcurrentMap<String, RestoredModule> modules = new ConcurrentHashMap<>();

  /** Subclasses that are made when their module is imported. */
  private final Map<String, List<ImageObject>> waiting = new HashMap<>();

  private @Nullable MarshalImage image;
  private @Nullable MappedLibrary library;
  private @Nullable ExternalNames externals;
  private @Nullable PySystemState system;
  private @Nullable SiteState site;

  private @Nullable Thread mainThread;
  private long startMillis;

  /** A module and its namespace. */
  private static final class RestoredModule {
    private final RecordView view;
    private final PyModule module;
    private final Namespace namespace;
    private volatile boolean isImported;

    RestoredModule(RecordView view, PyModule module, Namespace namespace) {
      this.view = view;
      this.module = module;
      this.namespace = namespace;
    }
  }

  /** Sets where state comes from; it is the image's resolver, and so is there before it. */
  void open(MarshalImage from, MappedLibrary objects) {
    image = from;
    library = objects;
    externals = new ExternalNames(this);
  }

  /** Starts to serve an interpreter: no other one gets anything. */
  void start(PySystemState state) {
    system = state;
    mainThread = Thread.currentThread();
    startMillis = System.currentTimeMillis();
    site = new SiteState(this, state, library);
    state.modules = new SystemModules((PyStringMap) state.modules, this);
  }

  boolean isStarted() {
    return system != null;
  }

  PySystemState system() {
    return system;
  }

  /** Tells whether the calling thread's interpreter is the one that is served. */
  private boolean serves() {
    return system != null && Py.getSystemState() == system;
  }

  /** Tells whether a module would start from the snapshot. */
  boolean has(String name) {
    if (!serves()) {
      return false;
    }
    RestoredModule known = modules.get(name);
    boolean isHere = known == null ? image.hasModule(STATE + name) : !known.isImported;
    return isHere && (!name.equals(SiteState.SITE) || site.canStart());
  }

  /**
   * Imports a module from the snapshot.
   *
   * @return null if there is no state of it, or it was imported before
   */
  @Nullable PyObject load(String name) {
    if (!has(name)) {
      return null;
    }
    RestoredModule restored = restored(name);
    if (restored == null) {
      return null;
    }
    try {
      enter(name, restored);
    } catch (RuntimeException e) {
      throw Damage.told(e, restored.view, image);
    }
    return restored.module;
  }

  /** Enters a module, and what it imports, into {@code sys.modules}. */
  private void enter(String name, RestoredModule restored) {
    restored.isImported = true;
    SystemModules all = (SystemModules) system.modules;
    all.__setitem__(name.intern(), restored.module);
    enterInPackage(name, restored.module);
    TupleView imports = (TupleView) restored.view.slot(IMPORTS);
    for (int i = 0; i < imports.size(); i++) {
      enterImported(library.name(imports, i), all);
    }
    if (name.equals(ENCODINGS)) {
      codecs.register(restored.namespace.__finditem__("search_function"));
    } else if (name.equals("atexit")) {
      system.__setattr__("exitfunc", restored.namespace.__finditem__("_run_exitfuncs"));
    } else if (name.equals("warnings") && system.warnoptions.size() > 0) {
      addWarningOptions(restored.namespace);
    } else if (name.equals("sysconfig")) {
      site.sysconfigIsImported();
    } else if (name.equals(SiteState.SITE)) {
      startSite();
    }
    ImageObject registered = restored.view.slot(REGISTERED);
    if (registered != null) {
      for (PyObject each : library.object(registered).asIterable()) {
        register(((PyTuple) each).getArray());
      }
    }
    List<ImageObject> subclasses;
    synchronized (waiting) {
      subclasses = waiting.remove(name);
    }
    if (subclasses != null) {
      for (ImageObject each : subclasses) {
        library.object(each);
      }
    }
  }

  /** Enters what a module leaves in a registry, as {@link RegistryRecorder#brought} has it. */
  private void register(PyObject[] brought) {
    PyObject registry =
        namespace(brought[0].toString()).__finditem__(brought[1].toString().intern());
    if (!(registry instanceof PyList list)) {
      registry.__setitem__(brought[2], brought[3]);
    } else if (!hasItem(list, brought[3])) {
      int index = ((PyInteger) brought[2]).getValue();
      list.insert(index == RegistryRecorder.AT_END ? list.size() : index, brought[3]);
    }
  }

  /** What one of several modules has left, the first of them has brought. */
  private static boolean hasItem(PyList list, PyObject item) {
    for (PyObject each : list.getArray()) {
      if (each == item) {
        return true;
      }
    }
    return false;
  }

  /**
   * The filters of {@code -W} are behind what {@code warnings} itself ignores, but for the last.
   */
  private void addWarningOptions(Namespace warnings) {
    PyList filters = (PyList) warnings.__finditem__("filters");
    PyObject[] kept = filters.getArray().clone();
    filters.clear();
    warnings.__finditem__("_processoptions").__call__(system.warnoptions);
    for (int i = 0; i < kept.length - 1; i++) {
      filters.insert(i, kept[i]);
    }
    if (kept.length > 0) {
      filters.append(kept[kept.length - 1]);
    }
  }

  private void startSite() {
    try {
      site.start();
    } catch (RuntimeException e) {
      // As of any module whose body fails.
      system.modules.__delitem__(SiteState.SITE);
      throw e;
    }
  }

  /** Enters a module that another one has imported; or one that is known by two names. */
  private void enterImported(String imported, SystemModules all) {
    int alias = imported.indexOf(ImportRecorder.ALIAS);
    String name = alias < 0 ? imported : imported.substring(alias + 1);
    if (name.isEmpty()) {
      all.expect(imported.substring(0, alias), true);
      return;
    }
    RestoredModule other = restored(name);
    if (alias >= 0) {
      String key = imported.substring(0, alias).intern();
      if (!all.has_key(key)) {
        all.__setitem__(key, other == null ? module(name) : other.module);
      }
    } else if (!all.has_key(name)) {
      if (other == null) {
        all.expect(name, false);
      } else if (!other.isImported) {
        if (!name.equals(SiteState.SITE) || site.canStart()) {
          enter(name, other);
        } else {
          SystemModules.importModule(system, name);
        }
      }
    }
  }

  /**
   * A module is an attribute of its package once it is imported; unless the package has put
   * something else in that place afterwards, a function of the same name.
   */
  private void enterInPackage(String name, PyModule module) {
    int dot = name.lastIndexOf('.');
    if (dot > 0) {
      PyObject parent = system.modules.__finditem__(name.substring(0, dot).intern());
      String attribute = name.substring(dot + 1).intern();
      if (parent instanceof PyModule in
          && !(in.__dict__ instanceof Namespace kept && kept.isOfSource(attribute))) {
        in.__dict__.__setitem__(attribute, module);
      }
    }
  }

  /** Has a subclass made now, or when its module is imported. */
  void expectSubclass(@Nullable String module, ImageObject subclass) {
    if (module != null) {
      synchronized (waiting) {
        if (!isImported(module)) {
          List<ImageObject> others = waiting.get(module);
          if (others == null) {
            others = new ArrayList<>();
            waiting.put(module, others);
          }
          others.add(subclass);
          return;
        }
      }
    }
    library.object(subclass);
  }

  private boolean isImported(String name) {
    RestoredModule known = modules.get(name);
    return known != null && known.isImported;
  }

  /** Returns the module of a name as it is restored, imported or not; null if it was not kept. */
  private @Nullable RestoredModule restored(String name) {
    RestoredModule known = modules.get(name);
    if (known == null) {
      ImageModule root = image.findModule(STATE + name).orElse(null);
      if (root == null) {
        return null;
      }
      RestoredModule made = restore(root.root());
      RestoredModule first = modules.putIfAbsent(name, made);
      known = first == null ? made : first;
    }
    return known;
  }

  private RestoredModule restore(ImageObject root) {
    try {
      RecordView view = (RecordView) root;
      ImageObject type = view.slot(CLASS);
      PyModule module = newModule(type == null ? null : (PyType) library.object(type));
      Namespace namespace = new Namespace(new RecordNames(library, view, FIXED));
      module.__dict__ = namespace;
      return new RestoredModule(view, module, namespace);
    } catch (RuntimeException e) {
      throw Damage.told(e, root, image);
    }
  }

  /** Makes a module without a namespace. */
  static PyModule newModule(@Nullable PyType type) {
    return type == null ? new PyModule() : new PyModuleDerived(type);
  }

  /** Returns the namespace of a module of the snapshot; if it was not kept, it is imported. */
  PyObject namespace(String name) {
    RestoredModule known = restored(name);
    return known != null ? known.namespace : module(name).fastGetDict();
  }

  /**
   * Returns a module: of the snapshot, or else imported.
   *
   * @throws ImportNeeded if it would have to be imported now, and the calling thread makes objects
   */
  PyObject module(String name) {
    PyObject present = system.modules.__finditem__(name.intern());
    if (present != null) {
      return present;
    }
    RestoredModule known = restored(name);
    if (known != null) {
      return known.module;
    }
    beforeImport(name);
    return SystemModules.importModule(system, name);
  }

  /**
   * A module is to be imported now.
   *
   * @throws ImportNeeded if the calling thread makes objects: the module's body would run
   *     meanwhile; and be it that it has none, Jython's lock for imports may be another thread's,
   *     which waits for the objects
   */
  void beforeImport(String name) {
    if (library.isMaking()) {
      throw new ImportNeeded(name);
    }
  }

  /** A module is in {@code sys.modules}. */
  void imported(String name, PyObject module) {
    externals.imported(name, module);
  }

  /** Returns when the interpreter was started, as the module time has it. */
  PyObject startTime() {
    return new PyFloat(startMillis / 1000.0);
  }

  /** Returns the thread that has started the interpreter, or its number. */
  PyObject mainThread(String what) {
    Thread thread = mainThread;
    if (what.equals("main-id")) {
      return Py.newInteger(thread.getId());
    }
    // As Jython's module threading has it when it is executed.
    if (thread.getName().equals("main")) {
      thread.setName("MainThread");
    }
    return Py.java2py(thread);
  }

  /** Returns what {@code site} or {@code sysconfig} knows of the process. */
  PyObject siteValue(String name) {
    return site.value(name);
  }

  /** Resolves an external of the image. */
  @Override
  public Object apply(String name) {
    return externals.resolve(name);
  }
}
