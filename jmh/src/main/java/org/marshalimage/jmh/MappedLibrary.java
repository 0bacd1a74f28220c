package org.marshalimage.jmh;

import java.io.IOException;
import org.marshalimage.MarshalImage;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What benchmarks inherit that look into the image of the standard library, mapped already. */
public abstract class MappedLibrary extends WarmTime {
  MarshalImage image;

  /** Name of the module that is looked at. */
  String module;

  /** Maps the image, and makes what the benchmark needs of it. */
  @Setup
  public void map() throws IOException {
    image = open();
    module = Corpus.module(Library.find()).name();
    prepare();
  }

  MarshalImage open() throws IOException {
    return MarshalImage.map(Corpus.image(Corpus.STDLIB));
  }

  void prepare() throws IOException {}

  @TearDown
  public void close() {
    image.close();
  }
}
