package org.marshalimage.jython;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.ComplexValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.jython.compiled.CodeDescriber;
import org.marshalimage.snapshot.Describer;
import org.marshalimage.snapshot.Description;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyBoolean;
import org.python.core.PyClass;
import org.python.core.PyCode;
import org.python.core.PyComplex;
import org.python.core.PyDataDescr;
import org.python.core.PyDictionary;
import org.python.core.PyFloat;
import org.python.core.PyFrozenSet;
import org.python.core.PyFunction;
import org.python.core.PyInstance;
import org.python.core.PyInteger;
import org.python.core.PyList;
import org.python.core.PyLong;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PySet;
import org.python.core.PySlice;
import org.python.core.PySlot;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.core.PyUnicode;
import org.python.modules.zipimport.zipimporter;

/**
 * Says what Jython's objects are, for a snapshot. It looks into fields that Jython keeps to itself,
 * by reflection: {@link BuiltinNames.Fields} is called where it does.
 */
final class ObjectDescriber implements Describer {
  /** In a module's namespace, what is not of its state. */
  private static final Set<String> NOT_OF_STATE = Set.of("__warningregistry__");

  /** In a class's namespace, what making the class puts there. */
  private static final Set<String> DESCRIPTORS = Set.of("__dict__", "__weakref__");

  private static final PyType MODULE = PyType.fromClass(PyModule.class);

  private final NameBytes interned = new NameBytes();
  private final PartDescriber parts = new PartDescriber(interned);
  private final BuiltinNames builtins;
  private final CodeNames codes;
  private final Map<PyObject, ModuleState> modules;
  private final Owners owners;
  private final Registries registries;

  /** What a module is; its effect is why it has to be executed, or nothing. */
  record ModuleState(
      String name, List<String> imports, String effect, String packagePath, @Nullable PyType type) {
    String root() {
      return Snapshot.STATE + name;
    }
  }

  /** Names the code of a function. */
  interface CodeNames {
    /** Describes a code object. */
    void describe(PyCode code, Description description);
  }

  /**
   * Makes a describer.
   *
   * @param modules by their namespaces, which go by identity
   * @param order the namespaces in the order in which they were whole
   * @param contents of registries
   */
  ObjectDescriber(
      BuiltinNames builtins,
      CodeNames codes,
      Map<PyObject, ModuleState> modules,
      List<PyObject> order,
      RegistryRecorder.Contents contents) {
    this.builtins = builtins;
    this.codes = codes;
    this.modules = modules;
    registries = new Registries(modules, order, contents);
    owners = new Owners(modules, order, registries);
  }

  @Override
  public void describe(Object object, Description description) {
    if (!(object instanceof PyObject)) {
      description.refuse("Java object " + object.getClass().getName(), "");
      return;
    }
    PyObject python = (PyObject) object;
    ModuleState module = modules.get(python);
    if (module != null) {
      describeModule((AbstractDict) python, module, description);
      return;
    }
    Value value = value(python);
    if (value != null) {
      description.value(value);
      return;
    }
    String external = builtins.of(python);
    if (external != null) {
      description.external(external);
      return;
    }
    describeObject(python, description);
  }

  private @Nullable Value value(PyObject object) {
    if (object == Py.None) {
      return Singleton.NONE;
    }
    Class<?> kind = object.getClass();
    if (kind == PyString.class) {
      return interned.of(object.toString());
    }
    if (kind == PyUnicode.class) {
      return StrValue.of(((PyUnicode) object).getString());
    }
    if (kind == PyBoolean.class) {
      return object == Py.True ? Singleton.TRUE : Singleton.FALSE;
    }
    if (kind == PyInteger.class) {
      return IntValue.of(((PyInteger) object).getValue());
    }
    if (kind == PyLong.class) {
      return IntValue.python2Long(((PyLong) object).getValue());
    }
    if (kind == PyFloat.class) {
      return FloatValue.of(((PyFloat) object).getValue());
    }
    if (kind == PyComplex.class) {
      PyComplex complex = (PyComplex) object;
      return ComplexValue.ofBits(
          Double.doubleToRawLongBits(complex.real), Double.doubleToRawLongBits(complex.imag));
    }
    return object == Py.Ellipsis ? Singleton.ELLIPSIS : null;
  }

  private void describeModule(AbstractDict names, ModuleState module, Description description) {
    if (!module.effect().isEmpty()) {
      description.refuse(module.effect(), "import it when it is used");
      return;
    }
    Value[] imports = module.imports().stream().map(interned::of).toArray(Value[]::new);
    Description record =
        description
            .record(StateTypes.MODULE.type())
            .ownedBy(module.root())
            .slot("__name__", interned.of(module.name()))
            .slot("imports", SequenceValue.tuple(imports))
            .slot("registered", registries.leftBy(module.name()))
            .slot("__class__", module.type());
    for (String other : owners.leftWith(module.name())) {
      record.fallsWith(Snapshot.STATE + other);
    }
    for (Map.Entry<String, PyObject> entry : sorted(names).entrySet()) {
      String name = entry.getKey();
      PyObject value = entry.getValue();
      if (NOT_OF_STATE.contains(name) || isSubmodule(module.name(), name, value)) {
        continue;
      }
      record.slot(null, interned.of(name));
      String edge = "['" + name + "']";
      String ofProcess = SiteState.external(module.name(), name, value, names);
      if (name.equals("__path__") && isImagePath(value, module)) {
        record.slot(edge, new PackagePath(module.name()));
      } else if (ofProcess != null) {
        record.slot(edge, ExternalValue.of(ofProcess));
      } else if (name.equals("_startTime") && module.name().equals("logging")) {
        record.slot(edge, ExternalValue.of(ExternalNames.START_TIME));
      } else if (name.equals("__file__") && module.packagePath().isEmpty()) {
        record.slot(edge, interned.of(compiledFile(value.toString())));
      } else {
        record.slot(edge, value);
      }
    }
  }

  /** The file of a module as it is once the module is compiled, which making it may have done. */
  private static String compiledFile(String file) {
    String compiled =
        file.endsWith(".py") ? file.substring(0, file.length() - 3) + "$py.class" : "";
    return !compiled.isEmpty() && new File(compiled).exists() ? compiled : CodeDescriber.file(file);
  }

  /** Which is of the package's namespace when it is imported. */
  private static boolean isSubmodule(String module, String name, PyObject value) {
    return value instanceof PyModule submodule
        && submodule.__dict__ != null
        && String.valueOf(submodule.__dict__.__finditem__("__name__")).equals(module + "." + name);
  }

  private static boolean isImagePath(PyObject value, ModuleState module) {
    return value instanceof PyList path
        && path.size() > 0
        && path.pyget(0).toString().equals(module.packagePath());
  }

  /** Stands for a path that is made of the image's own name. */
  private static final class PackagePath extends PyObject {
    private final String module;

    PackagePath(String module) {
      super(PyObject.TYPE);
      this.module = module;
    }
  }

  private static TreeMap<String, PyObject> sorted(AbstractDict names) {
    TreeMap<String, PyObject> sorted = new TreeMap<>();
    for (Map.Entry<?, PyObject> entry : names.getMap().entrySet()) {
      sorted.put(entry.getKey().toString(), entry.getValue());
    }
    return sorted;
  }

  private void describeObject(PyObject object, Description description) {
    owners.tell(object, description);
    Class<?> kind = object.getClass();
    if (object instanceof PackagePath path) {
      description
          .recipe(StateTypes.PACKAGE_PATH.type(), "from the image's name")
          .slot("name", interned.of(path.module));
    } else if (kind == PyTuple.class) {
      items(description.container(Kind.TUPLE), (PyTuple) object);
    } else if (kind == PyList.class) {
      items(description.container(Kind.LIST), object);
    } else if (kind == PySet.class) {
      items(description.container(Kind.SET), DescribedOrder.inOrder(object));
    } else if (kind == PyFrozenSet.class) {
      items(description.container(Kind.FROZENSET), DescribedOrder.inOrder(object));
    } else if (object instanceof PySlice slice) {
      description
          .container(Kind.SLICE)
          .slot("start", slice.start)
          .slot("stop", slice.stop)
          .slot("step", slice.step);
    } else if (kind == PyDictionary.class) {
      dict((PyDictionary) object, description);
    } else if (object instanceof PyStringMap names) {
      namespace(description.record(StateTypes.NAMESPACE.type()), names);
    } else if (object instanceof PyFunction function) {
      function(function, description);
    } else if (object instanceof PyCode code) {
      codes.describe(code, description);
    } else if (object instanceof zipimporter importer) {
      description.external(ExternalNames.PATH_IMPORTER + entry(importer));
    } else if (object instanceof PyType type) {
      type(type, description);
    } else if (object instanceof PyClass old) {
      description
          .record(StateTypes.OLD_CLASS.type())
          .slot("__name__", interned.of(old.__name__))
          .slot("__bases__", old.__bases__)
          .slot("__dict__", old.__dict__);
    } else if (kind == PyInstance.class) {
      PyInstance instance = (PyInstance) object;
      if (instance.instclass.__findattr__(PartDescriber.FINALIZER) != null) {
        PartDescriber.refuseFinalizer(description);
        return;
      }
      description
          .record(StateTypes.INSTANCE.type())
          .slot("__class__", instance.instclass)
          .slot("__dict__", instance.__dict__);
    } else if (object instanceof PyModule module) {
      module(module, description);
    } else {
      parts.describe(object, description);
    }
  }

  /** Returns the entry of {@code sys.path} that an importer is for. */
  private static String entry(zipimporter importer) {
    String prefix = importer.prefix;
    return prefix.isEmpty()
        ? importer.archive
        : importer.archive + "/" + prefix.substring(0, prefix.length() - 1);
  }

  private void items(Description description, PyObject sequence) {
    if (registries.isExitHandlers(sequence)) {
      return;
    }
    boolean isRegistry = registries.has(sequence);
    for (PyObject item : registries.kept(sequence).asIterable()) {
      if (isRegistry) {
        description.optional(null, item);
      } else {
        description.slot(null, item);
      }
    }
  }

  private void entries(Description description, AbstractDict dict) {
    AbstractDict kept = (AbstractDict) registries.kept(dict);
    for (Map.Entry<?, PyObject> entry : DescribedOrder.inOrder(kept)) {
      Object key = entry.getKey();
      Object target = key instanceof PyObject ? key : interned.of((String) key);
      if (registries.has(dict)) {
        description
            .optional(null, target)
            .optional("[" + DescribedOrder.edge(key) + "]", entry.getValue());
      } else {
        description.slot(null, target).slot("[" + DescribedOrder.edge(key) + "]", entry.getValue());
      }
    }
  }

  private void dict(PyDictionary dict, Description description) {
    String weak = WeakMaps.weakOf(dict);
    if (weak == null) {
      entries(description.container(Kind.DICT), dict);
      return;
    }
    Description record =
        description.record(StateTypes.WEAK_DICT.type()).slot("weak", interned.of(weak));
    for (Map.Entry<?, PyObject> entry : dict.getMap().entrySet()) {
      PyObject key = (PyObject) entry.getKey();
      boolean isThread = key.equals(Py.newInteger(Thread.currentThread().getId()));
      record
          .optional(null, isThread ? ExternalValue.of(ExternalNames.MAIN_THREAD + "id") : key)
          .optional("[" + DescribedOrder.edge(key) + "]", entry.getValue());
    }
  }

  private void namespace(Description description, PyStringMap names) {
    boolean isModule = names.__finditem__("__name__") != null;
    for (Map.Entry<String, PyObject> entry : sorted(names).entrySet()) {
      PyObject value = entry.getValue();
      String edge = "['" + entry.getKey() + "']";
      description.slot(null, interned.of(entry.getKey()));
      if (isModule && entry.getKey().equals("__file__") && value instanceof PyString) {
        // Of a module that is not in sys.modules any more.
        description.slot(edge, interned.of(compiledFile(value.toString())));
      } else {
        description.slot(edge, value);
      }
    }
  }

  private void function(PyFunction function, Description description) {
    description
        .record(StateTypes.FUNCTION.type())
        .slot("func_code", function.__code__)
        .slot("func_globals", function.__globals__)
        .slot("__name__", interned.of(function.__name__))
        .slot(
            "func_defaults",
            function.__defaults__ == null || function.__defaults__.length == 0
                ? null
                : new PyTuple(function.__defaults__))
        .slot("func_closure", function.__closure__)
        .slot("__doc__", function.__doc__)
        .slot("__module__", function.__module__)
        .slot(
            "__dict__",
            function.__dict__ == null || function.__dict__.__len__() == 0
                ? null
                : function.__dict__);
  }

  private void type(PyType type, Description description) {
    for (PyObject each : ((PyTuple) type.__getattr__("__mro__")).getArray()) {
      if (each instanceof PyType base && BuiltinNames.isOfJava(base)) {
        description.refuse(
            "class derived from the Java class " + ((PyType) each).fastGetName(),
            "import its module when it is used");
        return;
      }
    }
    AbstractDict names = (AbstractDict) type.fastGetDict();
    PyStringMap kept = new PyStringMap();
    PyObject abstractMethods = null;
    for (Map.Entry<String, PyObject> entry : sorted(names).entrySet()) {
      PyObject value = entry.getValue();
      boolean isMade =
          value instanceof PySlot
              || value instanceof PyDataDescr && DESCRIPTORS.contains(entry.getKey());
      if (entry.getKey().equals("__abstractmethods__") && value.__len__() > 0) {
        abstractMethods = value;
      } else if (!isMade) {
        kept.__setitem__(entry.getKey().intern(), value);
      }
    }
    Description record =
        description
            .record(StateTypes.TYPE.type())
            .slot("__name__", interned.of(type.fastGetName()))
            .slot("__class__", type.getType())
            .slot("__bases__", type.__getattr__("__bases__"))
            .slot("__dict__", kept)
            .slot("__abstractmethods__", abstractMethods);
    for (PyObject each : PyType.TYPE.__getattr__("__subclasses__").__call__(type).asIterable()) {
      String module = owners.moduleOf(each.fastGetDict());
      record
          .slot(null, module == null ? null : interned.of(module))
          .optional("__subclasses__", each);
    }
  }

  private void module(PyModule module, Description description) {
    PyObject name = module.__dict__ == null ? null : module.__dict__.__finditem__("__name__");
    PyObject known =
        name == null ? null : Py.getSystemState().modules.__finditem__(name.toString().intern());
    if (known == module) {
      description.external(ExternalNames.MODULE + name);
    } else if (keyOf(module) != null) {
      description.external(ExternalNames.MODULE + keyOf(module));
    } else if (module.__dict__ == null) {
      description.refuse("module without a namespace", "");
    } else {
      // Another one has taken its place.
      description
          .record(StateTypes.MODULE_OBJECT.type())
          .slot("__class__", module.getType() == MODULE ? null : module.getType())
          .slot("__dict__", module.__dict__);
    }
  }

  /** Returns a name by which a module is known that calls itself otherwise; null if none. */
  private static @Nullable String keyOf(PyModule module) {
    AbstractDict all = (AbstractDict) Py.getSystemState().modules;
    for (Map.Entry<?, PyObject> each : all.getMap().entrySet()) {
      if (each.getValue() == module) {
        return each.getKey().toString();
      }
    }
    return null;
  }
}
