package org.marshalimage.jython;

/** How long this process has spent loading code; what is loaded within a loading counts once. */
final class LoadClock {
  private int depth;
  private long began;
  private long nanos;
  private long importNanos;
  private int loads;

  void start() {
    if (depth++ == 0) {
      began = System.nanoTime();
    }
  }

  void stop() {
    if (--depth == 0) {
      nanos += System.nanoTime() - began;
      loads++;
    }
  }

  /** Ends what was done for an import, and not when code first ran. */
  void stopImport() {
    long before = nanos;
    stop();
    importNanos += nanos - before;
  }

  @Override
  public String toString() {
    return "loading " + nanos + " of which " + importNanos + " at import, in " + loads;
  }
}
