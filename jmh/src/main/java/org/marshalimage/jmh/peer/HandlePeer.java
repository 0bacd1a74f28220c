package org.marshalimage.jmh.peer;

/** A peer that reads from the mapped file, where a number names each object. */
abstract class HandlePeer implements Peer {
  /** All modules. */
  interface Mapped {
    long[] roots();

    String name(int module);

    HandleWalk newWalk();
  }

  @Override
  public final long walk(Object loaded) {
    Mapped mapped = (Mapped) loaded;
    HandleWalk walk = mapped.newWalk();
    long[] roots = mapped.roots();
    for (int i = 0; i < roots.length; i++) {
      walk.addName(mapped.name(i));
      walk.walk(roots[i]);
    }
    return walk.sum();
  }

  @Override
  public final int objects(Object loaded) {
    Mapped mapped = (Mapped) loaded;
    return mapped.newWalk().count(mapped.roots());
  }
}
