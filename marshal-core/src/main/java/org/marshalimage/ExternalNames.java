package org.marshalimage;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.marshalimage.internal.memory.Externals;

/** The names of an image's externals; each is read when it is asked for. */
final class ExternalNames extends AbstractList<String> implements RandomAccess {
  private final Externals externals;

  ExternalNames(Externals externals) {
    this.externals = externals;
  }

  @Override
  public String get(int index) {
    return externals.name(index);
  }

  @Override
  public int size() {
    return externals.count();
  }
}
