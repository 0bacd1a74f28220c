package org.marshalimage.jython;

import org.marshalimage.BytesView;
import org.marshalimage.ImageObject;
import org.marshalimage.RecordView;
import org.marshalimage.format.CorruptImageException;
import org.python.core.PyObject;

/** The names and values in a record, as they repeat after its fixed slots. */
final class RecordNames implements Namespace.Source {
  private final MappedLibrary library;
  private final RecordView view;
  private final int fixed;

  RecordNames(MappedLibrary library, RecordView view, int fixed) {
    this.library = library;
    this.view = view;
    this.fixed = fixed;
  }

  @Override
  public String[] names() {
    String[] names = new String[view.repetitions()];
    for (int i = 0; i < names.length; i++) {
      ImageObject key = view.slot(fixed + 2 * i);
      if (key instanceof BytesView name) {
        names[i] = library.name(name);
      } else {
        throw corrupt("name in a namespace is no str: found=" + key);
      }
    }
    return names;
  }

  @Override
  public boolean isMaking() {
    return library.isMaking();
  }

  @Override
  public PyObject value(int index) {
    ImageObject value = view.slot(fixed + 2 * index + 1);
    if (value == null) {
      throw corrupt("name in a namespace has no value: index=" + index);
    }
    // Filled: who looks a name up looks into what it finds, be it while a class is being made.
    return library.filled(value);
  }

  private CorruptImageException corrupt(String problem) {
    return new CorruptImageException(problem, view.offset(), library.image().path().toString());
  }
}
