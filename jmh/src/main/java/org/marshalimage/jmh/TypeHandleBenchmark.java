package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.marshalimage.CodeView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.TypeTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * What does an object's type handle cost, beside a plain field of the same object? The objects are
 * those that a module's code leads to: code, tuples, strings, bytes, numbers.
 */
public class TypeHandleBenchmark extends MappedLibrary {
  private static final int OBJECTS = 1024;

  private static final String READ_ONLY = "read-only";
  private static final String PRELINKED = "prelinked";
  private static final String IN_PLACE = "in-place";

  /** How the image is mapped; a prelinked one read-only. */
  @Param({READ_ONLY, PRELINKED, IN_PLACE})
  public String mapping;

  private final ImageObject[] views = new ImageObject[OBJECTS];
  private final long[] offsets = new long[OBJECTS];
  private ImageCursor cursor;

  @Override
  MarshalImage open() throws IOException {
    boolean isPrelinked = mapping.equals(PRELINKED);
    Path path = Corpus.image(isPrelinked ? Corpus.STDLIB + Corpus.PRELINKED : Corpus.STDLIB);
    MapOptions.Builder options = MapOptions.builder().types(TypeTable.standard());
    return MarshalImage.map(path, (mapping.equals(IN_PLACE) ? options.inPlace() : options).build());
  }

  /** Takes some objects. */
  @Override
  void prepare() {
    cursor = image.cursor();
    List<ImageObject> found = new ArrayList<>();
    collect(image.module(module).code(), found);
    for (ImageModule each : image.modules()) {
      if (found.size() >= OBJECTS) {
        break;
      }
      collect(each.root(), found);
    }
    for (int i = 0; i < OBJECTS; i++) {
      // Images of testdata may have fewer.
      views[i] = found.get(i % found.size());
      offsets[i] = views[i].offset();
    }
    if (typeHandleByView() != typeHandleByCursor() || kindByView() != kindByCursor()) {
      throw new IllegalStateException("views and cursor differ");
    }
  }

  private static void collect(ImageObject object, List<ImageObject> found) {
    found.add(object);
    if (object instanceof TupleView tuple) {
      for (int i = 0; i < tuple.size(); i++) {
        collect(tuple.get(i), found);
      }
    } else if (object instanceof CodeView code) {
      found.add(code.name());
      found.add(code.code());
      found.add(code.lineTable());
      collect(code.names(), found);
      collect(code.consts(), found);
    }
  }

  /** Reads a field that all objects have, by views. */
  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long numberByView() {
    long sum = 0;
    for (ImageObject view : views) {
      sum += view.objectNumber();
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long kindByView() {
    long sum = 0;
    for (ImageObject view : views) {
      sum += view.kind();
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long typeHandleByView() {
    long sum = 0;
    for (ImageObject view : views) {
      sum += view.typeHandle();
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long sizeByCursor() {
    long sum = 0;
    for (long offset : offsets) {
      sum += cursor.moveTo(offset).size();
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long kindByCursor() {
    long sum = 0;
    for (long offset : offsets) {
      sum += cursor.moveTo(offset).kind();
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long typeHandleByCursor() {
    long sum = 0;
    for (long offset : offsets) {
      sum += cursor.moveTo(offset).typeHandle();
    }
    return sum;
  }
}
