package org.marshalimage.jmh;

import java.util.List;
import org.marshalimage.ImageModule;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** What does an interpreter's finder pay to ask an image which modules there are? */
public class LookupBenchmark extends MappedLibrary {
  private String packageName;
  private String prefix;

  /** Finds the package of ten modules, or of as many below that as any has. */
  @Override
  void prepare() {
    int most = -1;
    for (ImageModule each : image.modules()) {
      int size = image.modules(each.name() + ".").size();
      if (size > most && size <= 10) {
        most = size;
        packageName = each.name();
      }
    }
    prefix = packageName + ".";
    System.out.printf("%d modules below %s, of %d%n", most, packageName, image.moduleCount());
  }

  @Benchmark
  public void modulesByPrefix(Blackhole blackhole) {
    consume(image.modules(prefix), blackhole);
  }

  @Benchmark
  public void submodules(Blackhole blackhole) {
    consume(image.submodules(packageName), blackhole);
  }

  @Benchmark
  public boolean isAnythingBelow() {
    return !image.modules(prefix).isEmpty();
  }

  @Benchmark
  public boolean hasModule() {
    return image.hasModule(packageName);
  }

  /** Lists all modules, which is what to compare the others with. */
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
