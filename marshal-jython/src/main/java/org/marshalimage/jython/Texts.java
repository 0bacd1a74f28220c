package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;

/**
 * Code of texts that a program executes, as that of {@code namedtuple}: found by the text, instead
 * of compiled.
 */
interface Texts {
  /** Flags of {@code from __future__ import}, which a text has of the code that executes it. */
  int FUTURES = 0x1E000;

  /** Before the name of a root. */
  String ROOT = "text:";

  /**
   * Finds the code of a text.
   *
   * @param text as it is executed
   * @param flags of {@link #FUTURES}
   * @return null if it has to be compiled
   */
  @Nullable MappedCode find(String text, int flags);

  /** Returns the name of the root of a text; another text may have the same. */
  static String rootOf(String text, int flags) {
    return ROOT
        + Integer.toHexString(text.hashCode())
        + "-"
        + Integer.toHexString(text.length())
        + "-"
        + Integer.toHexString(flags);
  }

  /** The texts that an image has. */
  final class OfImage implements Texts {
    private final MarshalImage image;
    private final MappedLibrary library;

    OfImage(MarshalImage image, MappedLibrary library) {
      this.image = image;
      this.library = library;
    }

    @Override
    public @Nullable MappedCode find(String text, int flags) {
      ImageModule root = image.findModule(rootOf(text, flags)).orElse(null);
      if (root == null) {
        return null;
      }
      ImageObject found = root.root();
      try {
        RecordView record = (RecordView) found;
        return library.object(record.slot(0)).toString().equals(text)
            ? library.code((CodeView) record.slot(1))
            : null;
      } catch (RuntimeException e) {
        throw Damage.told(e, found, image);
      }
    }
  }
}
