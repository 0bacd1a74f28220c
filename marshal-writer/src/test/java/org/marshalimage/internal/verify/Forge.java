package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.testkit.DamagedImages;
import org.marshalimage.writer.ImageWriter;

/** An image in memory that a test changes where it likes, with checksums that fit in the end. */
public final class Forge {
  /** What images in memory call themselves. */
  public static final Path PATH = Path.of("forged.img");

  public final ByteBuffer bytes;

  private Forge(byte[] image) {
    bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  public static Forge of(byte[] image) {
    return new Forge(image.clone());
  }

  /** Makes an image of roots. */
  public static Forge of(int pointerWidth, Consumer<ImageWriter> roots) {
    try {
      Path file = Files.createTempFile("forge", ".img");
      try (ImageWriter writer = ImageWriter.create().pointerWidth(pointerWidth)) {
        roots.accept(writer);
        writer.write(file);
        return new Forge(Files.readAllBytes(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns another one that is changed by itself. */
  public Forge copy() {
    return of(bytes.array());
  }

  public Forge edit(Consumer<Forge> edit) {
    edit.accept(this);
    return this;
  }

  /** Returns where the entry of a section lies, which the image has. */
  public int entry(int kind) {
    int at = HeaderLayout.SECTIONS_OFFSET + (kind - 1) * SectionLayout.SIZE;
    if (kind > SectionLayout.COUNT) {
      at = HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
      while (bytes.getInt(at + SectionLayout.KIND_OFFSET) != kind) {
        at += SectionLayout.SIZE;
      }
    }
    return at;
  }

  public int start(int kind) {
    return (int) bytes.getLong(entry(kind) + SectionLayout.START_OFFSET);
  }

  public int length(int kind) {
    return (int) bytes.getLong(entry(kind) + SectionLayout.LENGTH_OFFSET);
  }

  public int module(int index) {
    return start(SectionLayout.MODULES) + index * ModuleLayout.SIZE;
  }

  public int segment(int index) {
    return (int) bytes.getLong(module(index) + ModuleLayout.SEGMENT_OFFSET);
  }

  /** Returns where the root of an index lies. */
  public int root(int index) {
    return (int) bytes.getLong(segment(index) + SegmentLayout.ROOT_OFFSET);
  }

  private boolean isCompact() {
    return bytes.getInt(HeaderLayout.POINTER_WIDTH_OFFSET) == HeaderLayout.COMPACT_WIDTH;
  }

  /** Returns where a slot of a container lies. */
  public int slotAt(int container, int index) {
    return container + ObjectLayout.SLOTS_OFFSET + index * (isCompact() ? 4 : 8);
  }

  /** Returns where a slot leads of an image that is not prelinked. */
  public int slot(int at) {
    return isCompact() ? bytes.getInt(at) * HeaderLayout.ALIGNMENT : (int) bytes.getLong(at);
  }

  public void setSlot(int at, long target) {
    if (isCompact()) {
      bytes.putInt(at, (int) (target / HeaderLayout.ALIGNMENT));
    } else {
      bytes.putLong(at, target);
    }
  }

  /** Returns where an item of a container lies. */
  public int item(int container, int index) {
    return slot(slotAt(container, index));
  }

  /** Returns where a field of a code object lies. */
  public int codeSlotAt(int code, int index) {
    return code + CodeLayout.SLOTS_OFFSET + index * (isCompact() ? 4 : 8);
  }

  public void flip(int at, int bits) {
    bytes.putInt(at, bytes.getInt(at) ^ bits);
  }

  public Forge seal() {
    DamagedImages.seal(bytes.array());
    return this;
  }

  /** Returns the image as readers have it, over these very bytes. */
  public ImageBytes image() {
    return ImageBytes.of(PATH, bytes, null);
  }

  /** Returns what verify finds, checksums and image id made to fit. */
  public List<String> findings() {
    seal();
    return findingsUnsealed();
  }

  public List<String> findingsUnsealed() {
    Findings findings = new Findings(1000);
    Verifier.verify(image(), findings);
    List<String> texts = new ArrayList<>();
    for (Findings.Item item : findings.items()) {
      texts.add(text(item));
    }
    return texts;
  }

  private static String text(Findings.Item item) {
    return (item.part() == null ? "object" : item.part())
        + " at "
        + item.offset()
        + ": "
        + item.problem()
        + (item.expected() == null ? "" : ", expected=" + item.expected())
        + (item.found() == null ? "" : ", found=" + item.found());
  }

  /** Changes a copy, which must then have these findings and no others. */
  public void assertFindings(Consumer<Forge> edit, String... expected) {
    assertThat(copy().edit(edit).findings()).containsExactly(expected);
  }
}
