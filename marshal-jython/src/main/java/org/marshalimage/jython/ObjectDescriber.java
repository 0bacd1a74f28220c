package org.marshalimage.jython;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
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
import org.python.core.BaseSet;
import org.python.core.Py;
import org.python.core.PyBaseException;
import org.python.core.PyBoolean;
import org.python.core.PyBuiltinCallable;
import org.python.core.PyCell;
import org.python.core.PyClass;
import org.python.core.PyClassMethod;
import org.python.core.PyCode;
import org.python.core.PyComplex;
import org.python.core.PyDataDescr;
import org.python.core.PyDictionary;
import org.python.core.PyFile;
import org.python.core.PyFloat;
import org.python.core.PyFrozenSet;
import org.python.core.PyFunction;
import org.python.core.PyInstance;
import org.python.core.PyInteger;
import org.python.core.PyJavaType;
import org.python.core.PyList;
import org.python.core.PyLong;
import org.python.core.PyMethod;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyProperty;
import org.python.core.PySet;
import org.python.core.PyShadowString;
import org.python.core.PySlot;
import org.python.core.PyStaticMethod;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.core.PyUnicode;
import org.python.core.Slotted;
import org.python.modules.PyStruct;
import org.python.modules._collections.PyDefaultDict;
import org.python.modules._functools.PyPartial;
import org.python.modules._json.Scanner;
import org.python.modules._jythonlib.dict_builder;
import org.python.modules._threading.Condition;
import org.python.modules._threading.Lock;
import org.python.modules._threading.RLock;
import org.python.modules.random.PyRandom;
import org.python.modules.sre.PatternObject;
import org.python.modules.thread.PyLocal;
import org.python.modules.thread.PyLock;
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

  private static final String EXIT_HANDLERS = "_exithandlers";

  /** Names of registries, each with that of its module. */
  private static final Map<String, String> REGISTRIES =
      Map.of(
          EXIT_HANDLERS,
          "atexit",
          "dispatch_table",
          "copy_reg",
          "_cache",
          "re",
          "_cache_repl",
          "re");

  private static final PyType MODULE = PyType.fromClass(PyModule.class);

  private final BuiltinNames builtins;
  private final CodeNames codes;
  private final Map<PyObject, ModuleState> modules;
  private final Map<Object, String> owners = new IdentityHashMap<>();

  /** What modules have registered to be called at the end, by their names. */
  private final Map<String, List<PyObject>> exitHandlers = new HashMap<>();

  /** Registries: what is in them may be missing. */
  private final Map<Object, String> registries = new IdentityHashMap<>();

  /** Strings, by what they are: names are the same object wherever they occur. */
  private final Map<String, BytesValue> strings = new HashMap<>();

  /** What a module is. */
  record ModuleState(String name, List<String> imports, String packagePath, @Nullable PyType type) {
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
   */
  ObjectDescriber(
      BuiltinNames builtins,
      CodeNames codes,
      Map<PyObject, ModuleState> modules,
      List<PyObject> order) {
    this.builtins = builtins;
    this.codes = codes;
    this.modules = modules;
    for (PyObject namespace : order) {
      ModuleState module = modules.get(namespace);
      own(namespace, module);
      for (Map.Entry<String, String> registry : REGISTRIES.entrySet()) {
        PyObject found =
            registry.getValue().equals(module.name())
                ? namespace.__finditem__(registry.getKey())
                : null;
        if (found != null) {
          registries.put(found, registry.getKey());
        }
      }
      if (module.name().equals("atexit")) {
        readExitHandlers(namespace.__finditem__(EXIT_HANDLERS));
      }
    }
  }

  /** A module's handlers are registered when it is imported, and not with those of all others. */
  private void readExitHandlers(PyObject handlers) {
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

  /** What a namespace leads to directly is of the first module that has it. */
  private void own(PyObject namespace, ModuleState module) {
    for (PyObject each : ((AbstractDict) namespace).getMap().values()) {
      boolean isShared =
          each instanceof PyString
              || each instanceof PyInteger
              || each instanceof PyModule
              || each instanceof ImageImporter
              || each instanceof zipimporter;
      if (!isShared && each != Py.None && !(each instanceof PyTuple)) {
        owners.putIfAbsent(each, module.root());
      }
    }
  }

  private BytesValue bytes(String text) {
    return strings.computeIfAbsent(
        text,
        key -> {
          byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
          return BytesValue.of(bytes, 0, bytes.length, true);
        });
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
      return bytes(object.toString());
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
    Value[] imports = new Value[module.imports().size()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = bytes(module.imports().get(i));
    }
    Description record =
        description
            .record(StateTypes.MODULE.type())
            .ownedBy(module.root())
            .slot("__name__", bytes(module.name()))
            .slot("imports", SequenceValue.tuple(imports))
            .slot("exit handlers", exitHandlers(module.name()))
            .slot("__class__", module.type());
    for (Map.Entry<String, PyObject> entry : sorted(names).entrySet()) {
      String name = entry.getKey();
      PyObject value = entry.getValue();
      if (NOT_OF_STATE.contains(name) || isSubmodule(module.name(), name, value)) {
        continue;
      }
      record.slot(null, bytes(name));
      String edge = "['" + name + "']";
      if (name.equals("__path__") && isImagePath(value, module)) {
        record.slot(edge, new PackagePath(module.name()));
      } else if (name.equals("_startTime") && module.name().equals("logging")) {
        record.slot(edge, ExternalValue.of(ExternalNames.START_TIME));
      } else if (name.equals("__file__") && module.packagePath().isEmpty()) {
        record.slot(edge, bytes(CodeDescriber.file(value.toString())));
      } else {
        record.slot(edge, value);
      }
    }
  }

  private @Nullable PyObject exitHandlers(String module) {
    List<PyObject> handlers = exitHandlers.get(module);
    return handlers == null ? null : new PyTuple(handlers.toArray(new PyObject[0]));
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
    String owner = owners.get(object);
    if (owner != null) {
      description.ownedBy(owner);
    }
    Class<?> kind = object.getClass();
    if (object instanceof PackagePath path) {
      description
          .recipe(StateTypes.PACKAGE_PATH.type(), "from the image's name")
          .slot("name", bytes(path.module));
    } else if (kind == PyTuple.class) {
      items(description.container(Kind.TUPLE), (PyTuple) object);
    } else if (kind == PyList.class) {
      items(description.container(Kind.LIST), object);
    } else if (kind == PySet.class) {
      items(description.container(Kind.SET), inOrder(object));
    } else if (kind == PyFrozenSet.class) {
      items(description.container(Kind.FROZENSET), inOrder(object));
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
      own(description, old.__dict__);
      description
          .record(StateTypes.OLD_CLASS.type())
          .slot("__name__", bytes(old.__name__))
          .slot("__bases__", old.__bases__)
          .slot("__dict__", old.__dict__);
    } else if (kind == PyInstance.class) {
      PyInstance instance = (PyInstance) object;
      description
          .record(StateTypes.INSTANCE.type())
          .slot("__class__", instance.instclass)
          .slot("__dict__", instance.__dict__);
    } else if (object instanceof PyModule module) {
      module(module, description);
    } else {
      describePart(object, description);
    }
  }

  private void describePart(PyObject object, Description description) {
    Class<?> kind = object.getClass();
    if (object instanceof PyStaticMethod) {
      description
          .record(StateTypes.STATIC_METHOD.type())
          .slot("__func__", BuiltinNames.Fields.get(PyStaticMethod.class, "callable", object));
    } else if (object instanceof PyClassMethod) {
      description
          .record(StateTypes.CLASS_METHOD.type())
          .slot("__func__", BuiltinNames.Fields.get(PyClassMethod.class, "callable", object));
    } else if (object instanceof PyProperty) {
      description
          .record(StateTypes.PROPERTY.type())
          .slot("__class__", object.getType())
          .slot("fget", part(object, "fget"))
          .slot("fset", part(object, "fset"))
          .slot("fdel", part(object, "fdel"))
          .slot("__doc__", object.__findattr__("__doc__"))
          .slot("__dict__", dict(object));
    } else if (object instanceof PyMethod method) {
      description
          .record(StateTypes.METHOD.type())
          .slot("__func__", method.__func__)
          .slot("__self__", method.__self__)
          .slot("im_class", method.im_class);
    } else if (object instanceof PyCell cell) {
      description.record(StateTypes.CELL.type()).slot("cell_contents", cell.ob_ref);
    } else if (object instanceof PatternObject pattern) {
      pattern(pattern, description);
    } else if (object instanceof PyShadowString shadow) {
      description
          .record(StateTypes.SHADOW_STRING.type())
          .slot("text", bytes(shadow.toString()))
          .slot("shadow", bytes(shadow.getshadow().toString()))
          .slot("targets", new PyTuple(shadow.getTargets().getArray()));
    } else if (kind == PyObject.class) {
      description
          .record(StateTypes.OBJECT.type())
          .slot("__class__", object.getType())
          .slot("__dict__", null)
          .slot("as", null);
    } else if (kind.getSimpleName().equals("PyItemGetter")) {
      call(object, "items", description);
    } else if (kind.getSimpleName().equals("PyAttrGetter")) {
      call(object, "attrs", description);
    } else if (object instanceof Scanner) {
      scanner(object, description);
    } else if (object instanceof PyPartial partial && !hasKeywords(partial)) {
      PyObject[] arguments = new PyObject[partial.args.length + 1];
      arguments[0] = partial.func;
      System.arraycopy(partial.args, 0, arguments, 1, partial.args.length);
      description
          .record(StateTypes.CALL.type())
          .slot("__class__", object.getType())
          .slot("arguments", new PyTuple(arguments));
    } else if (object instanceof PyBuiltinCallable callable
        && callable.getSelf() != null
        && callable.getSelf() != Py.None) {
      description
          .record(StateTypes.BUILTIN_METHOD.type())
          .slot("__self__", callable.getSelf())
          .slot("__name__", bytes(callable.fastGetName().toString()));
    } else if (object instanceof PyDefaultDict dict) {
      description
          .record(StateTypes.DEFAULT_DICT.type())
          .slot("__class__", dict.getType())
          .slot("default_factory", dict.__findattr__("default_factory"))
          .slot("items", copy(dict))
          .slot("__dict__", null);
    } else {
      describeRecipe(object, description);
    }
  }

  /** What a call of its type with the objects in a field gives. */
  private static void call(PyObject object, String field, Description description) {
    PyObject[] arguments = (PyObject[]) BuiltinNames.Fields.get(object.getClass(), field, object);
    description
        .record(StateTypes.CALL.type())
        .slot("__class__", object.getType())
        .slot("arguments", new PyTuple(arguments));
  }

  private static boolean hasKeywords(PyPartial partial) {
    String[] keywords = (String[]) BuiltinNames.Fields.get(PyPartial.class, "keywords", partial);
    return keywords != null && keywords.length > 0 || partial.fastGetDict() != null;
  }

  private static void scanner(PyObject scanner, Description description) {
    description
        .record(StateTypes.JSON_SCANNER.type())
        .slot(
            "encoding",
            BytesValue.of(
                ((String) BuiltinNames.Fields.get(Scanner.class, "encoding", scanner))
                    .getBytes(StandardCharsets.ISO_8859_1)))
        .slot(
            "strict",
            (boolean) BuiltinNames.Fields.get(Scanner.class, "strict", scanner)
                ? Singleton.TRUE
                : Singleton.FALSE);
    for (String hook :
        List.of("object_hook", "pairs_hook", "parse_float", "parse_int", "parse_constant")) {
      description.slot(hook, BuiltinNames.Fields.get(Scanner.class, hook, scanner));
    }
  }

  private static @Nullable PyObject part(PyObject property, String name) {
    PyObject part = property.__findattr__(name);
    return part == Py.None ? null : part;
  }

  private static @Nullable PyObject dict(PyObject object) {
    PyObject dict = object.fastGetDict();
    return dict == null || dict.__len__() == 0 ? null : dict;
  }

  private static PyDictionary copy(AbstractDict dict) {
    PyDictionary copy = new PyDictionary();
    for (Map.Entry<?, PyObject> entry : dict.getMap().entrySet()) {
      Object key = entry.getKey();
      copy.getMap()
          .put(
              key instanceof PyObject python ? python : new PyString((String) key),
              entry.getValue());
    }
    return copy;
  }

  private void describeRecipe(PyObject object, Description description) {
    if (object instanceof PyLocal) {
      description
          .recipe(StateTypes.THREAD_LOCAL.type(), "a new one")
          .slot("__class__", object.getType())
          .slot("__dict__", dict(object));
    } else if (object instanceof PyLock lock) {
      lock("thread", lock.locked(), description);
    } else if (object instanceof Lock lock) {
      lock("Lock", lock.locked(), description);
    } else if (object instanceof RLock lock) {
      lock("RLock", lock.locked(), description);
    } else if (object instanceof Condition) {
      description
          .recipe(StateTypes.CONDITION.type(), "a new one")
          .slot("lock", BuiltinNames.Fields.get(Condition.class, "_lock", object));
    } else if (object instanceof PyRandom) {
      description
          .recipe(StateTypes.RANDOM.type(), "with a new seed")
          .slot("__class__", object.getType())
          .slot("__dict__", dict(object));
    } else if (object instanceof dict_builder) {
      weakDictBuilder(object, description);
    } else if (object instanceof Slotted) {
      instance(object, description);
    } else if (object instanceof ImageImporter) {
      description.external(ExternalNames.IMPORTER);
    } else if (object instanceof ImportRecorder) {
      description.external(ExternalNames.ATTRIBUTE + "__builtin__.__import__");
    } else if (object instanceof PyStruct) {
      description
          .record(StateTypes.CALL.type())
          .slot("__class__", object.getType())
          .slot("arguments", new PyTuple(object.__getattr__("format")));
    } else {
      refuse(object, description);
    }
  }

  /** Returns the entry of {@code sys.path} that an importer is for. */
  private static String entry(zipimporter importer) {
    String prefix = importer.prefix;
    return prefix.isEmpty()
        ? importer.archive
        : importer.archive + "/" + prefix.substring(0, prefix.length() - 1);
  }

  private void weakDictBuilder(PyObject object, Description description) {
    Object factory = BuiltinNames.Fields.get(dict_builder.class, "factory", object);
    Object owner = factory instanceof PyMethod method ? method.__self__ : factory;
    String text = String.valueOf(owner);
    String weak =
        text.contains("keyStrength=weak")
            ? WeakMaps.KEYS
            : text.contains("valueStrength=weak") ? WeakMaps.VALUES : null;
    if (weak == null) {
      refuse(object, description);
      return;
    }
    description
        .recipe(StateTypes.WEAK_DICT_BUILDER.type(), "a new one")
        .slot("weak", bytes(weak))
        .slot("type", BuiltinNames.Fields.get(dict_builder.class, "dict_type", object));
  }

  private void lock(String name, boolean isHeld, Description description) {
    if (isHeld) {
      description.refuse("lock that is held", "release it before the snapshot is made");
    } else {
      description.recipe(StateTypes.LOCK.type(), "a new one").slot("type", bytes(name));
    }
  }

  private static void refuse(PyObject object, Description description) {
    PyType type = object.getType();
    if (object instanceof PyFile) {
      description.refuse("open file", "close it, or open it when it is used");
    } else if (type instanceof PyJavaType || type.getProxyType() != null) {
      Object java = object.__tojava__(Object.class);
      description.refuse(
          "Java object " + (java == null ? type.fastGetName() : java.getClass().getName()),
          "make it when it is used");
    } else {
      description.refuse(
          "object of type " + type.fastGetName() + " (" + object.getClass().getSimpleName() + ")",
          "make it when it is used");
    }
  }

  private void items(Description description, PyObject sequence) {
    if (EXIT_HANDLERS.equals(registries.get(sequence))) {
      return;
    }
    for (PyObject item : sequence.asIterable()) {
      description.slot(null, item);
    }
  }

  private void entries(Description description, AbstractDict dict) {
    for (Map.Entry<?, PyObject> entry : inOrder(dict)) {
      Object key = entry.getKey();
      Object target = key instanceof PyObject ? key : bytes((String) key);
      if (registries.containsKey(dict)) {
        description.optional(null, target).optional("[" + edge(key) + "]", entry.getValue());
      } else {
        description.slot(null, target).slot("[" + edge(key) + "]", entry.getValue());
      }
    }
  }

  private void dict(PyDictionary dict, Description description) {
    String weak = WeakMaps.weakOf(dict);
    if (weak == null) {
      entries(description.container(Kind.DICT), dict);
      return;
    }
    Description record = description.record(StateTypes.WEAK_DICT.type()).slot("weak", bytes(weak));
    for (Map.Entry<?, PyObject> entry : dict.getMap().entrySet()) {
      PyObject key = (PyObject) entry.getKey();
      boolean isThread = key.equals(Py.newInteger(Thread.currentThread().getId()));
      record
          .optional(null, isThread ? ExternalValue.of(ExternalNames.MAIN_THREAD + "id") : key)
          .optional("[" + edge(key) + "]", entry.getValue());
    }
  }

  /**
   * Returns what a dict has in an order that two processes have alike: Jython's goes by addresses.
   * When the dict is made again, it has the order of the process that it is made in.
   */
  private static List<Map.Entry<?, PyObject>> inOrder(AbstractDict dict) {
    List<Map.Entry<?, PyObject>> entries = new ArrayList<>(dict.getMap().entrySet());
    entries.sort(Comparator.comparing(entry -> order(entry.getKey())));
    return entries;
  }

  private static PyTuple inOrder(PyObject set) {
    List<PyObject> items = new ArrayList<>();
    set.asIterable().forEach(items::add);
    items.sort(Comparator.comparing(ObjectDescriber::order));
    return new PyTuple(items.toArray(new PyObject[0]));
  }

  private static String order(Object key) {
    if (key instanceof PyType type) {
      return type.fastGetName();
    }
    if (key instanceof PyTuple tuple) {
      StringBuilder text = new StringBuilder();
      for (PyObject each : tuple.getArray()) {
        text.append(order(each)).append(',');
      }
      return text.toString();
    }
    if (key instanceof PyObject python
        && python.getType() instanceof PyJavaType
        && python.__tojava__(Object.class) instanceof Enum<?> constant) {
      return constant.name();
    }
    boolean isPlain =
        key instanceof String
            || key instanceof PyString
            || key instanceof PyInteger
            || key instanceof PyLong
            || key instanceof PyFloat
            || key == Py.None;
    return isPlain ? key.toString() : "~" + key.getClass().getName();
  }

  private static String edge(Object key) {
    return key instanceof String text ? "'" + text + "'" : shown((PyObject) key);
  }

  private static String shown(PyObject key) {
    if (key instanceof PyString || key instanceof PyInteger) {
      return key.__repr__().toString();
    }
    return key instanceof PyType type ? type.fastGetName() : "…";
  }

  private void namespace(Description description, PyStringMap names) {
    for (Map.Entry<String, PyObject> entry : sorted(names).entrySet()) {
      description
          .slot(null, bytes(entry.getKey()))
          .slot("['" + entry.getKey() + "']", entry.getValue());
    }
  }

  private void function(PyFunction function, Description description) {
    ModuleState module = modules.get(function.__globals__);
    if (module != null) {
      description.ownedBy(module.root());
    }
    description
        .record(StateTypes.FUNCTION.type())
        .slot("func_code", function.__code__)
        .slot("func_globals", function.__globals__)
        .slot("__name__", bytes(function.__name__))
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

  /** A class is of the module that its name says. */
  private void own(Description description, PyObject names) {
    String module = moduleOf(names);
    if (module != null) {
      description.ownedBy(Snapshot.STATE + module);
    }
  }

  private @Nullable String moduleOf(@Nullable PyObject names) {
    PyObject module = names == null ? null : names.__finditem__("__module__");
    String name = module == null ? null : module.toString();
    for (ModuleState each : modules.values()) {
      if (each.name().equals(name)) {
        return name;
      }
    }
    return null;
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
    PyStringMap names = (PyStringMap) type.fastGetDict();
    own(description, names);
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
            .slot("__name__", bytes(type.fastGetName()))
            .slot("__class__", type.getType())
            .slot("__bases__", type.__getattr__("__bases__"))
            .slot("__dict__", kept)
            .slot("__abstractmethods__", abstractMethods);
    for (PyObject each : PyType.TYPE.__getattr__("__subclasses__").__call__(type).asIterable()) {
      String module = moduleOf(each.fastGetDict());
      record.slot(null, module == null ? null : bytes(module)).optional("__subclasses__", each);
    }
  }

  private void module(PyModule module, Description description) {
    PyObject name = module.__dict__ == null ? null : module.__dict__.__finditem__("__name__");
    PyObject known =
        name == null ? null : Py.getSystemState().modules.__finditem__(name.toString().intern());
    if (known == module) {
      description.external(ExternalNames.MODULE + name);
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

  private void pattern(PatternObject pattern, Description description) {
    int[] program = (int[]) BuiltinNames.Fields.get(PatternObject.class, "code", pattern);
    ByteBuffer bytes =
        ByteBuffer.allocate(program.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(program);
    description
        .record(StateTypes.PATTERN.type())
        .slot("pattern", pattern.pattern)
        .slot("flags", IntValue.of(pattern.flags))
        .slot("groups", IntValue.of(pattern.groups))
        .slot("groupindex", pattern.groupindex)
        .slot("indexgroup", BuiltinNames.Fields.get(PatternObject.class, "indexgroup", pattern))
        .bytes(bytes.array());
  }

  /** An instance of a class that Python code has made. */
  private void instance(PyObject object, Description description) {
    PyType type = object.getType();
    if (object instanceof BaseSet set && isWeak(set)) {
      Description record = description.record(StateTypes.WEAK_SET.type()).slot("__class__", type);
      for (PyObject each : inOrder(object).getArray()) {
        record.optional(null, each);
      }
      return;
    }
    if (type.getProxyType() != null) {
      refuse(object, description);
      return;
    }
    Object as = base(object);
    if (as == NOT_KNOWN) {
      refuse(object, description);
      return;
    }
    Description record;
    if (object instanceof PyBaseException exception) {
      record =
          description
              .record(StateTypes.EXCEPTION.type())
              .slot("__class__", type)
              .slot("args", exception.args)
              .slot("message", exception.getMessage())
              .slot("__dict__", dict(object));
    } else {
      record =
          description
              .record(StateTypes.OBJECT.type())
              .slot("__class__", type)
              .slot("__dict__", dict(object))
              .slot("as", as);
    }
    PyObject[] slots = (PyObject[]) BuiltinNames.Fields.get(object.getClass(), "slots", object);
    for (int i = 0; slots != null && i < slots.length; i++) {
      record.slot("__slots__[" + i + "]", slots[i]);
    }
  }

  private static final Object NOT_KNOWN = new Object();

  /** What an instance is as one of a type of Jython's own; null for object. */
  private @Nullable Object base(PyObject object) {
    String kind = object.getClass().getSimpleName();
    return switch (kind) {
      case "PyObjectDerived", "PyBaseExceptionDerived" -> null;
      case "PyTupleDerived" -> new PyTuple(((PyTuple) object).getArray());
      case "PyListDerived" -> new PyList(((PyList) object).getArray());
      case "PyDictionaryDerived" -> copy((AbstractDict) object);
      case "PySetDerived" -> new PySet(object);
      case "PyFrozenSetDerived" -> new PyFrozenSet(object);
      case "PyStringDerived" -> bytes(((PyString) object).getString());
      case "PyUnicodeDerived" -> StrValue.of(((PyUnicode) object).getString());
      case "PyIntegerDerived" -> IntValue.of(((PyInteger) object).getValue());
      case "PyLongDerived" -> IntValue.python2Long(((PyLong) object).getValue());
      case "PyFloatDerived" -> FloatValue.of(((PyFloat) object).getValue());
      default -> NOT_KNOWN;
    };
  }

  private static boolean isWeak(BaseSet set) {
    Object backing = BuiltinNames.Fields.get(BaseSet.class, "_set", set);
    return backing.getClass().getName().equals("java.util.Collections$SetFromMap");
  }

  /** The code objects of an image's modules, by their numbers. */
  static final class CodeValues implements CodeNames {
    private final Map<MarshalImage, Map<Integer, CodeValue>> values = new IdentityHashMap<>();

    /** All other code. */
    private final CodeDescriber compiled;

    CodeValues(CodeDescriber compiled) {
      this.compiled = compiled;
    }

    private Map<Integer, CodeValue> of(MarshalImage image) {
      return values.computeIfAbsent(image, key -> new HashMap<>());
    }

    /** Adds a code object, and all in it. */
    void add(MarshalImage image, CodeView view, CodeValue value) {
      of(image).put(view.codeNumber(), value);
      TupleView consts = view.consts();
      for (int i = 0; i < consts.size(); i++) {
        if (value.consts().get(i) instanceof CodeValue inner) {
          add(image, (CodeView) consts.get(i), inner);
        }
      }
    }

    @Override
    public void describe(PyCode code, Description description) {
      if (code instanceof MappedCode mapped) {
        CodeValue value = of(mapped.library().image()).get(mapped.view().codeNumber());
        if (value != null) {
          description.value(value);
          return;
        }
      }
      compiled.describe(code, description);
    }
  }
}
