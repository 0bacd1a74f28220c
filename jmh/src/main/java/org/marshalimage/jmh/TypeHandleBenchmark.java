package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
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

  /** How the image is mapped; a prelinked one read-only. */
  @Param({"read-only", "prelinked", "in-place"})
  public String mapping;

  private final ImageObject[] views = new ImageObject[OBJECTS];
  private final long[] offsets = new long[OBJECTS];
  private ImageCursor cursor;

  /** What is read: the type handle, the kind, or a field that all objects have. */
  @Param({"type-handle", "kind", "other"})
  public String field;

  private ToLongFunction<ImageObject> ofView;
  private ToLongFunction<ImageCursor> ofCursor;

  @Override
  MarshalImage open() throws IOException {
    boolean isPrelinked = mapping.equals("prelinked");
    Path path = Corpus.image(isPrelinked ? Corpus.STDLIB + Corpus.PRELINKED : Corpus.STDLIB);
    MapOptions.Builder options = MapOptions.builder().types(TypeTable.standard());
    boolean isInPlace = mapping.equals("in-place");
    return MarshalImage.map(path, (isInPlace ? options.inPlace() : options).build());
  }

  @Override
  void prepare() {
    cursor = image.cursor();
    boolean isHandle = field.equals("type-handle");
    boolean isKind = field.equals("kind");
    ofView =
        isHandle ? ImageObject::typeHandle : isKind ? ImageObject::kind : ImageObject::objectNumber;
    ofCursor = isHandle ? ImageCursor::typeHandle : isKind ? ImageCursor::kind : ImageCursor::size;
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
      if (views[i].typeHandle() != cursor.moveTo(offsets[i]).typeHandle()) {
        throw new IllegalStateException("view and cursor differ: " + views[i]);
      }
    }
  }

  private static void collect(ImageObject object, List<ImageObject> found) {
    found.add(object);
    if (object instanceof TupleView tuple) {
      tuple.forEach(item -> collect(item, found));
    } else if (object instanceof CodeView code) {
      found.add(code.name());
      found.add(code.code());
      found.add(code.lineTable());
      collect(code.names(), found);
      collect(code.consts(), found);
    }
  }

  /** A process reads one field only, so that the compiler knows which, and inlines it. */
  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long byView() {
    long sum = 0;
    for (ImageObject view : views) {
      sum += ofView.applyAsLong(view);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OBJECTS)
  public long byCursor() {
    long sum = 0;
    for (long offset : offsets) {
      sum += ofCursor.applyAsLong(cursor.moveTo(offset));
    }
    return sum;
  }
}
