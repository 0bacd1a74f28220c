package org.marshalimage.jython;

import java.util.Collections;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.DictView;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.TupleView;
import org.marshalimage.TwoStepMaker;
import org.marshalimage.jython.compiled.CodeRecordReader;
import org.python.core.Py;
import org.python.core.PyBaseException;
import org.python.core.PyBaseExceptionDerived;
import org.python.core.PyCell;
import org.python.core.PyClass;
import org.python.core.PyClassMethod;
import org.python.core.PyCode;
import org.python.core.PyDictionary;
import org.python.core.PyDictionaryDerived;
import org.python.core.PyFloat;
import org.python.core.PyFloatDerived;
import org.python.core.PyFrozenSet;
import org.python.core.PyFrozenSetDerived;
import org.python.core.PyFunction;
import org.python.core.PyInstance;
import org.python.core.PyInteger;
import org.python.core.PyIntegerDerived;
import org.python.core.PyList;
import org.python.core.PyListDerived;
import org.python.core.PyLong;
import org.python.core.PyLongDerived;
import org.python.core.PyMethod;
import org.python.core.PyModule;
import org.python.core.PyNewWrapper;
import org.python.core.PyObject;
import org.python.core.PyObjectDerived;
import org.python.core.PyProperty;
import org.python.core.PyReflectedFunction;
import org.python.core.PySet;
import org.python.core.PySetDerived;
import org.python.core.PyShadowString;
import org.python.core.PySlice;
import org.python.core.PyStaticMethod;
import org.python.core.PyString;
import org.python.core.PyStringDerived;
import org.python.core.PyTuple;
import org.python.core.PyTupleDerived;
import org.python.core.PyType;
import org.python.core.PyUnicode;
import org.python.core.PyUnicodeDerived;
import org.python.core.Slotted;
import org.python.modules._collections.PyDefaultDict;
import org.python.modules._collections.PyDeque;
import org.python.modules._threading.Condition;
import org.python.modules.sre.PatternObject;

/**
 * Makes Jython's objects of a program's state. What an object needs of others to exist at all is
 * asked for when it is allocated, a class's bases for example, as no cycle goes through that; the
 * rest when it is filled. No code of Python's runs, but for {@code __hash__} of keys that have one,
 * and a metaclass's {@code mro}.
 */
final class StateMaker implements TwoStepMaker<ImageObject, PyObject> {
  private static final PyObject[] NONE = {};

  private final MappedLibrary library;
  private final Snapshot snapshot;
  private final ObjectMaker constants;

  /** By their numbers in the image; null is one of compiled code. */
  private final @Nullable StateTypes[] types;

  private final CodeRecordReader codes;
  private @Nullable PyNewWrapper newType;
  private final ClassesMade classes = new ClassesMade();

  StateMaker(MappedLibrary library, Snapshot snapshot) {
    this.library = library;
    this.snapshot = snapshot;
    constants = new ObjectMaker(library);
    types = StateTypes.of(library.image());
    codes = new CodeRecordReader(library.image());
  }

  private PyObject slot(RecordView view, int index) {
    return library.object(view.slot(index));
  }

  private @Nullable PyObject optional(RecordView view, int index) {
    ImageObject target = view.slot(index);
    return target == null ? null : library.object(target);
  }

  private PyObject filled(RecordView view, int index) {
    return library.filled(view.slot(index));
  }

  private String text(RecordView view, int index) {
    return ((PyString) slot(view, index)).internedString();
  }

  private int number(RecordView view, int index) {
    return ((PyInteger) slot(view, index)).getValue();
  }

  MarshalImage image() {
    return library.image();
  }

  ClassesMade classes() {
    return classes;
  }

  @Override
  public PyObject allocate(ImageObject view) {
    if (view instanceof RecordView record) {
      StateTypes type = types[record.typeNumber()];
      return type == null ? codes.code(record) : allocate(type, record);
    }
    if (view instanceof ExternalView external) {
      return (PyObject) external.resolve();
    }
    if (view instanceof TupleView tuple) {
      // The array is the tuple's own, and is filled later.
      return new PyTuple(new PyObject[tuple.size()], false);
    }
    if (view instanceof ListView) {
      return new PyList();
    }
    if (view instanceof DictView dict) {
      ConcurrentMap<PyObject, PyObject> table = HashOrder.table(library, dict);
      return table == null ? new PyDictionary() : new PyDictionary(table, true);
    }
    if (view instanceof SetView set) {
      return set.isFrozen() ? new PyFrozenSet(new PyTuple(filledItems(set))) : emptySet(set);
    }
    if (view instanceof SliceView slice) {
      return new PySlice(
          library.object(slice.start()),
          library.object(slice.stop()),
          library.object(slice.step()));
    }
    return constants.apply(view);
  }

  private PySet emptySet(SetView set) {
    ConcurrentMap<PyObject, Boolean> table = HashOrder.table(library, set);
    return table == null ? new PySet() : new PySet(Collections.newSetFromMap(table), null);
  }

  private PyObject[] filledItems(SetView set) {
    PyObject[] items = new PyObject[set.size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = library.filled(set.get(i));
    }
    return items;
  }

  private static PyObject method(
      PyObject function, @Nullable PyObject self, @Nullable PyObject type) {
    // One of Java that is known by its name is meant to be called without an object: bound, it is
    // what its class has.
    if (self != null
        && function instanceof PyReflectedFunction java
        && type instanceof PyType of
        && of.lookup(java.__name__.intern()) instanceof PyReflectedFunction own
        && own.nargs > 0
        && own.argslist[0] == java.argslist[0]) {
      return new PyMethod(own, self, type);
    }
    return new PyMethod(function, self, type);
  }

  private PyObject allocate(StateTypes type, RecordView view) {
    return switch (type) {
      case NAMESPACE -> new Namespace(new RecordNames(library, view, 0));
      case MODULE -> snapshot.namespace(text(view, 0));
      case MODULE_OBJECT -> Snapshot.newModule((PyType) optional(view, 0));
      case FUNCTION -> function(view);
      case TYPE -> type(view);
      case OLD_CLASS -> PyClass.classobj___new__(slot(view, 0), filled(view, 1), slot(view, 2));
      case INSTANCE -> new PyInstance((PyClass) slot(view, 0), slot(view, 1));
      case OBJECT -> object(view);
      case EXCEPTION -> exception((PyType) slot(view, 0));
      case PROPERTY -> PartMaker.property((PyType) slot(view, 0));
      case STATIC_METHOD -> new PyStaticMethod(slot(view, 0));
      case CLASS_METHOD -> new PyClassMethod(slot(view, 0));
      case METHOD -> method(slot(view, 0), optional(view, 1), optional(view, 2));
      case CELL -> new PyCell();
      case BUILTIN_METHOD -> slot(view, 0).__getattr__(text(view, 1));
      case PATTERN -> pattern(view);
      case WEAK_SET -> PartMaker.weakSet((PyType) slot(view, 0));
      case WEAK_DICT_BUILDER -> WeakMaps.builder(text(view, 0), (PyType) slot(view, 1));
      case THREAD_LOCAL -> PartMaker.local((PyType) slot(view, 0));
      case LOCK -> PartMaker.lock(text(view, 0));
      case CONDITION -> PyType.fromClass(Condition.class).__call__(slot(view, 0));
      case RANDOM -> PartMaker.random((PyType) slot(view, 0));
      case DEFAULT_DICT -> slot(view, 0).__call__(slot(view, 1));
      case SHADOW_STRING -> new PyShadowString(text(view, 0), text(view, 1));
      case CALL -> slot(view, 0).__call__(((PyTuple) filled(view, 1)).getArray());
      case KEYWORD_CALL ->
          PartMaker.call(
              slot(view, 0),
              ((PyTuple) filled(view, 1)).getArray(),
              (PyDictionary) filled(view, 2));
      case DEQUE -> PartMaker.deque((PyType) slot(view, 0), optional(view, 1));
      case WEAK_REFERENCE -> PartMaker.weak(text(view, 0), slot(view, 1), optional(view, 2));
      case MATCH ->
          PartMaker.match(
              (PatternObject) filled(view, 0),
              text(view, 4),
              new PyObject[] {slot(view, 1), slot(view, 2), slot(view, 3)});
      case JSON_SCANNER -> PartMaker.scanner(items(view, 7));
      case WEAK_DICT -> WeakMaps.dict(text(view, 0));
      case TEXT -> slot(view, 1);
      case PACKAGE_PATH -> library.packagePath(text(view, 0));
    };
  }

  private PyObject[] items(RecordView view, int count) {
    PyObject[] items = new PyObject[count];
    for (int i = 0; i < count; i++) {
      items[i] = slot(view, i);
    }
    return items;
  }

  private PyObject function(RecordView view) {
    PyObject defaults = optional(view, 3);
    PyObject closure = optional(view, 4);
    PyFunction function =
        new PyFunction(
            slot(view, 1),
            defaults == null ? NONE : ((PyTuple) defaults).getArray(),
            (PyCode) slot(view, 0),
            Py.None,
            closure == null ? null : cells(view));
    function.__name__ = text(view, 2);
    return function;
  }

  /** The function keeps a copy of the array: it has to be full. */
  private PyObject[] cells(RecordView view) {
    TupleView tuple = (TupleView) view.slot(4);
    return library.items(tuple);
  }

  private PyObject type(RecordView view) {
    int number = view.objectNumber();
    PyType known = classes.again(number);
    PyType made = known == null ? newType(view) : known;
    classes.add(number, made);
    return made;
  }

  private PyType newType(RecordView view) {
    PyNewWrapper maker = newType;
    if (maker == null) {
      maker = (PyNewWrapper) PyType.TYPE.lookup("__new__");
      newType = maker;
    }
    PyObject namespace = slot(view, 3);
    return (PyType)
        PyType.newType(
            maker, (PyType) slot(view, 1), text(view, 0), (PyTuple) filled(view, 2), namespace);
  }

  private PyObject object(RecordView view) {
    PyType type = (PyType) slot(view, 0);
    ImageObject as = view.slot(2);
    if (as == null) {
      return type == PyObject.TYPE ? new PyObject(type) : new PyObjectDerived(type);
    }
    if (as instanceof ListView) {
      return new PyListDerived(type);
    }
    if (as instanceof DictView) {
      return new PyDictionaryDerived(type);
    }
    if (as instanceof SetView set && !set.isFrozen()) {
      return new PySetDerived(type);
    }
    if (as instanceof RecordView) {
      // Of weak references. It is filled by itself.
      return new PyDictionaryDerived(type, ((PyDictionary) library.object(as)).getMap(), true);
    }
    PyObject value = library.filled(as);
    if (value instanceof PyTuple tuple) {
      return new PyTupleDerived(type, tuple.getArray());
    }
    if (value instanceof PyFrozenSet) {
      return new PyFrozenSetDerived(type, value);
    }
    if (value instanceof PyUnicode text) {
      return new PyUnicodeDerived(type, text);
    }
    if (value instanceof PyString text) {
      return new PyStringDerived(type, text.getString());
    }
    if (value instanceof PyInteger number) {
      return new PyIntegerDerived(type, number.getValue());
    }
    if (value instanceof PyLong number) {
      return new PyLongDerived(type, number.getValue());
    }
    if (value instanceof PyFloat number) {
      return new PyFloatDerived(type, number.getValue());
    }
    throw new IllegalArgumentException("no base of an object: found=" + as);
  }

  private static PyObject exception(PyType type) {
    return new PyBaseExceptionDerived(type);
  }

  private PyObject pattern(RecordView view) {
    BytesView bytes = view.bytes();
    int[] program = new int[bytes.length() / Integer.BYTES];
    bytes.buffer().asIntBuffer().get(program);
    return new PatternObject(
        (PyString) slot(view, 0),
        number(view, 1),
        program,
        number(view, 2),
        slot(view, 3),
        slot(view, 4));
  }

  @Override
  public void fill(PyObject made, ImageObject view) {
    if (view instanceof RecordView record) {
      StateTypes type = types[record.typeNumber()];
      if (type != null) {
        fill(type, made, record);
      }
    } else if (view instanceof TupleView tuple) {
      PyObject[] items = ((PyTuple) made).getArray();
      for (int i = 0; i < items.length; i++) {
        items[i] = library.item(tuple, i);
      }
    } else if (view instanceof ListView list) {
      fill((PyList) made, list);
    } else if (view instanceof DictView dict) {
      fill((PyDictionary) made, dict);
    } else if (view instanceof SetView set && !set.isFrozen()) {
      fill((PySet) made, set);
    }
  }

  private void fill(PyList made, ListView list) {
    for (int i = 0; i < list.size(); i++) {
      made.append(library.object(list.get(i)));
    }
  }

  private void fill(PyDictionary made, DictView dict) {
    for (int i = 0; i < dict.size(); i++) {
      // Not the method that a subclass may have of its own.
      made.getMap().put(library.filled(dict.key(i)), library.object(dict.value(i)));
    }
  }

  private void fill(PySet made, SetView set) {
    for (int i = 0; i < set.size(); i++) {
      made.add(library.filled(set.get(i)));
    }
  }

  private void fill(StateTypes type, PyObject made, RecordView view) {
    switch (type) {
      case FUNCTION -> {
        PyFunction function = (PyFunction) made;
        function.__doc__ = slot(view, 5);
        function.__module__ = slot(view, 6);
        PyObject dict = optional(view, 7);
        if (dict != null) {
          function.__dict__ = dict;
        }
      }
      case MODULE_OBJECT -> ((PyModule) made).__dict__ = slot(view, 1);
      case TYPE -> fillType((PyType) made, view);
      case OBJECT -> fillObject(made, view);
      case EXCEPTION -> fillException((PyBaseException) made, view);
      case PROPERTY -> {
        PyObject[] parts = {none(view, 1), none(view, 2), none(view, 3), slot(view, 4)};
        ((PyProperty) made).property___init__(parts, Py.NoKeywords);
        setDict(made, view, 5);
      }
      case CELL -> ((PyCell) made).ob_ref = optional(view, 0);
      case WEAK_DICT -> {
        for (int i = 0; i < view.repetitions(); i++) {
          ((PyDictionary) made)
              .getMap()
              .put(library.filled(view.repeated(i, 0)), library.filled(view.repeated(i, 1)));
        }
      }
      case WEAK_SET -> {
        for (int i = 0; i < view.repetitions(); i++) {
          ((PySet) made).add(library.filled(view.repeated(i, 0)));
        }
      }
      case THREAD_LOCAL -> {
        if (view.slot(1) != null) {
          made.fastGetDict().invoke("update", filled(view, 1));
        }
      }
      case RANDOM -> setDict(made, view, 1);
      case DEFAULT_DICT -> {
        fill((PyDefaultDict) made, (DictView) view.slot(2));
        setDict(made, view, 3);
      }
      case KEYWORD_CALL -> setDict(made, view, 3);
      case DEQUE -> {
        for (int i = 0; i < view.repetitions(); i++) {
          ((PyDeque) made).deque_append(library.object(view.repeated(i, 0)));
        }
        setDict(made, view, 2);
      }
      case SHADOW_STRING -> {
        TupleView targets = (TupleView) view.slot(2);
        for (int i = 0; i < targets.size(); i++) {
          ((PyShadowString) made).getTargets().append(library.item(targets, i));
        }
      }
      default -> {
        // It is whole as it was allocated.
      }
    }
  }

  private PyObject none(RecordView view, int index) {
    PyObject found = optional(view, index);
    return found == null ? Py.None : found;
  }

  private void setDict(PyObject made, RecordView view, int index) {
    PyObject dict = optional(view, index);
    if (dict != null) {
      made.setDict(dict);
    }
  }

  private void fillType(PyType made, RecordView view) {
    ImageObject abstractMethods = view.slot(4);
    if (abstractMethods != null) {
      made.setAbstractmethods(library.filled(abstractMethods));
    }
    for (int i = 0; i < view.repetitions(); i++) {
      ImageObject module = view.repeated(i, 0);
      snapshot.expectSubclass(
          module == null ? null : library.object(module).toString(), view.repeated(i, 1));
    }
  }

  private void fillObject(PyObject made, RecordView view) {
    ImageObject as = view.slot(2);
    if (as instanceof ListView list) {
      fill((PyList) made, list);
    } else if (as instanceof DictView dict) {
      fill((PyDictionary) made, dict);
    } else if (as instanceof SetView set && !set.isFrozen()) {
      fill((PySet) made, set);
    }
    setDict(made, view, 1);
    fillSlots(made, view);
  }

  private void fillSlots(PyObject made, RecordView view) {
    for (int i = 0; i < view.repetitions(); i++) {
      ImageObject value = view.repeated(i, 0);
      if (value != null) {
        ((Slotted) made).setSlot(i, library.object(value));
      }
    }
  }

  private void fillException(PyBaseException made, RecordView view) {
    made.args = slot(view, 1);
    made.setMessage(slot(view, 2));
    setDict(made, view, 3);
    fillSlots(made, view);
  }
}
