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
    // Made before anything is timed.
    ImportSet set = ImportSet.find();
    harness.put("files", set.toString());
    harness.put("unit", "us");
    try (WarmGroup group = new WarmGroup(harness, set.library().paths())) {
      Interpreter interpreter =
          set.library().isTestdata() ? null : Interpreter.find(Library.IMPORTER);
      if (interpreter == null) {
        System.out.println("No CPython " + Library.IMPORTER + ": nothing to compare with");
      } else {
        group.python(interpreter, "loads");
      }
      for (ImportSet.Work work : ImportSet.Work.values()) {
        group.java(work.label, WarmWork.Kind.IMPORTS, work);
      }
      harness.add("us a pass; " + set, group.takeTurns(millis -> 1e3 * millis));
    }
    harness.write();
  }
}
