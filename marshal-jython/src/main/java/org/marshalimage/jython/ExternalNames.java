package org.marshalimage.jython;

import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyDictionary;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.codecs;
import org.python.core.imp;

/**
 * What only a running Jython has, by names of the form {@code kind:name}. {@link BuiltinNames}
 * gives them.
 */
final class ExternalNames {
  static final String MODULE = "module:";
  static final String ATTRIBUTE = "attr:";
  static final String TYPE = "type:";
  static final String DESCRIPTOR = "descr:";
  static final String MEMBER = "member:";
  static final String METHOD = "method:";
  static final String ENUM = "enum:";
  static final String CODEC_ERRORS = "codec-errors:";
  static final String MAIN_THREAD = "thread:main-";
  static final String START_TIME = "time:start";
  static final String TIME_ZONE = "timezone:";
  static final String PACKAGE = "package:";
  static final String IMPORTER = "importer:";
  static final String PATH_IMPORTER = "path-importer:";
  static final String VALUE = "value:";
  static final String SITE = "site:";

  private static final String POSIX = "posix";
  private static final String ENVIRON = "environ";

  private final Snapshot snapshot;
  private @Nullable PyObject environment;

  ExternalNames(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * Finds the object of a name.
   *
   * @return null if this Jython has none
   */
  @Nullable PyObject resolve(String external) {
    int colon = external.indexOf(':');
    String kind = external.substring(0, colon + 1);
    String name = external.substring(colon + 1);
    return switch (kind) {
      case Snapshot.ROOT ->
          name.startsWith(Snapshot.STATE)
              ? snapshot.namespace(name.substring(Snapshot.STATE.length()))
              : null;
      case MODULE -> snapshot.module(name);
      case ATTRIBUTE -> attribute(name);
      case MEMBER -> snapshot.module(owner(name)).__findattr__(member(name));
      case TYPE -> type(name);
      case DESCRIPTOR -> descriptor(name);
      case METHOD -> method(name);
      case ENUM -> enumConstant(name);
      case CODEC_ERRORS -> codecs.lookup_error(name);
      case "thread:" -> snapshot.mainThread(name);
      case "time:" -> snapshot.startTime();
      case TIME_ZONE -> Py.java2py(TimeZone.getTimeZone(name));
      case PACKAGE -> javaPackage(name);
      case IMPORTER -> ImageInitializer.importer();
      case PATH_IMPORTER -> pathImporter(name);
      case VALUE -> value(name);
      case SITE -> snapshot.siteValue(name);
      default -> null;
    };
  }

  /** Returns what imports from an entry of {@code sys.path}. */
  private static @Nullable PyObject pathImporter(String entry) {
    PyObject importer = imp.getImporter(Py.fileSystemEncode(entry));
    return importer == Py.None ? null : importer;
  }

  private static @Nullable PyObject value(String name) {
    return switch (name) {
      case "NotImplemented" -> Py.NotImplemented;
      case "Ellipsis" -> Py.Ellipsis;
      case "no-cell" -> Py.None;
      default -> null;
    };
  }

  /** Returns the first of some packages; all become known. */
  private static PyObject javaPackage(String names) {
    PyObject first = null;
    for (String name : names.split(",")) {
      PyObject each = PySystemState.add_package(name);
      first = first == null ? each : first;
    }
    return first;
  }

  /**
   * Returns the process's environment as Jython's module posix has it, without that module, which
   * starts a native library.
   */
  private synchronized PyObject environment() {
    PyObject made = environment;
    if (made == null) {
      made = new PyDictionary();
      for (Map.Entry<String, String> entry : System.getenv().entrySet()) {
        made.__setitem__(Py.newString(entry.getKey()), Py.fileSystemEncode(entry.getValue()));
      }
      environment = made;
    }
    return made;
  }

  /** Has a module that is built in share what was made before it was imported. */
  synchronized void imported(String name, PyObject module) {
    PyObject names = module.fastGetDict();
    if (name.equals(POSIX) && names != null) {
      if (environment == null) {
        environment = names.__finditem__(ENVIRON);
      } else {
        names.__setitem__(ENVIRON, environment);
      }
    }
  }

  /** The module has no dot where a name has one: the last one parts them. */
  private @Nullable PyObject attribute(String name) {
    if (name.equals(POSIX + "." + ENVIRON)) {
      return environment();
    }
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return null;
    }
    PyObject module = snapshot.module(name.substring(0, dot));
    String attribute = name.substring(dot + 1).intern();
    PyObject names = module.fastGetDict();
    PyObject found = names == null ? null : names.__finditem__(attribute);
    // A function of a Java class is what its type gives, not what its type has.
    return found != null && !(module instanceof PyType) ? found : module.__findattr__(attribute);
  }

  private static @Nullable PyType type(String className) {
    Class<?> found = Py.findClassEx(className, "snapshot");
    return found == null ? null : PyType.fromClass(found);
  }

  /** Returns what stands before the slash of a name; nothing, which no class is called, if none. */
  private static String owner(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  private static String member(String name) {
    return name.substring(name.indexOf('/') + 1).intern();
  }

  /** Returns what Python sees of a method of a Java class when it looks at the class. */
  private static @Nullable PyObject method(String name) {
    PyType type = type(owner(name));
    return type == null ? null : type.__findattr__(member(name));
  }

  private static @Nullable PyObject enumConstant(String name) {
    Class<?> type = Py.findClassEx(owner(name), "snapshot");
    Object[] constants = type == null ? null : type.getEnumConstants();
    for (Object each : constants == null ? new Object[0] : constants) {
      if (((Enum<?>) each).name().equals(member(name))) {
        return Py.java2py(each);
      }
    }
    return null;
  }

  private static @Nullable PyObject descriptor(String name) {
    PyType type = type(owner(name));
    return type == null ? null : type.fastGetDict().__finditem__(member(name));
  }
}
