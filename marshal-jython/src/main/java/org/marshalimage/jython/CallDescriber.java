package org.marshalimage.jython;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.snapshot.Description;
import org.python.core.Py;
import org.python.core.PyArray;
import org.python.core.PyByteArray;
import org.python.core.PyDictionary;
import org.python.core.PyInteger;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.PyXRange;
import org.python.modules.PyStruct;
import org.python.modules._functools.PyPartial;
import org.python.modules._weakref.AbstractReference;
import org.python.modules._weakref.CallableProxyType;
import org.python.modules._weakref.ProxyType;
import org.python.modules._weakref.ReferenceType;
import org.python.modules.itertools.count;
import org.python.modules.itertools.repeat;
import org.python.modules.sre.MatchObject;
import org.python.modules.sre.PatternObject;

/** Says what those of Jython's objects are that one call makes just as they are. */
final class CallDescriber {
  /** Of arrays that hold numbers. */
  private static final String TYPE_CODES = "cbBhHiIlLfd";

  /**
   * Describes an object.
   *
   * @return whether it is such a one
   */
  boolean describe(PyObject object, Description description) {
    Class<?> kind = object.getClass();
    if (object instanceof AbstractReference reference) {
      return reference(reference, description);
    }
    if (object instanceof PyPartial partial) {
      partial(partial, description);
    } else if (kind.getSimpleName().equals("PyItemGetter")) {
      call(object, description, (PyObject[]) field(object, "items"));
    } else if (kind.getSimpleName().equals("PyAttrGetter")) {
      call(object, description, (PyObject[]) field(object, "attrs"));
    } else if (kind.getSimpleName().equals("PyMethodCaller")) {
      methodCaller(object, description);
    } else if (object instanceof PyStruct) {
      call(object, description, object.__getattr__("format"));
    } else if (kind == count.class) {
      call(
          object,
          description,
          (PyObject) field(object, "counter"),
          (PyObject) field(object, "stepper"));
    } else if (kind == repeat.class) {
      repeat(object, description);
    } else if (kind == PyXRange.class) {
      call(
          object,
          description,
          number(object, "start"),
          number(object, "stop"),
          number(object, "step"));
    } else if (kind == PyByteArray.class) {
      bytes(object, description);
    } else if (kind == PyArray.class && TYPE_CODES.contains(((PyArray) object).getTypecode())) {
      PyArray array = (PyArray) object;
      call(object, description, new PyString(array.getTypecode()), array.array_tostring());
    } else {
      return object instanceof MatchObject match && match(match, description);
    }
    return true;
  }

  private static @Nullable Object field(PyObject object, String name) {
    return BuiltinNames.Fields.get(object.getClass(), name, object);
  }

  private static PyInteger number(PyObject object, String name) {
    return Py.newInteger(((Number) field(object, name)).intValue());
  }

  /** What a call of its type gives. */
  private static void call(PyObject object, Description description, PyObject... arguments) {
    description
        .record(StateTypes.CALL.type())
        .slot("__class__", object.getType())
        .slot("arguments", new PyTuple(arguments));
  }

  private static void repeat(PyObject object, Description description) {
    PyObject repeated = (PyObject) field(object, "object");
    int times = (int) field(object, "counter");
    if (times < 0) {
      call(object, description, repeated);
    } else {
      call(object, description, repeated, Py.newInteger(times));
    }
  }

  private static void bytes(PyObject object, Description description) {
    call(object, description, new PyString(object.__str__().toString()));
  }

  private static void partial(PyPartial partial, Description description) {
    PyObject[] values = partial.args;
    @Nullable String[] keywords =
        (String[]) BuiltinNames.Fields.get(PyPartial.class, "keywords", partial);
    int byName = keywords == null ? 0 : keywords.length;
    PyObject[] arguments = new PyObject[values.length - byName + 1];
    arguments[0] = partial.func;
    System.arraycopy(values, 0, arguments, 1, values.length - byName);
    PyObject dict = PartDescriber.dict(partial);
    if (byName == 0 && dict == null) {
      call(partial, description, arguments);
    } else {
      keywordCall(partial, description, arguments, keywords, values);
      description.slot("__dict__", dict);
    }
  }

  private static void methodCaller(PyObject object, Description description) {
    PyObject[] values = (PyObject[]) field(object, "args");
    String[] keywords = (String[]) field(object, "keywords");
    PyObject[] arguments = new PyObject[values.length - keywords.length + 1];
    arguments[0] = new PyString((String) field(object, "name"));
    System.arraycopy(values, 0, arguments, 1, arguments.length - 1);
    keywordCall(object, description, arguments, keywords, values);
    description.slot("__dict__", null);
  }

  /** Values by keyword are the last ones. */
  private static void keywordCall(
      PyObject object,
      Description description,
      PyObject[] arguments,
      @Nullable String @Nullable [] keywords,
      PyObject[] values) {
    PyDictionary byName = new PyDictionary();
    int count = keywords == null ? 0 : keywords.length;
    for (int i = 0; i < count; i++) {
      byName.__setitem__(new PyString(keywords[i].intern()), values[values.length - count + i]);
    }
    description
        .record(StateTypes.KEYWORD_CALL.type())
        .slot("__class__", object.getType())
        .slot("arguments", new PyTuple(arguments))
        .slot("keywords", byName);
  }

  /** One whose object is gone, or of a type of Python's own, is none that is known. */
  private static boolean reference(AbstractReference reference, Description description) {
    Class<?> kind = reference.getClass();
    String name =
        kind == ReferenceType.class
            ? PartMaker.REFERENCE
            : kind == ProxyType.class || kind == CallableProxyType.class ? PartMaker.PROXY : "";
    Object to = BuiltinNames.Fields.get(AbstractReference.class, "gref", reference);
    PyObject target = ((org.python.modules._weakref.ReferenceBackend) to).get();
    if (name.isEmpty() || target == null) {
      return false;
    }
    description
        .record(StateTypes.WEAK_REFERENCE.type())
        .slot("kind", BytesValue.of(name.getBytes(StandardCharsets.ISO_8859_1)))
        .slot("target", target)
        .slot("callback", BuiltinNames.Fields.get(AbstractReference.class, "callback", reference));
    return true;
  }

  /** Which method has found it is not kept anywhere: the one that finds the same again. */
  private static boolean match(MatchObject match, Description description) {
    PatternObject pattern =
        (PatternObject) BuiltinNames.Fields.get(MatchObject.class, "pattern", match);
    PyObject begin = Py.newInteger((int) BuiltinNames.Fields.get(MatchObject.class, "pos", match));
    PyObject end = Py.newInteger((int) BuiltinNames.Fields.get(MatchObject.class, "endpos", match));
    for (String method : List.of("match", "search")) {
      PyObject again = PartMaker.match(pattern, method, new PyObject[] {match.string, begin, end});
      if (again instanceof MatchObject same && same.regs().equals(match.regs())) {
        description
            .record(StateTypes.MATCH.type())
            .slot("re", pattern)
            .slot("string", match.string)
            .slot("pos", begin)
            .slot("endpos", end)
            .slot("method", BytesValue.of(method.getBytes(StandardCharsets.ISO_8859_1)));
        return true;
      }
    }
    return false;
  }
}
