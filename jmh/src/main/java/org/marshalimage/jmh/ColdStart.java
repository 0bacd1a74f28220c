package org.marshalimage.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What does it add to the start of a JVM to load modules? Runs whole processes, which take turns:
 * the {@link ColdPrograms}, on each of the {@link Jdks}, with each {@link ColdProgram.Archive} that
 * it has.
 */
final class ColdStart {
  private ColdStart() {}

  public static void main(String[] arguments) throws IOException {
    Harness harness = new Harness("cold", "cold-start.json", 21);
    List<ColdProgram> programs = ColdPrograms.all();
    Path library = Corpus.image(Corpus.STDLIB);
    String imports = Library.importSet().toString();
    System.out.printf("image: %s; import set: %s%n", library.getFileName(), imports);
    harness.put("image", library.getFileName().toString());
    harness.put("imageLength", Files.size(library));
    harness.put("importSet", imports);
    harness.put("unit", "ms");
    ColdProgram.measure(harness, programs, ColdProgram.Archive.values());
  }
}
