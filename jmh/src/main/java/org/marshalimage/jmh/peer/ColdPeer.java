package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Path;

/** A fresh JVM that loads the file of one peer once, and reads all of it if asked to. */
public final class ColdPeer {
  private ColdPeer() {}

  /**
   * Runs once. Prints nothing; the status is 1 if there is nothing in the file.
   *
   * @param arguments one of {@link Peers#NAMES}; its file; {@code load} or {@code walk}
   */
  public static void main(String[] arguments) throws IOException {
    Peer peer = Peers.forOneLoad(arguments[0]);
    Peer.Loaded loaded = peer.load(Path.of(arguments[1]));
    boolean isWalk = arguments[2].equals("walk");
    if (loaded == null || isWalk && peer.walk(loaded) == 0) {
      System.exit(1);
    }
  }
}
