package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageObject;
import org.marshalimage.TwoStepMaker;
import org.python.core.PyObject;

/** Knows which thread makes objects in two steps; there is never more than one. */
final class MakingThread implements TwoStepMaker<ImageObject, PyObject> {
  private final StateMaker maker;

  /** Each thread looks for itself alone, and so sees what it has written. */
  private @Nullable Thread thread;

  MakingThread(StateMaker maker) {
    this.maker = maker;
  }

  boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  @Override
  public PyObject allocate(ImageObject view) {
    Thread before = thread;
    if (before == null) {
      maker.classes().begin();
    }
    thread = Thread.currentThread();
    boolean isMade = false;
    try {
      PyObject made = maker.allocate(view);
      isMade = true;
      return made;
    } catch (RuntimeException e) {
      throw Damage.told(e, view, maker.image());
    } finally {
      thread = before;
      if (!isMade) {
        maker.classes().giveUp();
      }
    }
  }

  @Override
  public void fill(PyObject made, ImageObject view) {
    Thread before = thread;
    thread = Thread.currentThread();
    boolean isFilled = false;
    try {
      maker.fill(made, view);
      isFilled = true;
    } catch (RuntimeException e) {
      throw Damage.told(e, view, maker.image());
    } finally {
      thread = before;
      if (!isFilled) {
        maker.classes().giveUp();
      }
    }
  }
}
