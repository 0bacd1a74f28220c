/** Makes images. */
module org.marshalimage.writer {
  requires transitive org.marshalimage;
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires chronicle.bytes;
  requires chronicle.core;
  requires org.agrona;
  // Chronicle logs by it.
  requires org.slf4j;
  // Chronicle reaches memory by it.
  requires jdk.unsupported;

  exports org.marshalimage.compare;
  exports org.marshalimage.snapshot;
  exports org.marshalimage.trace;
  exports org.marshalimage.writer;
}
