package org.marshalimage.jmh.peer;

import java.util.List;

public final class Peers {
  /** Our image, which the others are compared with. */
  public static final String IMAGE = "image";

  /** Names of all, our image first. */
  public static final List<String> NAMES =
      List.of(
          IMAGE, "flatbuffers", "capnproto", "java", "kryo", "fory", "chronicle", "blobs", "pyc");

  /** Names of the general serializers, and of those that read from the mapped file. */
  public static final List<String> SERIALIZERS = NAMES.subList(1, 7);

  public static final List<String> ZERO_COPY = NAMES.subList(1, 3);

  private Peers() {}

  /** Makes the peer of a name. Loads no class of any other. */
  public static Peer of(String name) {
    return switch (name) {
      case IMAGE -> new ImagePeer();
      case "flatbuffers" -> new FlatPeer();
      case "capnproto" -> new CapnPeer();
      case "java" -> new JavaPeer();
      case "kryo" -> new KryoPeer();
      case "fory" -> new ForyPeer(true);
      case "chronicle" -> new ChroniclePeer();
      case "blobs" -> new BlobPeer();
      case "pyc" -> new PycPeer();
      default ->
          throw new IllegalArgumentException("no such peer: name=" + name + ", known=" + NAMES);
    };
  }

  /** The same, set up for a JVM that loads a file once. It reads the same files. */
  static Peer forOneLoad(String name) {
    return name.equals("fory") ? new ForyPeer(false) : of(name);
  }
}
