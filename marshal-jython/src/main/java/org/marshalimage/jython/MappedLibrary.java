package org.marshalimage.jython;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Attachments;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;
import org.python.core.Py;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyString;

/**
 * Jython's objects for those of one image, each made when it is first asked for, and once. Safe for
 * use by many threads.
 */
class MappedLibrary {
  private static final String[] NO_NAMES = {};

  private final MarshalImage image;
  private final EvaluationLoop loop;
  private final Attachments<PyString> strings;
  private final Attachments<MappedCode> codes;
  private final Attachments<PyObject> others;

  /** Of an image that has a program's state. */
  private final @Nullable Snapshot snapshot;

  private final @Nullable MakingThread making;

  /** What code of this library executes as text. */
  private volatile @Nullable Texts texts;

  MappedLibrary(MarshalImage image, EvaluationLoop loop) {
    this(image, loop, null);
  }

  /** Makes a library of an image that has a program's state, or has none. */
  MappedLibrary(MarshalImage image, EvaluationLoop loop, @Nullable Snapshot snapshot) {
    this.image = image;
    this.loop = loop;
    strings = Attachments.ofStrings(image, new StringMaker(snapshot != null));
    codes = Attachments.ofCode(image, new CodeMaker());
    this.snapshot = snapshot;
    making = snapshot == null ? null : new MakingThread(new StateMaker(this, snapshot));
    others =
        making == null
            ? Attachments.ofObjects(image, new ObjectMaker(this))
            : Attachments.ofObjectsInTwoSteps(image, making);
    texts = snapshot == null ? null : new Texts.OfImage(image, this);
  }

  MarshalImage image() {
    return image;
  }

  EvaluationLoop loop() {
    return loop;
  }

  void setTexts(Texts next) {
    texts = next;
  }

  /** Returns the code of a text that code of this library executes; null if it is not known. */
  @Nullable MappedCode text(String text, int flags) {
    Texts known = texts;
    return known == null ? null : known.find(text, flags & Texts.FUTURES);
  }

  /** Returns the code object of a view. */
  MappedCode code(CodeView view) {
    return codes.get(view);
  }

  /** Returns the object of a view. */
  PyObject object(ImageObject view) {
    if (view instanceof BytesView || view instanceof StrView) {
      return strings.get(view);
    }
    if (view instanceof ExternalView external) {
      return (PyObject) external.resolve();
    }
    return view instanceof CodeView code ? codes.get(code) : other(view, false);
  }

  /** Returns the object of a view, filled, for who looks into it while objects are made. */
  PyObject filled(ImageObject view) {
    if (view instanceof BytesView
        || view instanceof StrView
        || view instanceof CodeView
        || view instanceof ExternalView) {
      return object(view);
    }
    return other(view, true);
  }

  private PyObject other(ImageObject view, boolean isFilledFirst) {
    while (true) {
      try {
        return isFilledFirst ? others.getFilled(view) : others.get(view);
      } catch (RuntimeException e) {
        importFor(e);
      }
    }
  }

  /** Imports what objects wait for; throws what is not about that, or is for who makes them. */
  private void importFor(RuntimeException failure) {
    String module = isMaking() ? null : ImportNeeded.by(failure);
    if (module == null) {
      throw failure;
    }
    snapshot.module(module);
  }

  /** Tells whether the calling thread is making objects of a program's state. */
  boolean isMaking() {
    return making != null && making.isCurrent();
  }

  /** Returns the object of an item, of which it makes no view if it has met it before. */
  PyObject item(TupleView tuple, int index) {
    return switch (tuple.kind(index)) {
      case TypeCode.BYTES, TypeCode.STR -> strings.get(tuple, index);
      case TypeCode.CODE -> codes.get(tuple, index);
      case TypeCode.NONE -> Py.None;
      case TypeCode.EXTERNAL -> object(tuple.get(index));
      default -> other(tuple, index);
    };
  }

  private PyObject other(TupleView tuple, int index) {
    while (true) {
      try {
        return others.get(tuple, index);
      } catch (RuntimeException e) {
        importFor(e);
      }
    }
  }

  /** Returns a name as Jython has names: one String in the JVM, which it compares by identity. */
  String name(TupleView names, int index) {
    return strings.get(names, index).internedString();
  }

  /** Returns a name that is a bytes object. */
  String name(BytesView view) {
    return strings.get(view).internedString();
  }

  /** Returns the name in a field of a code object. */
  String name(StrView view) {
    return strings.get(view).internedString();
  }

  /** Returns all objects in a tuple. */
  PyObject[] items(TupleView tuple) {
    PyObject[] items = new PyObject[tuple.size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = item(tuple, i);
    }
    return items;
  }

  /** Returns all names in a tuple. */
  String[] names(TupleView tuple) {
    int size = tuple.size();
    if (size == 0) {
      return NO_NAMES;
    }
    String[] names = new String[size];
    for (int i = 0; i < size; i++) {
      names[i] = name(tuple, i);
    }
    return names;
  }

  /** Returns the {@code __path__} of a package of the image. */
  PyList packagePath(String name) {
    String file = name(image.module(name).code().filename());
    // The folder, for modules that the image leaves out.
    return new PyList(
        new PyObject[] {
          new PyString(image.path() + "/" + name),
          new PyString(file.substring(0, Math.max(0, file.lastIndexOf('/'))))
        });
  }

  /** Makes all of a code object at once. */
  StockCode thaw(MappedCode code) {
    return new StockCode(code, items(code.view().consts()), names(code.view().names()));
  }

  /** A class, as the first lambda of a process costs it more than all of these. */
  private final class CodeMaker implements Function<CodeView, MappedCode> {
    @Override
    public MappedCode apply(CodeView view) {
      return new MappedCode(view, MappedLibrary.this);
    }
  }
}
