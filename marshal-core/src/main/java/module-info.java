/** {@code MarshalImage.map}, and the image writer. */
module org.marshalimage {
  requires transitive org.marshalimage.format;
  requires static org.jspecify;
  requires static chronicle.bytes;
  requires static chronicle.core;
  requires static org.agrona;
  requires static posix;
  requires static org.jnrproject.jffi;
  requires static jdk.jfr;

  exports org.marshalimage;
}
