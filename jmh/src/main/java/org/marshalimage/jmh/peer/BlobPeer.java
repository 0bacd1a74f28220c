package org.marshalimage.jmh.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.PycFile;

/**
 * One file of marshal streams behind an index, each decoded when its module is used: what one would
 * do who has no image. Big-endian. The index: number of modules, then for each the magic number of
 * its Python, name, offset and length of its stream.
 */
final class BlobPeer implements Peer {
  @Override
  public void write(PeerGraph graph, Path file) throws IOException {
    String[] names = graph.modules().names;
    List<byte[]> pycs = new ArrayList<>();
    List<PythonVersion> versions = new ArrayList<>();
    int offset = Integer.BYTES;
    for (String name : names) {
      byte[] pyc = Files.readAllBytes(graph.source(name));
      pycs.add(pyc);
      versions.add(PycFile.parse(pyc, name).version());
      offset += 2 * Short.BYTES + 2 * Integer.BYTES;
      offset += name.getBytes(StandardCharsets.UTF_8).length;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(names.length);
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      int length = pycs.get(i).length - versions.get(i).headerLength();
      out.writeShort(versions.get(i).magicNumber());
      out.writeShort(name.length);
      out.write(name);
      out.writeInt(offset);
      out.writeInt(length);
      offset += length;
    }
    for (int i = 0; i < names.length; i++) {
      int header = versions.get(i).headerLength();
      out.write(pycs.get(i), header, pycs.get(i).length - header);
    }
    Files.write(file, bytes.toByteArray());
  }

  @Override
  public Loaded load(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String label = file.toString();
    ByteBuffer index = ByteBuffer.wrap(bytes);
    String[] names = new String[index.getInt()];
    Value[] roots = new Value[names.length];
    for (int i = 0; i < names.length; i++) {
      PythonVersion version = PythonVersion.ofMagicNumber(index.getShort() & 0xFFFF);
      if (version == null) {
        throw new IOException("unknown magic number: index=" + i + ", file=" + file);
      }
      int nameLength = index.getShort();
      names[i] = new String(bytes, index.position(), nameLength, StandardCharsets.UTF_8);
      index.position(index.position() + nameLength);
      int start = index.getInt();
      int length = index.getInt();
      roots[i] = MarshalDecoder.decode(bytes, start, start + length, version, label);
    }
    return new Modules(names, roots);
  }
}
