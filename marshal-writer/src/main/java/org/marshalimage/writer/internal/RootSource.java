package org.marshalimage.writer.internal;

import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;

/**
 * What a root's entry records of where it came from.
 *
 * @param flags those of {@link ModuleLayout}
 * @param magicWord the first four bytes of the {@code .pyc}; 0 if there was none
 * @param source the SOURCE field
 */
public record RootSource(int flags, int magicWord, long source) {
  /** That of what came from no file. */
  public static final RootSource NONE = new RootSource(0, 0, 0);

  /** Returns what the header of a file tells. */
  public static RootSource of(PycFile pyc, boolean isPackage) {
    PycHeader header = pyc.header();
    int flags = ModuleLayout.FLAG_PYC | (isPackage ? ModuleLayout.FLAG_PACKAGE : 0);
    long source;
    if (header.kind() == PycHeader.Kind.TIMESTAMP) {
      flags |= ModuleLayout.FLAG_MTIME;
      flags |= pyc.version().isPython2() ? 0 : ModuleLayout.FLAG_SOURCE_SIZE;
      source = header.mtime() | header.sourceSize() << Integer.SIZE;
    } else {
      flags |= ModuleLayout.FLAG_HASH;
      flags |= header.kind() == PycHeader.Kind.CHECKED_HASH ? ModuleLayout.FLAG_CHECK_SOURCE : 0;
      source = header.hash();
    }
    return new RootSource(flags, pyc.version().magicWord(), source);
  }
}
