package org.marshalimage;

import org.jspecify.annotations.Nullable;

/**
 * Something that {@link MarshalImage#verify(java.nio.file.Path, int)} found wrong.
 *
 * @param offset where, in bytes from the start of the image; -1 if at no one place
 * @param path what it belongs to: a part of the file such as {@code header} or {@code section
 *     STRINGS}, or a way from a root to an object such as {@code json.decoder: consts[3].names[0]}
 * @param problem what is wrong, in a few words
 * @param expected what should be there; null where that cannot be said
 * @param found what is there; null where that cannot be said
 */
public record Finding(
    long offset, String path, String problem, @Nullable String expected, @Nullable String found) {
  /** Returns all of it in one line. */
  @Override
  public String toString() {
    return (offset < 0 ? "" : "0x" + Long.toHexString(offset) + " ")
        + path
        + ": "
        + problem
        + (expected == null ? "" : ", expected=" + expected)
        + (found == null ? "" : ", found=" + found);
  }
}
