package org.marshalimage;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link MarshalImage#verify(Path, int)} found.
 *
 * @param file the image; the empty path if its bytes are those of a buffer
 * @param length bytes of the file
 * @param objects number of objects that were looked at
 * @param findings what is wrong, in the order of the checks; unmodifiable; not more than asked for
 * @param total number of findings, those left out among them
 */
public record VerifyReport(
    Path file, long length, long objects, List<Finding> findings, long total) {
  /**
   * Tells whether nothing is wrong.
   *
   * @return whether there is no finding
   */
  public boolean isSound() {
    return total == 0;
  }
}
