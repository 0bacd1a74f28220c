package org.marshalimage.jmh.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.PycFile;

/** Peers that keep marshal streams. Modules share nothing with each other. */
final class Streams {
  private Streams() {}

  /**
   * One file of marshal streams behind an index, each decoded when its module is used: what one
   * would do who has no image. The index: its length, number of modules, then for each its name,
   * the magic number of its Python, offset behind the index and length of its stream.
   */
  static final class BlobPeer implements Peer {
    @Override
    public void write(PeerGraph graph, Path file) throws IOException {
      ByteArrayOutputStream indexBytes = new ByteArrayOutputStream();
      DataOutputStream index = new DataOutputStream(indexBytes);
      ByteArrayOutputStream streams = new ByteArrayOutputStream();
      index.writeInt(graph.modules().size());
      for (String name : graph.modules().names) {
        byte[] pyc = Files.readAllBytes(graph.source(name));
        PythonVersion version = PycFile.parse(pyc, name).version();
        index.writeUTF(name);
        index.writeShort(version.magicNumber());
        index.writeInt(streams.size());
        index.writeInt(pyc.length - version.headerLength());
        streams.write(pyc, version.headerLength(), pyc.length - version.headerLength());
      }
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
        out.writeInt(index.size());
        indexBytes.writeTo(out);
        streams.writeTo(out);
      }
    }

    @Override
    public Loaded load(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      DataInputStream index = new DataInputStream(new ByteArrayInputStream(bytes));
      int streams = index.readInt() + Integer.BYTES;
      int count = index.readInt();
      Node.Modules modules = new Node.Modules(new String[count], new Object[count]);
      for (int i = 0; i < count; i++) {
        modules.names[i] = index.readUTF();
        PythonVersion version = PythonVersion.ofMagicNumber(index.readUnsignedShort());
        if (version == null) {
          throw new IOException("unknown magic number: index=" + i + ", file=" + file);
        }
        int start = streams + index.readInt();
        int end = start + index.readInt();
        modules.roots[i] = MarshalDecoder.decode(bytes, start, end, version, file.toString());
      }
      return modules;
    }
  }

  /**
   * The {@code .pyc} files as they are, read and decoded one by one. What it writes is a list of
   * them: for each a line with the module's name, and one with the path.
   */
  static final class PycPeer implements Peer {
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
      return new Node.Modules(names, roots);
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
}
