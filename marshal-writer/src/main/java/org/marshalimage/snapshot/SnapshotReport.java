package org.marshalimage.snapshot;

/** What became of a snapshot. Skeleton. */
public final class SnapshotReport {
  private SnapshotReport() {}
}
