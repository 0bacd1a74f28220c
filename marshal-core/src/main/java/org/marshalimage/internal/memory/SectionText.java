package org.marshalimage.internal.memory;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.marshalimage.format.ObjectLayout;

/** Checks of UTF-8 texts that lie one behind the other, as some tables of an image have them. */
public final class SectionText {
  private SectionText() {}

  /**
   * Decodes a text.
   *
   * @param what a text is, for the message
   * @param field offset of what the message is about
   * @throws org.marshalimage.format.CorruptImageException if it is not UTF-8
   */
  public static String decode(ImageBytes image, byte[] text, String what, long field) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw Failures.corrupt(image, what + " is not UTF-8", field);
    }
  }

  /**
   * Checks that texts end where they are to end, but for zeros up to the alignment.
   *
   * @param start of what has the texts in it, a multiple of the alignment
   * @param end of the texts
   * @param limit where zeros end
   * @param text a text, for the message
   * @param all all of them, for the message
   * @throws org.marshalimage.format.CorruptImageException if they do not
   */
  public static void checkEnd(
      ImageBytes image, long start, long end, long limit, String text, String all) {
    if (start + ObjectLayout.align(end - start) != limit) {
      throw Failures.corrupt(image, "bytes behind the last " + text, end);
    }
    for (long at = end; at < limit; at++) {
      if (image.getByte(at) != 0) {
        throw Failures.field(image, "padding of " + all, 0, image.getByte(at), at);
      }
    }
  }
}
