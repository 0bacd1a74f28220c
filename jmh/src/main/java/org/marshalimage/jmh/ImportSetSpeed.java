package org.marshalimage.jmh;

import java.io.IOException;

/**
 * What does it cost a warm JVM to load the modules of the import set, from an image and from their
 * files, beside CPython's own {@code marshal.loads} of the same files in memory? Each way is a
 * process of its own; they take turns.
 */
final class ImportSetSpeed {
  private ImportSetSpeed() {}

  public static void main(String[] arguments) throws IOException {
    Harness harness = new Harness("imports", "import-set-speed.json", 15);
    Library library = Library.importSet();
    // Made before anything is timed.
    Corpus.image(Corpus.IMPORTS);
    harness.put("files", library.toString());
    harness.put("unit", "us");
    try (WarmGroup group = new WarmGroup(harness, library, library.paths(), "loads")) {
      for (WarmWork.Job job : WarmWork.Job.IMPORTS) {
        group.java(job);
      }
      harness.add("us a pass; " + library, group.takeTurns(millis -> 1e3 * millis));
    }
    harness.write();
  }
}
