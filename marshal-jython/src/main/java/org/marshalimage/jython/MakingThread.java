package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageObject;
import org.marshalimage.TwoStepMaker;
import org.python.core.PyObject;

/** Knows which thread makes objects in two steps; there is never more than one. */
final class MakingThread implements TwoStepMaker<ImageObject, PyObject> {
  private final TwoStepMaker<ImageObject, PyObject> maker;

  /** Each thread looks for itself alone, and so sees what it has written. */
  private @Nullable Thread thread;

  MakingThread(TwoStepMaker<ImageObject, PyObject> maker) {
    this.maker = maker;
  }

  boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  @Override
  public PyObject allocate(ImageObject view) {
    Thread before = thread;
    thread = Thread.currentThread();
    try {
      return maker.allocate(view);
    } finally {
      thread = before;
    }
  }

  @Override
  public void fill(PyObject made, ImageObject view) {
    Thread before = thread;
    thread = Thread.currentThread();
    try {
      maker.fill(made, view);
    } finally {
      thread = before;
    }
  }
}
