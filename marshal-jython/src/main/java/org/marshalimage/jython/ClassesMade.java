package org.marshalimage.jython;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.python.core.Py;
import org.python.core.PyObject;
import org.python.core.PyType;

/**
 * Classes that were made, or begun, by the numbers of their records. A class of which nothing
 * became, as a module had to be imported first, is known to its bases, which would list it beside
 * the one that is made instead: so it is what is made then. Only the thread that makes touches
 * this.
 */
final class ClassesMade {
  private final Map<Integer, PyType> made = new HashMap<>();
  private final Map<Integer, PyType> givenUp = new HashMap<>();
  private @Nullable PyObject setAttribute;

  /** What was made before is there for all. */
  void begin() {
    made.clear();
  }

  /** What was made since it was begun is dropped, if not by all. */
  void giveUp() {
    givenUp.putAll(made);
  }

  void add(int record, PyType type) {
    made.put(record, type);
  }

  /** Returns the class that was given up; null if none was. It forgets what it has looked up. */
  @Nullable PyType again(int record) {
    PyType given = givenUp.remove(record);
    if (given == null) {
      return null;
    }
    PyObject setter = setAttribute;
    if (setter == null) {
      setter = PyType.TYPE.lookup("__setattr__");
      setAttribute = setter;
    }
    PyObject module = given.fastGetDict().__finditem__("__module__");
    if (module != null) {
      setter.__call__(given, Py.newString("__module__"), module);
    }
    return given;
  }
}
