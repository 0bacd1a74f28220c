package org.marshalimage.jmh.peer;

import java.util.List;

/** All peers, by name. */
public final class Peers {
  /** Our image, which the others are compared with. */
  public static final String IMAGE = "image";

  /** Names of those that read from the mapped file, as the image does. */
  public static final List<String> ZERO_COPY = List.of("flatbuffers", "capnproto");

  /** Names of the general serializers. */
  public static final List<String> SERIALIZERS =
      List.of("flatbuffers", "capnproto", "java", "kryo", "fory", "chronicle");

  /** Names of all, our image first. */
  public static final List<String> NAMES =
      List.of(
          IMAGE, "flatbuffers", "capnproto", "java", "kryo", "fory", "chronicle", "blobs", "pyc");

  private Peers() {}

  /**
   * Makes a peer. Loads no class of any other.
   *
   * @param name one of {@link #NAMES}
   * @return the peer
   */
  public static Peer of(String name) {
    switch (name) {
      case IMAGE:
        return new ImagePeer();
      case "flatbuffers":
        return new FlatPeer();
      case "capnproto":
        return new CapnPeer();
      case "java":
        return new JavaPeer();
      case "kryo":
        return new KryoPeer();
      case "fory":
        return new ForyPeer(true);
      case "chronicle":
        return new ChroniclePeer();
      case "blobs":
        return new BlobPeer();
      case "pyc":
        return new PycPeer();
      default:
        throw new IllegalArgumentException("no such peer: name=" + name + ", known=" + NAMES);
    }
  }

  /**
   * Makes a peer, set up for a JVM that loads a file once.
   *
   * @param name one of {@link #NAMES}
   * @return the peer; it reads the same files
   */
  static Peer forOneLoad(String name) {
    return name.equals("fory") ? new ForyPeer(false) : of(name);
  }
}
