package org.marshalimage.jmh.peer;

/** A peer that makes {@link Node.Modules} when it loads. */
abstract class NodePeer implements Peer {
  @Override
  public final long walk(Object loaded) {
    Node.Modules modules = (Node.Modules) loaded;
    NodeWalk walk = new NodeWalk();
    for (int i = 0; i < modules.roots.length; i++) {
      walk.addName(modules.names[i]);
      walk.walk(modules.roots[i]);
    }
    return walk.sum();
  }

  @Override
  public final int objects(Object loaded) {
    return new NodeWalk().count(((Node.Modules) loaded).roots);
  }
}
