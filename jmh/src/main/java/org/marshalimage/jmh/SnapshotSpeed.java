package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.marshalimage.jmh.SnapshotBenchmark.Thing;
import org.marshalimage.snapshot.SnapshotBuilder;
import org.marshalimage.snapshot.SnapshotReport;

/**
 * How long does it take to make a snapshot of a million objects, with cycles, of 100 roots, in a
 * fresh JVM? {@code java -Xmx1g -cp benchmarks.jar org.marshalimage.jmh.SnapshotSpeed [OBJECTS]}.
 */
final class SnapshotSpeed {
  private static final int OBJECTS = 1_000_000;
  private static final int ROOTS = 100;

  private SnapshotSpeed() {}

  public static void main(String[] args) throws IOException {
    int count = args.length == 0 ? OBJECTS : Integer.parseInt(args[0]);
    SplittableRandom random = new SplittableRandom(MappedLibrary.SEED);
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
    for (int i = 0; i < Math.min(ROOTS, count); i++) {
      builder.root("root" + i, things[i]);
    }
    SnapshotReport report = builder.write(file);
    System.out.printf(
        "%,d objects, %,d bytes: %.2f s%n",
        report.objects(), report.image().length(), (System.nanoTime() - start) / 1e9);
  }
}
