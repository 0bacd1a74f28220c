package org.marshalimage.internal.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.writer.ImageWriter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Does a thread that reads an object meet it as the file has it, or linked, and never between? In
 * this package, since a mapping for each race would be too many: an array stands for the memory.
 */
public final class LinkStress {
  private static final long ADDRESS = 0x2000_0000_0000L;
  private static final int UNLINKED = 0;
  private static final int HALF_LINKED = -1;
  private static final long[] HANDLES = new long[TypeCode.LIMIT];

  /** Lists that lead to the number 7: as it is written, and prelinked elsewhere. */
  private static final byte[] IMAGE;

  private static final byte[] PRELINKED;

  static {
    for (int code : TypeTable.imageTypes()) {
      HANDLES[code] = 0x7000_0000L + code;
    }
    try {
      Path file = Files.createTempFile("race", ".img");
      try (ImageWriter writer = ImageWriter.create().pointerWidth(HeaderLayout.ADDRESS_WIDTH)) {
        SequenceValue inner = SequenceValue.tuple(IntValue.of(7));
        writer.add("x", SequenceValue.list(SequenceValue.list(inner)));
        writer.write(file);
        IMAGE = Files.readAllBytes(file);
        writer.prelink(ADDRESS / 2, TypeTable.standard()).write(file);
        PRELINKED = Files.readAllBytes(file);
      }
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LinkStress() {}

  /** Memory of its own, and what links it. */
  private abstract static class Memory {
    final ImageBytes bytes;
    final ImageHeader header;
    final Linker linker;
    final long entry;
    final long root;

    Memory(byte[] image) {
      ByteBuffer buffer = ByteBuffer.wrap(image.clone()).order(ByteOrder.LITTLE_ENDIAN);
      bytes = ImageBytes.of(Path.of("race.img"), buffer, null);
      header = new ImageHeader(bytes);
      linker = new Linker(bytes, header, ADDRESS, HANDLES, (name, version) -> 0, 1);
      entry = header.sectionStart(SectionLayout.MODULES);
      long segment = bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      root = ObjectChecks.tableTarget(bytes, segment + SegmentLayout.ROOT_OFFSET);
    }

    /** Follows slots from the root to the number, as views do. */
    int read() {
      long at = root;
      while (ObjectChecks.kind(bytes, at) != TypeCode.INT) {
        at = ObjectChecks.target(bytes, at + ObjectLayout.SLOTS_OFFSET);
      }
      return (int) bytes.getLong(at + ObjectLayout.VALUE_OFFSET);
    }

    int link() {
      linker.linkModule(entry, "x");
      return read();
    }

    /** Looks at the root as code outside the JVM does: its type word, then its slot. */
    int look() {
      long word = bytes.getLong(root + ObjectLayout.TYPE_OFFSET);
      VarHandle.loadLoadFence();
      if (word != HANDLES[TypeCode.LIST]) {
        return UNLINKED;
      }
      long slot = bytes.getLong(root + ObjectLayout.SLOTS_OFFSET) - ADDRESS;
      return slot > root && slot < bytes.objectsEnd() ? 1 : HALF_LINKED;
    }
  }

  /** Two threads that use a module for the first time. */
  @JCStressTest
  @Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "Both read what is there.")
  @State
  public static class TwoLink extends Memory {
    /** Makes the memory. */
    public TwoLink() {
      super(IMAGE);
    }

    /**
     * Uses the module.
     *
     * @param r the outcome
     */
    @Actor
    public void one(II_Result r) {
      r.r1 = link();
    }

    /**
     * Uses the module.
     *
     * @param r the outcome
     */
    @Actor
    public void two(II_Result r) {
      r.r2 = link();
    }
  }

  /** One thread that uses a module, another that gets at its objects by their offsets. */
  @JCStressTest
  @Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "Both read what is there.")
  @State
  public static class LinkAndReach extends Memory {
    /** Makes the memory. */
    public LinkAndReach() {
      super(IMAGE);
    }

    /**
     * Uses the module.
     *
     * @param r the outcome
     */
    @Actor
    public void one(II_Result r) {
      r.r1 = link();
    }

    /**
     * Reaches its objects.
     *
     * @param r the outcome
     */
    @Actor
    public void two(II_Result r) {
      r.r2 = read();
    }
  }

  /** The same, of an image that is prelinked for another address and other types. */
  @JCStressTest
  @Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "Both read what is there.")
  @State
  public static class RelinkAndReach extends Memory {
    /** Makes the memory. */
    public RelinkAndReach() {
      super(PRELINKED);
    }

    /**
     * Uses the module.
     *
     * @param r the outcome
     */
    @Actor
    public void one(II_Result r) {
      r.r1 = link();
    }

    /**
     * Reaches its objects.
     *
     * @param r the outcome
     */
    @Actor
    public void two(II_Result r) {
      r.r2 = read();
    }
  }

  /** One thread that links, another that looks at the memory. */
  @JCStressTest
  @Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "Not linked yet.")
  @Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "Linked.")
  @Outcome(id = "7, -1", expect = Expect.FORBIDDEN, desc = "Half linked.")
  @State
  public static class LinkAndLook extends Memory {
    /** Makes the memory. */
    public LinkAndLook() {
      super(IMAGE);
    }

    /**
     * Links.
     *
     * @param r the outcome
     */
    @Actor
    public void one(II_Result r) {
      r.r1 = link();
    }

    /**
     * Looks.
     *
     * @param r the outcome
     */
    @Actor
    public void two(II_Result r) {
      r.r2 = look();
    }
  }
}
