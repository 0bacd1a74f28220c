package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.marshalimage.Attachments;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.TwoStepMaker;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.Value;
import org.marshalimage.snapshot.Description;
import org.marshalimage.snapshot.SnapshotBuilder;
import org.marshalimage.snapshot.SnapshotReport;
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

  static final class Thing {
    Thing first;
    Thing second;
    Thing third;
    Thing fourth;
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

  @Setup
  public void prepare() throws IOException {
    SplittableRandom random = new SplittableRandom(MappedLibrary.SEED);
    targets = random.ints((long) RECORDS * SLOTS, 0, RECORDS).toArray();
    if (slots.equals("near")) {
      for (int i = 0; i < targets.length; i++) {
        targets[i] = (i / SLOTS + 1 + targets[i] % 16) % RECORDS;
      }
    }
    image = MarshalImage.map(write("records", allocate()));
    views = new RecordView[RECORDS];
    ListView list = (ListView) image.root("root");
    Arrays.setAll(views, i -> (RecordView) list.get(i));
    Object[] externals = new Object[EXTERNALS];
    Arrays.setAll(externals, i -> "builtins.name" + i);
    withExternals = write("externals", externals);
    Object[] numbers = new Object[EXTERNALS];
    Arrays.setAll(numbers, i -> IntValue.of(i));
    withoutExternals = write("numbers", numbers);
  }

  private Path write(String name, Object[] root) throws IOException {
    Path path = Corpus.target().resolve("snapshot-" + name + "-" + slots + ".img");
    SnapshotBuilder.create(SnapshotBenchmark::describe).root("root", root).write(path);
    return path;
  }

  /** Describes lists, things, externals by their names, and numbers. */
  static void describe(Object object, Description description) {
    if (object instanceof Object[] list) {
      description.container(Kind.LIST);
      for (Object item : list) {
        description.slot(null, item);
      }
    } else if (object instanceof Thing thing) {
      description.record(TYPE).slot(null, thing.first).slot(null, thing.second);
      description.slot(null, thing.third).slot(null, thing.fourth);
    } else if (object instanceof String name) {
      description.external(name);
    } else {
      description.value((Value) object);
    }
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
  public Object[] allocate() {
    Thing[] things = new Thing[RECORDS];
    Arrays.setAll(things, i -> new Thing());
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

  /**
   * How long does it take to walk a million objects, with cycles, of 100 roots, and to write them
   * as a snapshot, in a fresh JVM?
   *
   * @param args how many objects
   */
  public static void main(String[] args) throws IOException {
    int count = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    SplittableRandom random = new SplittableRandom(SEED);
    Thing[] things = new Thing[count];
    Arrays.setAll(things, i -> new Thing());
    for (int i = 0; i < count; i++) {
      // A tree, so that all are reached; the other slots lead anywhere.
      things[i].first = things[random.nextInt(count)];
      things[i].second = 2 * i + 1 < count ? things[2 * i + 1] : null;
      things[i].third = 2 * i + 2 < count ? things[2 * i + 2] : null;
    }
    Path file = Corpus.target().resolve("snapshot-speed.img");
    long start = System.nanoTime();
    SnapshotBuilder builder = SnapshotBuilder.create(SnapshotBenchmark::describe);
    for (int i = 0; i < Math.min(100, count); i++) {
      builder.root("root" + i, things[i]);
    }
    SnapshotReport report = builder.write(file);
    System.out.printf(
        "%,d objects, %,d bytes: %.2f s%n",
        report.objects(), report.image().length(), (System.nanoTime() - start) / 1e9);
  }
}
