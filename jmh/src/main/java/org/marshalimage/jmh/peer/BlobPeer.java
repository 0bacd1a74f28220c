package org.marshalimage.jmh.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.PycFile;

/**
 * One file of marshal streams behind an index, each decoded when its module is used: what one would
 * do who has no image. The index: its length, number of modules, then for each its name, the magic
 * number of its Python, offset behind the index and length of its stream.
 */
final class BlobPeer implements Peer {
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
    Modules modules = new Modules(new String[count], new Object[count]);
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
