package org.marshalimage.writer;

import org.marshalimage.writer.internal.ImageBuilder;

/**
 * What an {@link ImageWriter} has written.
 *
 * @param id the image id, 64 hex digits
 * @param length bytes of the file
 * @param objects number of objects
 * @param strings number of str objects
 * @param sharedStrings number of those that two or more roots use
 */
public record ImageSummary(String id, long length, long objects, int strings, int sharedStrings) {
  static ImageSummary of(ImageBuilder.Result result) {
    return new ImageSummary(
        result.id(), result.length(), result.objects(), result.strings(), result.sharedStrings());
  }
}
