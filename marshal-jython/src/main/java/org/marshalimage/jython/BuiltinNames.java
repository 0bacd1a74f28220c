package org.marshalimage.jython;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyBuiltinMethod;
import org.python.core.PyDescriptor;
import org.python.core.PyFloat;
import org.python.core.PyFunction;
import org.python.core.PyInstance;
import org.python.core.PyInteger;
import org.python.core.PyJavaPackage;
import org.python.core.PyJavaType;
import org.python.core.PyLong;
import org.python.core.PyMethod;
import org.python.core.PyModule;
import org.python.core.PyNewWrapper;
import org.python.core.PyObject;
import org.python.core.PyReflectedFunction;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.codecs;

/**
 * The names that {@link ExternalNames} finds the objects of a running Jython by: its built-in
 * modules and types, and what these have.
 */
final class BuiltinNames {
  private static final List<String> ERROR_HANDLERS =
      List.of("strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace");

  private final Map<Object, String> names = new IdentityHashMap<>();

  /** By the first signature of a Java method: Jython copies the object that stands for it. */
  private final Map<Object, String> functions = new IdentityHashMap<>();

  BuiltinNames(PySystemState system) {
    AbstractDict modules = (AbstractDict) system.modules;
    for (PyObject each : PySystemState.builtin_module_names.asIterable()) {
      String name = each.toString();
      PyObject module = modules.__finditem__(name.intern());
      if (module != null) {
        addModule(name, module);
      }
    }
    names.put(Py.NotImplemented, ExternalNames.VALUE + "NotImplemented");
    for (PyObject each : system.__dir__().asIterable()) {
      PyObject value = system.__findattr__(each.toString().intern());
      boolean isOfProgram =
          value instanceof PyFunction || value instanceof PyMethod || value instanceof PyInstance;
      if (value != null && !isOfProgram) {
        add(value, ExternalNames.ATTRIBUTE + "sys." + each);
      }
    }
    names.put(system, ExternalNames.MODULE + "sys");
    for (String handler : ERROR_HANDLERS) {
      names.put(codecs.lookup_error(handler), ExternalNames.CODEC_ERRORS + handler);
    }
  }

  /** Takes back what is among Jython's own, and is none of it. */
  void remove(PyObject object) {
    names.remove(object);
  }

  private void addModule(String name, PyObject module) {
    PyObject dict = module.fastGetDict();
    names.put(module, ExternalNames.MODULE + name);
    if (!(dict instanceof AbstractDict all)) {
      return;
    }
    for (Map.Entry<?, PyObject> entry : all.getMap().entrySet()) {
      String attribute = entry.getKey().toString();
      if (attribute.equals("__builtins__") || entry.getValue() instanceof PyModule) {
        continue;
      }
      String external = ExternalNames.ATTRIBUTE + name + "." + attribute;
      add(entry.getValue(), external);
      if (module instanceof PyType) {
        PyObject seen = module.__findattr__(attribute.intern());
        if (seen != null) {
          add(seen, external);
        }
      }
    }
  }

  private void add(PyObject value, String name) {
    // What is equal is the same to Python here, and the image has it as it is.
    boolean isValue =
        value instanceof PyString
            || value instanceof PyInteger
            || value instanceof PyLong
            || value instanceof PyFloat
            || value == Py.None
            || value == Py.Ellipsis;
    if (isValue || (value instanceof PyType type && isByClass(type))) {
      return;
    }
    names.putIfAbsent(value, name);
    if (value instanceof PyReflectedFunction function && function.nargs > 0) {
      functions.putIfAbsent(function.argslist[0], name);
    }
  }

  /**
   * Tells whether a type's class alone leads to it, as {@link #of} then says. Its module need not
   * be imported, which may load the classes of many more types.
   */
  private static boolean isByClass(PyType type) {
    Class<?> underlying = javaClass(type);
    return underlying != null
        && PyObject.class.isAssignableFrom(underlying)
        && PyType.fromClass(underlying) == type;
  }

  /** Returns the name of an object; null if it is not Jython's own. */
  @Nullable String of(PyObject object) {
    String known = names.get(object);
    if (known != null) {
      return known;
    }
    if (object instanceof PyReflectedFunction function && function.nargs > 0) {
      String module = functions.get(function.argslist[0]);
      return module == null ? ofMethod(function) : module;
    }
    if (object.getType() instanceof PyJavaType && !(object instanceof PyType)) {
      String java = ofJava(object.__tojava__(Object.class));
      if (java != null) {
        return java;
      }
    }
    if (object instanceof PyJavaPackage javaPackage) {
      StringBuilder name = new StringBuilder(ExternalNames.PACKAGE);
      addPackages(javaPackage, name);
      return name.toString();
    }
    if (object instanceof PyType type) {
      return ofType(type);
    }
    if (object instanceof PyNewWrapper wrapper) {
      return ofDescriptor(wrapper.for_type, "__new__", object);
    }
    if (object instanceof PyDescriptor || object instanceof PyBuiltinMethod) {
      return ofDescriptor(object);
    }
    return null;
  }

  /** Packages are known as far as the program has imported from them. */
  private static void addPackages(PyJavaPackage javaPackage, StringBuilder names) {
    if (names.charAt(names.length() - 1) != ':') {
      names.append(',');
    }
    names.append(javaPackage.__name__);
    for (PyObject each : inner(javaPackage).values()) {
      addPackages((PyJavaPackage) each, names);
    }
  }

  private static Map<String, PyObject> inner(PyJavaPackage javaPackage) {
    Map<String, PyObject> inner = new TreeMap<>();
    for (Map.Entry<Object, PyObject> entry : javaPackage.__dict__.getMap().entrySet()) {
      if (entry.getValue() instanceof PyJavaPackage) {
        inner.put(entry.getKey().toString(), entry.getValue());
      }
    }
    return inner;
  }

  private static @Nullable String ofJava(Object object) {
    if (object instanceof Enum<?> constant) {
      return ExternalNames.ENUM + constant.getDeclaringClass().getName() + "/" + constant.name();
    }
    if (object == null) {
      return null;
    }
    if (object instanceof TimeZone zone && zone.getID().equals("UTC")) {
      return ExternalNames.TIME_ZONE + zone.getID();
    }
    return object == Thread.currentThread()
        ? ExternalNames.MAIN_THREAD + "thread"
        : constant(object);
  }

  /** A constant of the object's own class, of one that this extends, or of one around these. */
  private static @Nullable String constant(Object object) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Class<?> in = type; in != null; in = in.getEnclosingClass()) {
        String name = constant(object, in);
        if (name != null) {
          return ExternalNames.METHOD + in.getName() + "/" + name;
        }
      }
    }
    return null;
  }

  private static @Nullable String constant(Object object, Class<?> in) {
    if (!Modifier.isPublic(in.getModifiers())) {
      return null;
    }
    for (Field field : in.getDeclaredFields()) {
      int constant = Modifier.PUBLIC | Modifier.STATIC | Modifier.FINAL;
      if ((field.getModifiers() & constant) == constant
          && field.getType().isInstance(object)
          && isValue(field, object)) {
        return field.getName();
      }
    }
    return null;
  }

  private static boolean isValue(Field constant, Object object) {
    try {
      return constant.get(null) == object;
    } catch (IllegalAccessException e) {
      // Of a package that is nobody else's.
      return false;
    }
  }

  /** A method of a Java class, as its class has it for Python. */
  private static @Nullable String ofMethod(PyReflectedFunction function) {
    Class<?> declaring = function.argslist[0].method.getDeclaringClass();
    PyObject found = PyType.fromClass(declaring).__findattr__(function.__name__.intern());
    return found instanceof PyReflectedFunction same
            && same.nargs > 0
            && same.argslist[0] == function.argslist[0]
        ? ExternalNames.METHOD + declaring.getName() + "/" + function.__name__
        : null;
  }

  /** Tells whether a type is that of a Java class that knows nothing of Python. */
  static boolean isOfJava(PyType type) {
    Class<?> seen = type.getProxyType();
    return type instanceof PyJavaType && seen != null && !PyObject.class.isAssignableFrom(seen);
  }

  private static @Nullable String ofType(PyType type) {
    if (type instanceof PyJavaType) {
      Class<?> proxied = type.getProxyType();
      return ExternalNames.TYPE + (proxied == null ? javaClass(type) : proxied).getName();
    }
    Class<?> underlying = javaClass(type);
    return underlying == null ? null : ExternalNames.TYPE + underlying.getName();
  }

  /** The class whose instances are those of a type; a protected field, read by reflection. */
  private static @Nullable Class<?> javaClass(PyType type) {
    return (Class<?>) Fields.get(PyType.class, "underlying_class", type);
  }

  private static @Nullable String ofDescriptor(PyObject object) {
    if (!(object instanceof PyDescriptor)) {
      return null;
    }
    PyType type = (PyType) Fields.get(PyDescriptor.class, "dtype", object);
    String name = (String) Fields.get(PyDescriptor.class, "name", object);
    return type == null || name == null ? null : ofDescriptor(type, name, object);
  }

  private static @Nullable String ofDescriptor(PyType type, String name, PyObject object) {
    String typeName = ofType(type);
    PyObject names = typeName == null ? null : type.fastGetDict();
    return names != null && names.__finditem__(name.intern()) == object
        ? ExternalNames.DESCRIPTOR + typeName.substring(ExternalNames.TYPE.length()) + "/" + name
        : null;
  }

  /** Fields that Jython keeps to itself, for who makes a snapshot. Nobody who starts from one. */
  static final class Fields {
    private Fields() {}

    static @Nullable Object get(Class<?> declaring, String name, Object object) {
      try {
        Field field = declaring.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "Jython is not one of those that are known: no field "
                + declaring.getName()
                + "."
                + name,
            e);
      }
    }
  }
}
