package org.marshalimage.jython;

import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.python.core.PyObject;

/**
 * Times all that is made from an image: code objects when modules are imported, and afterwards what
 * their code asks for when it first runs.
 */
final class TimedLibrary extends MappedLibrary {
  private final LoadClock clock;

  TimedLibrary(MarshalImage image, String loop, LoadClock clock) {
    super(image, EvaluationLoop.named(loop));
    this.clock = clock;
  }

  @Override
  MappedCode code(CodeView view) {
    clock.start();
    try {
      return super.code(view);
    } finally {
      clock.stopImport();
    }
  }

  @Override
  PyObject item(TupleView tuple, int index) {
    clock.start();
    try {
      return super.item(tuple, index);
    } finally {
      clock.stop();
    }
  }

  @Override
  String name(TupleView names, int index) {
    clock.start();
    try {
      return super.name(names, index);
    } finally {
      clock.stop();
    }
  }

  @Override
  String[] names(TupleView view) {
    clock.start();
    try {
      return super.names(view);
    } finally {
      clock.stop();
    }
  }

  @Override
  StockCode thaw(MappedCode code) {
    clock.start();
    try {
      return super.thaw(code);
    } finally {
      clock.stop();
    }
  }
}
