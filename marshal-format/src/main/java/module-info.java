/** The image layout and its specification, the object model, and the classic marshal stream. */
module org.marshalimage.format {
  requires static org.jspecify;

  exports org.marshalimage.format;
  exports org.marshalimage.format.model;
  exports org.marshalimage.format.stream;
}
