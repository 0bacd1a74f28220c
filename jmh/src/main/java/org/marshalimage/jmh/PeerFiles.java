package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.jmh.peer.Peer;
import org.marshalimage.jmh.peer.PeerGraph;
import org.marshalimage.jmh.peer.Peers;

/**
 * The files of the {@link Peers}, which hold the same as the image {@link Corpus#IMPORTS}. They are
 * made once and lie beside that image.
 */
final class PeerFiles {
  private PeerFiles() {}

  /**
   * Makes the files that are not there yet, and prints what each holds.
   *
   * @param arguments names of peers; by default all
   */
  public static void main(String[] arguments) throws IOException {
    for (String name : arguments.length == 0 ? Peers.NAMES : List.of(arguments)) {
      Path file = file(name);
      Peer peer = Peers.of(name);
      Object loaded = peer.load(file);
      System.out.printf(
          "%-12s %,11d bytes, %,7d objects, walk sum %016x, %s%n",
          name, peer.length(file), peer.objects(loaded), peer.walk(loaded), file);
    }
  }

  /**
   * Returns a peer's file, made if it is not there yet.
   *
   * @param name one of {@link Peers#NAMES}
   */
  static Path file(String name) throws IOException {
    Path image = Corpus.image(Corpus.IMPORTS);
    Path file = image.resolveSibling(image.getFileName() + "." + name);
    if (!Files.exists(file)) {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Peers.of(name).write(PeerGraph.of(image, sources()), part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private static Map<String, Path> sources() throws IOException {
    Map<String, Path> sources = new HashMap<>();
    for (Library.Source source : Corpus.library(Corpus.IMPORTS).files()) {
      sources.put(source.name(), source.file());
    }
    return sources;
  }
}
