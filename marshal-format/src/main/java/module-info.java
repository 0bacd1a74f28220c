/** The image layout and its specification, the object model, the marshal stream, and bytecode. */
@SuppressWarnings("module")
module org.marshalimage.format {
  requires static org.jspecify;

  exports org.marshalimage.format;
  exports org.marshalimage.format.bytecode;
  exports org.marshalimage.format.internal to
      org.marshalimage.writer;
  exports org.marshalimage.format.model;
  exports org.marshalimage.format.stream;
}
