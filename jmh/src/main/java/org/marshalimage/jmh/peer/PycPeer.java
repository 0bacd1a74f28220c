package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;

/**
 * The {@code .pyc} files as they are, read and decoded one by one. What it writes is a list of
 * them: for each a line with the module's name, and one with the path.
 */
final class PycPeer implements Peer {
  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : graph.modules().names) {
      lines.add(name);
      lines.add(graph.source(name).toAbsolutePath().toString());
    }
    Files.write(file, lines);
  }

  @Override
  public Loaded load(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] names = new String[lines.size() / 2];
    Value[] roots = new Value[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = lines.get(2 * i);
      roots[i] = PycFile.read(Path.of(lines.get(2 * i + 1))).root();
    }
    return new Modules(names, roots);
  }

  @Override
  public long length(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    long length = 0;
    for (int i = 1; i < lines.size(); i += 2) {
      length += Files.size(Path.of(lines.get(i)));
    }
    return length;
  }
}
