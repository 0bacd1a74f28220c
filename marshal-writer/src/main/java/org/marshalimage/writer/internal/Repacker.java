package org.marshalimage.writer.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import org.marshalimage.Finding;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordTypes;

/** Writes the objects of an image anew, laid out by a start, or by none. Not thread-safe. */
public final class Repacker {
  private Repacker() {}

  /**
   * Writes an image that has the objects of another one, and is prelinked for the same.
   *
   * @param source an image that is sound
   * @param target appears under its name when it is complete; may be the same file
   * @param start returns the offsets of what a start touches, in its order; null for the layout of
   *     an image without one
   * @return what was written
   * @throws IOException if a file cannot be read or written; then nothing is left behind
   * @throws IllegalArgumentException if no object starts at an offset
   * @throws CorruptImageException if the image is not sound
   */
  public static ImageBuilder.Result repack(
      Path source, Path target, @Nullable Function<MarshalImage, long[]> start) throws IOException {
    try (FileChannel from = FileChannel.open(source);
        ImageBytes image = ImageBytes.map(source, from, FileChannel.MapMode.READ_ONLY);
        NodeTable nodes = new NodeTable()) {
      // What is no image is said of the file; the mapping of its bytes knows no name.
      ImageHeader header = new ImageHeader(image);
      try (MarshalImage mapped = MarshalImage.map(image.buffer())) {
        check(mapped, source);
        ImageLoader loader = new ImageLoader(image, header, nodes);
        ImageContent content = loader.load();
        IntArrayList touched = new IntArrayList();
        for (long offset : start == null ? new long[0] : start.apply(mapped)) {
          int node = loader.node(offset);
          if (node == 0) {
            throw HotNodes.noObject(offset);
          }
          touched.addInt(node);
        }
        return new ImageEncoder(content, HotNodes.of(content, touched))
            .write(target, goal(image, header));
      } catch (InternalError e) {
        throw Failures.unreadable(image, e);
      } catch (IndexOutOfBoundsException e) {
        throw Failures.changed(image);
      }
    }
  }

  /** Refuses an image that is not sound: damage would get good checksums here. */
  private static void check(MarshalImage image, Path source) throws IOException {
    List<Finding> findings = image.verify().findings();
    if (!findings.isEmpty()) {
      throw new CorruptImageException(
          "image is not sound, so that it is not laid out anew: " + findings.get(0),
          Math.max(findings.get(0).offset(), MarshalFormatException.NO_OFFSET),
          source.toString());
    }
  }

  /** Returns what an image is prelinked for; null for nothing. */
  private static Prelinker.@Nullable Goal goal(ImageBytes image, ImageHeader header) {
    long base = image.getLong(HeaderLayout.LINK_BASE_OFFSET);
    long fingerprint = image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET);
    if (base == 0 && fingerprint == 0) {
      return null;
    }
    long[] handles = new long[TypeCode.LIMIT];
    if (fingerprint == 0) {
      for (int code : TypeTable.imageTypes()) {
        handles[code] = code;
      }
      return new Prelinker.Goal(base, handles, (name, version) -> TypeCode.RECORD, 0);
    }
    long at = header.sectionStart(SectionLayout.TYPES);
    long end = at + header.sectionLength(SectionLayout.TYPES);
    for (; at < end; at += TypesLayout.SIZE) {
      int code = image.getInt(at + TypesLayout.CODE_OFFSET);
      handles[code] = image.getLong(at + TypesLayout.HANDLE_OFFSET);
    }
    RecordTypes types = image.state().recordTypes();
    return new Prelinker.Goal(
        base, handles, (name, version) -> handle(types, name, version), fingerprint);
  }

  private static long handle(RecordTypes types, String name, int version) {
    for (int i = 0; i < types.count(); i++) {
      if (types.name(i).equals(name) && types.version(i) == version) {
        return types.handle(i);
      }
    }
    return 0;
  }
}
