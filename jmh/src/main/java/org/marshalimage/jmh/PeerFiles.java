package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
   * Makes the files that are not there yet, checks that all hold the same, and prints how much.
   *
   * @param arguments names of peers; by default all
   */
  public static void main(String[] arguments) throws IOException {
    Peer image = Peers.of(Peers.IMAGE);
    Peer.Loaded mapped = image.load(file(Peers.IMAGE));
    long sum = image.walk(mapped);
    for (String name : arguments.length == 0 ? Peers.NAMES : List.of(arguments)) {
      Path file = file(name);
      Peer peer = Peers.of(name);
      Peer.Loaded loaded = peer.load(file);
      if (peer.walk(loaded) != sum) {
        throw new IOException("holds something else than the image, delete it: file=" + file);
      }
      System.out.printf(
          "%-12s %,11d bytes, %,7d objects%n", name, peer.length(file), peer.objects(loaded));
    }
  }

  /** Returns a peer's file, made if it is not there yet. */
  static Path file(String name) throws IOException {
    Path image = Corpus.image(Corpus.IMPORTS);
    // The number changes with what peers write.
    Path file = image.resolveSibling(image.getFileName() + ".2." + name);
    if (!Files.exists(file)) {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Peers.of(name).write(PeerGraph.of(image, sources()), part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private static Map<String, Path> sources() throws IOException {
    return Corpus.library(Corpus.IMPORTS).files().stream()
        .collect(Collectors.toMap(Library.Source::name, Library.Source::file));
  }
}
