/** {@code MarshalImage.map}: maps images and reads them where they lie. The JDK alone. */
@SuppressWarnings("module")
module org.marshalimage {
  requires transitive org.marshalimage.format;
  requires static org.jspecify;
  // Unmaps what was mapped in place, on JDKs before 22.
  requires static jdk.unsupported;
  requires static jdk.jfr;

  exports org.marshalimage;
  exports org.marshalimage.internal.memory to
      org.marshalimage.writer;
  exports org.marshalimage.internal.layout to
      org.marshalimage.writer;
  exports org.marshalimage.internal.link to
      org.marshalimage.writer;
}
