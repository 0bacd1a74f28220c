package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A way to keep the code objects of modules in a file. One thread.
 *
 * <p>A peer may be made anew for each file or used again; those whose libraries are meant to be set
 * up once do that when they are made.
 */
public interface Peer {
  /** All modules of a file; if it is {@link AutoCloseable}, to be closed. */
  interface Loaded {
    int size();

    String name(int module);

    Walk newWalk();
  }

  /** Writes modules into a file, and replaces it if it exists. */
  void write(PeerGraph graph, Path file) throws IOException;

  /**
   * Does what is needed until the code object of every module is at hand and its flags are read.
   */
  Loaded load(Path file) throws IOException;

  /**
   * Reads everything: from each module's root on, every field, every code point and every byte.
   * What two objects share is read twice, so that all peers read the same, whatever they share, and
   * none has to remember what it has seen.
   *
   * @return a sum of all that was read, in order; the same for all peers
   */
  default long walk(Loaded loaded) {
    Walk walk = loaded.newWalk();
    for (int i = 0; i < loaded.size(); i++) {
      walk.add(loaded.name(i).hashCode());
      walk.walk(i);
    }
    return walk.sum();
  }

  /** Counts objects, each once however many share it. */
  default int objects(Loaded loaded) {
    return loaded.newWalk().count();
  }

  /** Returns the bytes on disk of what {@link #write} wrote. */
  default long length(Path file) throws IOException {
    return Files.size(file);
  }
}
