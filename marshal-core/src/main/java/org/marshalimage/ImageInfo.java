package org.marshalimage;

import java.util.HexFormat;
import java.util.Map;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.Properties;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * What the header of an image says.
 *
 * @param id the image id, 64 hex digits: a hash of the content
 * @param formatVersion version of the format
 * @param length bytes of the file
 * @param pointerWidth bytes of a slot: 4, an offset, or 8, an address once it is linked in place
 * @param linkBase the address that the image was prelinked for; 0 if for none
 * @param typesFingerprint that of the {@link TypeTable} that the image was prelinked with; 0 if
 *     with none
 * @param properties what the writer has said of the image: texts by name, sorted; cannot be changed
 * @param modules number of roots
 * @param objects number of objects
 * @param strings number of str objects
 * @param bytesObjects number of bytes objects
 * @param internedStrings number of those of the two that are interned
 * @param codeObjects number of code objects
 * @param directoryLength bytes of directory and module table
 * @param sharedLength bytes of the objects that two or more roots use
 * @param sharedHotLength bytes of those of them that lie at the end of their section since a start
 *     touches them; 0 if the image is not laid out by a start
 * @param segmentsLength bytes of the segments of all roots
 * @param typesLength bytes of the table of types in use
 * @param stringsLength bytes of the table of interned strings
 */
public record ImageInfo(
    String id,
    int formatVersion,
    long length,
    int pointerWidth,
    long linkBase,
    long typesFingerprint,
    Map<String, String> properties,
    int modules,
    long objects,
    int strings,
    int bytesObjects,
    int internedStrings,
    int codeObjects,
    long directoryLength,
    long sharedLength,
    long sharedHotLength,
    long segmentsLength,
    long typesLength,
    long stringsLength) {

  static ImageInfo of(ImageBytes image, ImageHeader header) {
    byte[] id = new byte[HeaderLayout.IMAGE_ID_LENGTH];
    image.getBytes(HeaderLayout.IMAGE_ID_OFFSET, id, 0, id.length);
    return new ImageInfo(
        HexFormat.of().formatHex(id),
        image.getInt(HeaderLayout.VERSION_OFFSET),
        image.length(),
        image.pointerWidth(),
        image.getLong(HeaderLayout.LINK_BASE_OFFSET),
        image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET),
        Properties.read(image),
        header.moduleCount(),
        header.objectCount(),
        header.strCount(),
        header.bytesCount(),
        header.internedCount(),
        header.codeCount(),
        header.sectionLength(SectionLayout.DIRECTORY) + header.sectionLength(SectionLayout.MODULES),
        header.sectionLength(SectionLayout.SHARED),
        header.sharedHot() == 0 ? 0 : header.sharedEnd() - header.sharedHot(),
        header.sectionLength(SectionLayout.SEGMENTS),
        header.sectionLength(SectionLayout.TYPES),
        header.sectionLength(SectionLayout.STRINGS));
  }
}
