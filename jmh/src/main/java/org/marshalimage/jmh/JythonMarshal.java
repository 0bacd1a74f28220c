package org.marshalimage.jmh;

import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * The marshal module of Jython 2.7, called as a Python program calls it. Of code objects it reads
 * CPython's and gives a {@code PyBytecode}. It refuses streams with a surrogate in a unicode
 * string, and as of 2.7.4 it writes no code object at all: {@code ValueError: unmarshallable
 * object}.
 */
final class JythonMarshal {
  private final PyObject loads;
  private final PyObject dumps;

  /** Starts Jython, which takes a second. */
  JythonMarshal() {
    Properties settings = new Properties();
    settings.setProperty("python.cachedir.skip", "true");
    settings.setProperty("python.import.site", "false");
    PySystemState.initialize(System.getProperties(), settings);
    PyObject marshal = imp.importName("marshal", true);
    loads = marshal.__getattr__("loads");
    dumps = marshal.__getattr__("dumps");
  }

  /** Returns the version of Jython, for example {@code "2.7.4"}. */
  static String version() {
    return PySystemState.version.toString().split(" ")[0];
  }

  /** Makes the byte string that {@link #loads} takes: Jython keeps one in a Java string. */
  static PyString stream(byte[] bytes, int from, int to) {
    return Py.newString(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }

  PyObject loads(PyString stream) {
    return loads.__call__(stream);
  }

  /** Calls {@code marshal.dumps}, which writes stream version 2. */
  PyObject dumps(PyObject value) {
    return dumps.__call__(value);
  }

  boolean refuses(PyString stream) {
    try {
      loads(stream);
      return false;
    } catch (PyException e) {
      return true;
    }
  }
}
