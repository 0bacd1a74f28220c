package org.marshalimage.jmh.peer;

import org.marshalimage.format.model.Value;

/** A peer that decodes marshal streams when it loads. Modules share nothing with each other. */
abstract class ValuePeer implements Peer {
  /** All modules. */
  record Loaded(String[] names, Value[] roots) {}

  @Override
  public final long walk(Object loaded) {
    Loaded modules = (Loaded) loaded;
    ValueWalk walk = new ValueWalk();
    for (int i = 0; i < modules.roots.length; i++) {
      walk.addName(modules.names[i]);
      walk.walk(modules.roots[i]);
    }
    return walk.sum();
  }

  @Override
  public final int objects(Object loaded) {
    return new ValueWalk().count(((Loaded) loaded).roots);
  }
}
