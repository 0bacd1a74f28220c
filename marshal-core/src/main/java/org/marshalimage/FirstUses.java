package org.marshalimage;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.link.JfrEvents;
import org.marshalimage.internal.memory.ImageBytes;

/** Sees when each root of an image is first asked for. Thread-safe. */
final class FirstUses {
  private final ImageBytes bytes;
  private final StartupTrace.@Nullable Recording recording;
  private final boolean isFlightRecorded;
  private final BitSet seen = new BitSet();

  /**
   * Makes what sees it.
   *
   * @param recording is told of each root; or null
   * @param isFlightRecorded whether Flight Recorder is, too
   */
  FirstUses(
      ImageBytes bytes, StartupTrace.@Nullable Recording recording, boolean isFlightRecorded) {
    this.bytes = bytes;
    this.recording = recording;
    this.isFlightRecorded = isFlightRecorded;
  }

  /**
   * Is told that a root may be read.
   *
   * @param index of the root in the module table
   * @param segmentLength bytes of its segment
   * @param start {@code System.nanoTime()} when it was asked for
   */
  void use(int index, String name, long segmentLength, long start) {
    synchronized (seen) {
      if (seen.get(index) || recording != null && recording.isPaused()) {
        return;
      }
      seen.set(index);
    }
    if (recording != null) {
      recording.root(name, start);
    }
    if (isFlightRecorded) {
      JfrEvents.use(bytes.file(), name, segmentLength, System.nanoTime() - start);
    }
  }
}
