package org.marshalimage.jmh.peer;

import java.io.Serializable;

/** All modules, as Java objects: either {@link Node}s, or the values that a decoder makes. */
@SuppressWarnings("serial")
final class Modules implements Peer.Loaded, Serializable {
  String[] names;
  Object[] roots;

  Modules(String[] names, Object[] roots) {
    this.names = names;
    this.roots = roots;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public String name(int module) {
    return names[module];
  }

  @Override
  public Walk newWalk() {
    return roots[0] instanceof Node ? new NodeWalk(roots) : new ValueWalk(roots);
  }
}
