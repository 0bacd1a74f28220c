package org.marshalimage;

import org.marshalimage.format.ObjectLayout;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;

/** A slice. */
public final class SliceView extends ImageObject {
  SliceView(ImageBytes bytes, long offset) {
    super(bytes, offset);
    ObjectChecks.checkSlice(bytes, offset);
  }

  static ImageObject view(ImageBytes bytes, long offset) {
    return new SliceView(bytes, offset);
  }

  /**
   * Returns the start.
   *
   * @return a new view
   */
  public ImageObject start() {
    return Views.item(bytes, offset, 0, ObjectLayout.SLICE_SLOTS);
  }

  /**
   * Returns the stop.
   *
   * @return a new view
   */
  public ImageObject stop() {
    return Views.item(bytes, offset, 1, ObjectLayout.SLICE_SLOTS);
  }

  /**
   * Returns the step.
   *
   * @return a new view
   */
  public ImageObject step() {
    return Views.item(bytes, offset, 2, ObjectLayout.SLICE_SLOTS);
  }

  @Override
  public String toString() {
    return "slice";
  }
}
