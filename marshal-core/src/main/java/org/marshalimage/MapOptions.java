package org.marshalimage;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an image is mapped. Immutable.
 *
 * @param checksums whether the checksum of a module's bytes, and of the shared ones, is compared
 *     when the module's root is first read; in place, all are compared at once, before anything is
 *     written
 * @param types the interpreter's types, or null
 * @param inPlace whether the image is mapped privately, to be linked to true addresses and handles
 * @param linkAll whether all modules are linked at once, in place; else each on its first use
 * @param maxObjects most objects that {@link ImageObject#toValue()} copies in one call, at least 1;
 *     by default as many as there are
 * @param maxDepth most containers and code objects inside one another that {@link
 *     ImageObject#toValue()} copies, at least 0; by default as many as there are
 * @param unmapOnClose whether {@link MarshalImage#close()} unmaps the file; else the collector does
 * @param externals from the names of externals to the interpreter's objects, or null
 * @param resolveExternals whether all externals are resolved at once; else each on its first use
 * @param observer is told what the program reads of the image, or null
 */
public record MapOptions(
    boolean checksums,
    @Nullable TypeTable types,
    boolean inPlace,
    boolean linkAll,
    long maxObjects,
    int maxDepth,
    boolean unmapOnClose,
    @Nullable Function<String, ?> externals,
    boolean resolveExternals,
    @Nullable ReadObserver observer) {
  /**
   * Makes options; {@link #builder()} is easier to read.
   *
   * @throws IllegalArgumentException if maxObjects is below 1, maxDepth is negative, all modules
   *     are to be linked, but not in place, or all externals resolved, but by nothing
   */
  public MapOptions {
    checkMaxObjects(maxObjects);
    checkMaxDepth(maxDepth);
    if (linkAll && !inPlace) {
      throw new IllegalArgumentException(LINK_ALL_ALONE);
    }
    if (resolveExternals && externals == null) {
      throw new IllegalArgumentException(RESOLVE_ALONE);
    }
  }

  /** Makes options as they were before images could be unmapped on close, or have externals. */
  public MapOptions(
      boolean checksums,
      @Nullable TypeTable types,
      boolean inPlace,
      boolean linkAll,
      long maxObjects,
      int maxDepth) {
    this(checksums, types, inPlace, linkAll, maxObjects, maxDepth, false, null, false, null);
  }

  private static final String LINK_ALL_ALONE =
      "linkAll without inPlace: a read-only image is not linked";

  private static final String RESOLVE_ALONE =
      "resolveExternals without externals: nothing resolves them";

  private static void checkMaxObjects(long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("maxObjects is below 1: found=" + limit);
    }
  }

  private static void checkMaxDepth(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("maxDepth is negative: found=" + limit);
    }
  }

  /**
   * Returns what {@link MarshalImage#map(java.nio.file.Path)} uses: read-only, no checksums, no
   * types.
   *
   * @return the options
   */
  public static MapOptions defaults() {
    return builder().build();
  }

  /**
   * Starts with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private boolean checksums;
    private @Nullable TypeTable types;
    private boolean inPlace;
    private boolean linkAll;
    private long maxObjects = Long.MAX_VALUE;
    private int maxDepth = Integer.MAX_VALUE;
    private boolean unmapOnClose;
    private @Nullable Function<String, ?> externals;
    private boolean resolveExternals;
    private @Nullable ReadObserver observer;

    private Builder() {}

    /**
     * Sets whether checksums are compared.
     *
     * @param check whether to
     * @return this builder
     */
    public Builder checksums(boolean check) {
      checksums = check;
      return this;
    }

    /**
     * Sets the interpreter's types, which views then answer; in place, their handles are written
     * into the objects.
     *
     * @param table binds every type code that objects of the image have; in place, to handles no
     *     two of which are equal
     * @return this builder
     */
    public Builder types(TypeTable table) {
      if (table == null) {
        throw new IllegalArgumentException("no type table");
      }
      types = table;
      return this;
    }

    /**
     * Maps the image privately, at the address it was prelinked for if that is free, else anywhere.
     * A module is linked on first use: its slots become true addresses, its type words handles.
     * Without a table of types the handles are those of {@link TypeTable#standard()}. What is
     * written stays in this process; the file is not changed, and may be read-only.
     *
     * <p>The JDK maps an image that asks for no address and whose file may be written. Another one
     * needs {@code mmap(2)}: on JDK 22 and newer through {@code java.lang.foreign} (from 24 on the
     * JVM warns unless {@code --enable-native-access} names the caller), on older ones through
     * {@code com.github.jnr:jffi} with its classifier {@code native}, which the embedder adds.
     * Where it is not to be had, the file must be writable, and the address is the JVM's choice.
     *
     * @return this builder
     */
    public Builder inPlace() {
      inPlace = true;
      return this;
    }

    /**
     * Links all modules at once, when the image is mapped. In place alone.
     *
     * @return this builder
     */
    public Builder linkAll() {
      linkAll = true;
      return this;
    }

    /**
     * Limits the graphs that {@link ImageObject#toValue()} copies. Whatever is set, it copies no
     * more than the file has bytes for: objects that overlap are refused as corrupt.
     *
     * @param limit most objects, each counted once, in one call; at least 1
     * @return this builder
     * @throws IllegalArgumentException if the limit is below 1
     */
    public Builder maxObjects(long limit) {
      checkMaxObjects(limit);
      maxObjects = limit;
      return this;
    }

    /**
     * Limits the depth of the graphs that {@link ImageObject#toValue()} copies. It needs no stack
     * for depth, but what a program does with the copy may.
     *
     * @param limit most containers and code objects inside one another; 0 allows leaves alone
     * @return this builder
     * @throws IllegalArgumentException if the limit is negative
     */
    public Builder maxDepth(int limit) {
      checkMaxDepth(limit);
      maxDepth = limit;
      return this;
    }

    /**
     * Has {@link MarshalImage#close()} unmap the file at once, and not the collector some time
     * later: to delete or replace the file on Windows, or to bound the address space of a process
     * that maps image after image. Buffers over the image are then closed with it. On JDK 21 and
     * older no mapping can be taken safely from threads that may be reading it: there, {@link
     * MarshalImage#map(java.nio.file.Path, MapOptions)} refuses this option.
     *
     * @return this builder
     */
    public Builder unmapOnClose() {
      unmapOnClose = true;
      return this;
    }

    /**
     * Sets what has the objects of externals, which is asked when one is first used, by any thread,
     * and for each once, but for threads that ask at the same time.
     *
     * @param resolver from a name to the object; null if the interpreter has none
     * @return this builder
     */
    public Builder externals(Function<String, ?> resolver) {
      if (resolver == null) {
        throw new IllegalArgumentException("no resolver");
      }
      externals = resolver;
      return this;
    }

    /**
     * Sets whether all externals are resolved when the image is mapped, which is refused if some
     * are lacking.
     *
     * @param resolve whether they are
     * @return this builder
     */
    public Builder resolveExternals(boolean resolve) {
      resolveExternals = resolve;
      return this;
    }

    /**
     * Sets what is told which objects the program reads, and for which roots it asks. Without it,
     * reading costs what it does.
     *
     * @param reader is told, for one image
     * @return this builder
     */
    public Builder observer(ReadObserver reader) {
      if (reader == null) {
        throw new IllegalArgumentException("no observer");
      }
      observer = reader;
      return this;
    }

    /**
     * Makes the options.
     *
     * @return the options
     * @throws IllegalStateException if all modules are to be linked, but not in place, or all
     *     externals resolved, but by nothing
     */
    public MapOptions build() {
      if (linkAll && !inPlace) {
        throw new IllegalStateException(LINK_ALL_ALONE);
      }
      if (resolveExternals && externals == null) {
        throw new IllegalStateException(RESOLVE_ALONE);
      }
      return new MapOptions(
          checksums,
          types,
          inPlace,
          linkAll,
          maxObjects,
          maxDepth,
          unmapOnClose,
          externals,
          resolveExternals,
          observer);
    }
  }
}
