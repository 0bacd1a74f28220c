package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.marshalimage.Attachments;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.TwoStepMaker;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What does it cost to make an interpreter's objects of the records of a snapshot, in two steps and
 * with cycles; how far is that from allocating the same objects; and what does an image cost to
 * open that refers to many objects of the interpreter?
 */
public class SnapshotBenchmark extends WarmTime {
  /** Records, each with slots to some others. */
  static final int RECORDS = 10_000;

  private static final int SLOTS = 4;
  private static final int EXTERNALS = 10_000;
  private static final RecordType TYPE = new RecordType("jmh.thing", 1, SLOTS, 0, false);

  /** Where slots lead: to any of the records, or to one of the 16 next, as most of a program do. */
  @Param({"any", "near"})
  public String slots = "any";

  private MarshalImage image;
  private RecordView[] views;
  private int[] targets;
  private Path withExternals;
  private Path withoutExternals;

  /** The interpreter's object. */
  private static final class Thing {
    private Thing first;
    private Thing second;
    private Thing third;
    private Thing fourth;
  }

  private static final class ThingMaker implements TwoStepMaker<ImageObject, Thing> {
    private Attachments<Thing> things;

    @Override
    public Thing allocate(ImageObject object) {
      return new Thing();
    }

    @Override
    public void fill(Thing thing, ImageObject object) {
      RecordView record = (RecordView) object;
      thing.first = things.get(record, 0);
      thing.second = things.get(record, 1);
      thing.third = things.get(record, 2);
      thing.fourth = things.get(record, 3);
    }
  }

  /** Writes and maps the images. */
  @Setup
  public void prepare() throws IOException {
    SplittableRandom random = new SplittableRandom(MappedLibrary.SEED);
    targets = random.ints((long) RECORDS * SLOTS, 0, RECORDS).toArray();
    if (slots.equals("near")) {
      for (int i = 0; i < targets.length; i++) {
        targets[i] = (i / SLOTS + 1 + targets[i] % 16) % RECORDS;
      }
    }
    RecordValue.Builder[] builders = new RecordValue.Builder[RECORDS];
    Value[] records = new Value[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      builders[i] = RecordValue.unfinished(TYPE);
      records[i] = builders[i].value();
    }
    for (int i = 0; i < RECORDS; i++) {
      Value[] held = new Value[SLOTS];
      for (int slot = 0; slot < SLOTS; slot++) {
        held[slot] = records[targets[i * SLOTS + slot]];
      }
      builders[i].finish(held);
    }
    image = MarshalImage.map(write("records", SequenceValue.list(records)));
    views = new RecordView[RECORDS];
    ListView list = (ListView) image.root("root");
    for (int i = 0; i < RECORDS; i++) {
      views[i] = (RecordView) list.get(i);
    }
    Value[] externals = new Value[EXTERNALS];
    Value[] numbers = new Value[EXTERNALS];
    for (int i = 0; i < EXTERNALS; i++) {
      externals[i] = ExternalValue.of("builtins.name" + i);
      numbers[i] = IntValue.of(i);
    }
    withExternals = write("externals", SequenceValue.list(externals));
    withoutExternals = write("numbers", SequenceValue.list(numbers));
  }

  private Path write(String name, Value root) throws IOException {
    Path path = Corpus.target().resolve("snapshot-" + name + "-" + slots + ".img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("root", root).write(path);
    }
    return path;
  }

  /** Makes all of them, a new table each time. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public Object thaw() {
    ThingMaker maker = new ThingMaker();
    maker.things = Attachments.ofObjectsInTwoSteps(image, maker);
    Thing last = null;
    for (RecordView view : views) {
      last = maker.things.get(view);
    }
    return last;
  }

  /** Allocates the same objects, and links them by numbers of an array. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public Object allocate() {
    Thing[] things = new Thing[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      things[i] = new Thing();
    }
    for (int i = 0, at = 0; i < RECORDS; i++) {
      Thing thing = things[i];
      thing.first = things[targets[at++]];
      thing.second = things[targets[at++]];
      thing.third = things[targets[at++]];
      thing.fourth = things[targets[at++]];
    }
    return things;
  }

  /** Maps an image with many externals, and takes its root. */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int openWithExternals(Mappings mappings) throws IOException {
    return open(withExternals, mappings);
  }

  /** Maps an image without any. */
  @Benchmark
  @OperationsPerInvocation(Mappings.BATCH)
  public int openWithoutExternals(Mappings mappings) throws IOException {
    return open(withoutExternals, mappings);
  }

  private static int open(Path path, Mappings mappings) throws IOException {
    int sum = 0;
    for (int i = 0; i < Mappings.BATCH; i++) {
      MarshalImage mapped = MarshalImage.map(path);
      mappings.keep(mapped);
      sum += mapped.root("root").kind();
    }
    return sum;
  }
}
