package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

public final class Peers {
  /** Our image, which the others are compared with. */
  public static final String IMAGE = "image";

  /** The same, laid out by a trace of a start. */
  public static final String LAID_OUT = "laid-out";

  /** Names of all, our images first. */
  public static final List<String> NAMES =
      List.of(
          IMAGE,
          LAID_OUT,
          "flatbuffers",
          "capnproto",
          "java",
          "kryo",
          "fory",
          "chronicle",
          "blobs",
          "pyc");

  /** Names of the general serializers, and of those that read from the mapped file. */
  public static final List<String> SERIALIZERS = NAMES.subList(2, 8);

  public static final List<String> ZERO_COPY = NAMES.subList(2, 4);

  private Peers() {}

  /** Makes the peer of a name. Loads no class of any other. */
  public static Peer of(String name) {
    return switch (name) {
      case IMAGE -> new ImagePeer();
      case LAID_OUT -> new LaidOutPeer();
      case "flatbuffers" -> new FlatPeer();
      case "capnproto" -> new CapnPeer();
      case "java" -> new Serializers.JavaPeer();
      case "kryo" -> new Serializers.KryoPeer();
      case "fory" -> new Serializers.ForyPeer(true);
      case "chronicle" -> new ChroniclePeer();
      case "blobs" -> new Streams.BlobPeer();
      case "pyc" -> new Streams.PycPeer();
      default ->
          throw new IllegalArgumentException("no such peer: name=" + name + ", known=" + NAMES);
    };
  }

  /** The same, set up for a JVM that loads a file once. It reads the same files. */
  static Peer forOneLoad(String name) {
    return name.equals("fory") ? new Serializers.ForyPeer(false) : of(name);
  }

  static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }
}
