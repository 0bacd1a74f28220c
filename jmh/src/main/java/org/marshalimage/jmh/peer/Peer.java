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
  /** Returns the name, one of {@link Peers#NAMES}. */
  String name();

  /**
   * Writes modules.
   *
   * @param graph the modules
   * @param file is written, and replaced if it exists
   * @throws IOException if that fails
   */
  void write(PeerGraph graph, Path file) throws IOException;

  /**
   * Does what is needed until the code object of every module is at hand and its flags are read.
   *
   * @param file what {@link #write} wrote
   * @return all modules; if it is {@link AutoCloseable}, to be closed
   * @throws IOException if that fails
   */
  Object load(Path file) throws IOException;

  /**
   * Reads everything: from each module's root on, every field, every code point and every byte.
   * What two objects share is read twice, so that all peers read the same, whatever they share, and
   * none has to remember what it has seen.
   *
   * @param loaded what {@link #load} returned
   * @return a sum of all that was read, in order; the same for all peers
   */
  long walk(Object loaded);

  /**
   * Counts objects.
   *
   * @param loaded what {@link #load} returned
   * @return how many there are, each counted once however many share it
   */
  int objects(Object loaded);

  /**
   * Tells how much there is on disk.
   *
   * @param file what {@link #write} wrote
   * @return bytes
   * @throws IOException if that fails
   */
  default long length(Path file) throws IOException {
    return Files.size(file);
  }
}
