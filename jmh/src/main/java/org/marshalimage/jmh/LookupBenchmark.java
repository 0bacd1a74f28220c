package org.marshalimage.jmh;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What does an interpreter's finder pay to ask an image which modules there are? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {
  /** Most modules of the package that is asked for. */
  private static final int MOST_MODULES = 10;

  private MarshalImage image;
  private String packageName;
  private String prefix;

  /**
   * Maps the image of the standard library, and finds its package of ten modules, or of as many
   * below that as any has.
   *
   * @throws IOException if that fails
   */
  @Setup
  public void map() throws IOException {
    image = MarshalImage.map(Corpus.image(Corpus.STDLIB));
    int most = -1;
    for (ImageModule module : image.modules()) {
      int size = image.modules(module.name() + ".").size();
      if (size > most && size <= MOST_MODULES) {
        most = size;
        packageName = module.name();
      }
    }
    prefix = packageName + ".";
    System.out.printf("%d modules below %s, of %d%n", most, packageName, image.moduleCount());
  }

  /** Closes the image. */
  @TearDown
  public void close() {
    image.close();
  }

  /**
   * Lists the modules below the package.
   *
   * @param blackhole takes them
   */
  @Benchmark
  public void modulesByPrefix(Blackhole blackhole) {
    consume(image.modules(prefix), blackhole);
  }

  /**
   * Lists the modules right below the package.
   *
   * @param blackhole takes them
   */
  @Benchmark
  public void submodules(Blackhole blackhole) {
    consume(image.submodules(packageName), blackhole);
  }

  /**
   * Asks whether anything lies below the package.
   *
   * @return whether it does
   */
  @Benchmark
  public boolean isAnythingBelow() {
    return !image.modules(prefix).isEmpty();
  }

  /**
   * Asks whether there is a module.
   *
   * @return whether there is
   */
  @Benchmark
  public boolean hasModule() {
    return image.hasModule(packageName);
  }

  /**
   * Lists all modules, which is what to compare the others with.
   *
   * @param blackhole takes them
   */
  @Benchmark
  public void allModules(Blackhole blackhole) {
    consume(image.modules(), blackhole);
  }

  private static void consume(List<ImageModule> modules, Blackhole blackhole) {
    for (int i = 0; i < modules.size(); i++) {
      blackhole.consume(modules.get(i));
    }
  }
}
