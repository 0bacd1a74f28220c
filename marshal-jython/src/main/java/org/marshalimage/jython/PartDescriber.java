package org.marshalimage.jython;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.snapshot.Description;
import org.python.core.AbstractDict;
import org.python.core.BaseSet;
import org.python.core.Py;
import org.python.core.PyBaseException;
import org.python.core.PyBuiltinCallable;
import org.python.core.PyCell;
import org.python.core.PyClassMethod;
import org.python.core.PyDictionary;
import org.python.core.PyFile;
import org.python.core.PyFloat;
import org.python.core.PyFrozenSet;
import org.python.core.PyInteger;
import org.python.core.PyJavaType;
import org.python.core.PyList;
import org.python.core.PyLong;
import org.python.core.PyMethod;
import org.python.core.PyObject;
import org.python.core.PyProperty;
import org.python.core.PySet;
import org.python.core.PyShadowString;
import org.python.core.PyStaticMethod;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.PyType;
import org.python.core.PyUnicode;
import org.python.core.Slotted;
import org.python.modules._collections.PyDefaultDict;
import org.python.modules._collections.PyDeque;
import org.python.modules._json.Scanner;
import org.python.modules._jythonlib.dict_builder;
import org.python.modules._threading.Condition;
import org.python.modules._threading.Lock;
import org.python.modules._threading.RLock;
import org.python.modules.random.PyRandom;
import org.python.modules.sre.PatternObject;
import org.python.modules.thread.PyLocal;
import org.python.modules.thread.PyLock;

/**
 * Says what those of Jython's objects are that modules, classes, functions and containers are not
 * made of: their parts, instances, and what is made anew.
 */
final class PartDescriber {
  /** For an instance of a type of Jython's that is none of those that can be kept. */
  static final String FINALIZER = "__del__";

  private static final Object NOT_KNOWN = new Object();

  private final NameBytes interned;
  private final CallDescriber calls = new CallDescriber();

  PartDescriber(NameBytes interned) {
    this.interned = interned;
  }

  void describe(PyObject object, Description description) {
    if (!calls.describe(object, description)) {
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
          .slot("text", interned.of(shadow.toString()))
          .slot("shadow", interned.of(shadow.getshadow().toString()))
          .slot("targets", new PyTuple(shadow.getTargets().getArray()));
    } else if (kind == PyObject.class) {
      description
          .record(StateTypes.OBJECT.type())
          .slot("__class__", object.getType())
          .slot("__dict__", null)
          .slot("as", null);
    } else if (object instanceof PyDeque deque && (kind == PyDeque.class || hasNoSlots(object))) {
      deque(deque, description);
    } else if (object instanceof Scanner) {
      scanner(object, description);
    } else if (object instanceof PyBuiltinCallable callable
        && callable.getSelf() != null
        && callable.getSelf() != Py.None) {
      description
          .record(StateTypes.BUILTIN_METHOD.type())
          .slot("__self__", callable.getSelf())
          .slot("__name__", interned.of(callable.fastGetName().toString()));
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

  private static boolean hasNoSlots(PyObject object) {
    PyObject[] slots = (PyObject[]) BuiltinNames.Fields.get(object.getClass(), "slots", object);
    return slots == null || slots.length == 0;
  }

  private static void deque(PyDeque deque, Description description) {
    description
        .record(StateTypes.DEQUE.type())
        .slot("__class__", deque.getType())
        .slot("maxlen", part(deque, "maxlen"))
        .slot("__dict__", dict(deque));
    for (PyObject each : deque.asIterable()) {
      description.slot(null, each);
    }
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

  static @Nullable PyObject dict(PyObject object) {
    PyObject dict = object.fastGetDict();
    return dict == null || dict.__len__() == 0 ? null : dict;
  }

  /** As one without a class of its own, whose references are weak if they were. */
  private static PyDictionary copyOf(PyDictionary dict) {
    String weak = WeakMaps.weakOf(dict);
    if (weak == null) {
      return copy(dict);
    }
    PyDictionary copy = WeakMaps.dict(weak);
    copy.getMap().putAll(dict.getMap());
    return copy;
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
    } else {
      refuse(object, description);
    }
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
        .slot("weak", interned.of(weak))
        .slot("type", BuiltinNames.Fields.get(dict_builder.class, "dict_type", object));
  }

  private void lock(String name, boolean isHeld, Description description) {
    if (isHeld) {
      description.refuse("lock that is held", "release it before the snapshot is made");
    } else {
      description.recipe(StateTypes.LOCK.type(), "a new one").slot("type", interned.of(name));
    }
  }

  /** What was made for an image is kept as long as the image: a finalizer would never run. */
  static void refuseFinalizer(Description description) {
    description.refuse("object with a finalizer", "make it when it is used");
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
      for (PyObject each : DescribedOrder.inOrder(object).getArray()) {
        record.optional(null, each);
      }
      return;
    }
    if (type.getProxyType() != null) {
      refuse(object, description);
      return;
    }
    if (type.lookup(FINALIZER) != null) {
      refuseFinalizer(description);
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

  /** What an instance is as one of a type of Jython's own; null for object. */
  private @Nullable Object base(PyObject object) {
    String kind = object.getClass().getSimpleName();
    return switch (kind) {
      case "PyObjectDerived", "PyBaseExceptionDerived" -> null;
      case "PyTupleDerived" -> new PyTuple(((PyTuple) object).getArray());
      case "PyListDerived" -> new PyList(((PyList) object).getArray());
      case "PyDictionaryDerived" -> copyOf((PyDictionary) object);
      case "PySetDerived" -> new PySet(object);
      case "PyFrozenSetDerived" -> new PyFrozenSet(object);
      case "PyStringDerived" -> interned.of(((PyString) object).getString());
      case "PyUnicodeDerived" -> StrValue.of(((PyUnicode) object).getString());
      case "PyIntegerDerived" -> IntValue.of(((PyInteger) object).getValue());
      case "PyLongDerived" -> IntValue.python2Long(((PyLong) object).getValue());
      case "PyFloatDerived" -> FloatValue.of(((PyFloat) object).getValue());
      default -> NOT_KNOWN;
    };
  }

  /** A set of Python's own class for that: what is in its field is a map like that of others. */
  private static boolean isWeak(BaseSet set) {
    for (PyObject each : ((PyTuple) set.getType().__getattr__("__mro__")).getArray()) {
      PyObject names = each.fastGetDict();
      PyObject module = names == null ? null : names.__finditem__("__module__");
      if (module != null && module.toString().equals("_weakrefset")) {
        return true;
      }
    }
    return false;
  }
}
