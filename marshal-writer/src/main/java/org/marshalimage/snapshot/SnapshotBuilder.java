package org.marshalimage.snapshot;

import java.nio.file.Path;
import org.marshalimage.format.stream.PycFile;

/** Makes a snapshot. Skeleton. */
public final class SnapshotBuilder {
  /** Before the name of a root in the external reference that stands for it. */
  public static final String ROOT_PREFIX = "root:";

  private SnapshotBuilder() {}

  /** Starts a snapshot. */
  public static SnapshotBuilder create(Describer describer) {
    throw new UnsupportedOperationException();
  }

  /** Adds a module's code, as {@code ImageWriter.addModule} does. */
  public SnapshotBuilder addModule(String name, PycFile pyc, boolean isPackage) {
    throw new UnsupportedOperationException();
  }

  /** Adds a root: what a module has become. The name is that of a root of the image. */
  public SnapshotBuilder root(String name, Object object) {
    throw new UnsupportedOperationException();
  }

  /** Adds a root that is no module: a registry, hooks. */
  public SnapshotBuilder outside(String name, Object object) {
    throw new UnsupportedOperationException();
  }

  /** Adds a property of the image. */
  public SnapshotBuilder property(String name, String text) {
    throw new UnsupportedOperationException();
  }

  /** Writes the image. */
  public SnapshotReport write(Path target) {
    throw new UnsupportedOperationException();
  }
}
