package org.marshalimage;

/**
 * How an image is mapped. Immutable.
 *
 * @param checksums whether the checksum of a module's bytes, and of the shared ones, is compared
 *     when the module's root is first read
 */
public record MapOptions(boolean checksums) {
  /**
   * Returns what {@link MarshalImage#map(java.nio.file.Path)} uses: no checksums.
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
     * Makes the options.
     *
     * @return the options
     */
    public MapOptions build() {
      return new MapOptions(checksums);
    }
  }
}
