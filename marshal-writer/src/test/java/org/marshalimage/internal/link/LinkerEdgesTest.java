package org.marshalimage.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RecordLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Forge;

/** Objects and slots at the very end of an image or a page, and records, which are linked. */
class LinkerEdgesTest {
  private static final long ADDRESS = 0x1234_5000L;

  private static long[] handles() {
    long[] handles = new long[TypeCode.LIMIT];
    for (Kind kind : Kind.values()) {
      handles[kind.typeCode()] = 0x1000 + kind.typeCode();
    }
    return handles;
  }

  private static Linker linker(Forge forge, long[] handles) {
    ImageBytes image = forge.seal().image();
    return new Linker(
        image,
        new ImageHeader(image),
        ADDRESS,
        handles,
        (name, version) -> name.equals("r") ? 0x5000 : 0x6000,
        77);
  }

  private static Forge of(Value root) {
    return Forge.of(HeaderLayout.ADDRESS_WIDTH, writer -> writer.add("a", root));
  }

  private static void assertCorrupt(ThrowingCallable call, String problem, long offset) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).startsWith(problem);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  @Test
  void objectThatIsNothingButAHeadMayBeTheLast() {
    Forge forge = of(SequenceValue.list(ExternalValue.of("x")));
    int slot = forge.slotAt(forge.root(0), 0);
    int last = forge.item(forge.root(0), 0);
    int end = forge.start(SectionLayout.SEGMENTS) + forge.length(SectionLayout.SEGMENTS);
    assertThat(last).isEqualTo(end - ObjectLayout.HEAD_SIZE);
    Forge beyond = forge.copy();
    beyond.setSlot(slot, last + 8);
    assertCorrupt(
        () -> linker(beyond, handles()).kind(TypeCode.LIST, forge.root(0)),
        "slot leads to no object: target=0x" + Integer.toHexString(last + 8),
        slot);
    Forge before = forge.copy();
    int first = forge.start(SectionLayout.SHARED);
    before.setSlot(slot, first - 8);
    assertCorrupt(
        () -> linker(before, handles()).kind(TypeCode.LIST, forge.root(0)),
        "slot leads to no object: target=0x" + Integer.toHexString(first - 8),
        slot);
    Linker linker = linker(forge, handles());
    linker.linkAll();
    assertThat(forge.bytes.getLong(slot)).isEqualTo(ADDRESS + last);
    assertThat(forge.bytes.getLong(last + ObjectLayout.TYPE_OFFSET))
        .isEqualTo(0x1000 + TypeCode.EXTERNAL);
  }

  @Test
  void objectWithoutSlotsEndsWithItsSegment() {
    Forge forge =
        Forge.of(
            HeaderLayout.ADDRESS_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(BytesValue.of(new byte[16])))
                    .add("b", SequenceValue.list(BytesValue.of(new byte[200]))));
    int bytes = forge.item(forge.root(0), 0);
    forge.bytes.putInt(bytes + ObjectLayout.SIZE_OFFSET, 24);
    assertCorrupt(
        () -> linker(forge, handles()).linkModule(forge.module(0), "a"),
        "object is cut by the end of its segment",
        bytes);
  }

  @Test
  void segmentIsProvenBeforeItIsLinked() {
    Forge forge = of(SequenceValue.list(IntValue.of(1)));
    int field = forge.module(0) + ModuleLayout.SEGMENT_OFFSET;
    long length = forge.bytes.getLong(field + 8);
    forge.bytes.putLong(field + 8, length + 8);
    byte[] before = forge.seal().bytes.array().clone();
    assertCorrupt(
        () -> linker(forge, handles()).linkModule(forge.module(0), "a"),
        "bad segment of a module: start=0x",
        field);
    assertThat(forge.bytes.array()).isEqualTo(before);
  }

  /** The least that a handle may be is one more than the greatest type code. */
  @Test
  void leastHandleIsToldFromTypeCodes() {
    long[] handles = handles();
    handles[TypeCode.LIST] = TypeCode.LIMIT;
    handles[TypeCode.INT] = -1;
    Forge forge = of(SequenceValue.list(IntValue.of(1)));
    int root = forge.root(0);
    int item = forge.item(root, 0);
    Linker linker = linker(forge, handles);
    linker.linkAll();
    assertThat(forge.bytes.getLong(root + ObjectLayout.TYPE_OFFSET)).isEqualTo(TypeCode.LIMIT);
    assertThat(linker.kind(TypeCode.LIMIT, root)).isEqualTo(TypeCode.LIST);
    assertThat(linker.kind(-1, item)).isEqualTo(TypeCode.INT);
    LinkCounts counts = linker.counts();
    assertThat(linker.kindWithoutLinking(TypeCode.LIMIT, root)).isEqualTo(TypeCode.LIST);
    assertThat(linker.counts().objects()).isEqualTo(counts.objects());
  }

  @Test
  void recordsHaveTheHandlesOfTheirTypes() {
    Forge forge =
        of(
            SequenceValue.list(
                RecordValue.of(new RecordType("r", 1, 2, 0, false), IntValue.of(1), null),
                RecordValue.of(new RecordType("s", 1, 0, 0, false))));
    int first = forge.item(forge.root(0), 0);
    int second = forge.item(forge.root(0), 1);
    int slot = first + RecordLayout.SLOTS_OFFSET;
    int number = (int) forge.bytes.getLong(slot);
    Linker linker = linker(forge, handles());
    assertThat(linker.kind(TypeCode.LIST, forge.root(0))).isEqualTo(TypeCode.LIST);
    assertThat(forge.bytes.getLong(first + ObjectLayout.TYPE_OFFSET)).isEqualTo(0x5000);
    assertThat(forge.bytes.getLong(second + ObjectLayout.TYPE_OFFSET)).isEqualTo(0x6000);
    assertThat(forge.bytes.getLong(slot)).isEqualTo(ADDRESS + number);
    assertThat(forge.bytes.getLong(slot + 8)).isZero();
    assertThat(linker.kind(0x5000, first)).isEqualTo(TypeCode.RECORD);
    assertThat(linker.kindWithoutLinking(0x6000, second)).isEqualTo(TypeCode.RECORD);
    // The list's two and the record's one, of two.
    assertThat(linker.counts().slots()).isEqualTo(3);
  }

  @Test
  void recordOfNoTypeIsRefused() {
    Forge forge = of(SequenceValue.list(RecordValue.of(new RecordType("r", 1, 0, 0, false))));
    int field = forge.item(forge.root(0), 0) + RecordLayout.RECORD_TYPE_OFFSET;
    forge.bytes.putInt(field, 1);
    assertCorrupt(
        () -> linker(forge, handles()).linkAll(),
        "unknown type of record: expected below 1, found=1",
        field);
  }

  @Test
  void pagesAreCountedThatAreWritten() {
    Value one = IntValue.of(1);
    Value[] items = new Value[3000];
    java.util.Arrays.fill(items, one);
    // Two modules, so that pages between are not written when one is linked.
    Forge forge =
        Forge.of(
            HeaderLayout.ADDRESS_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(items))
                    .add("b", SequenceValue.list(BytesValue.of(new byte[20_000]))));
    byte[] before = forge.seal().bytes.array().clone();
    Linker linker = linker(forge, handles());
    linker.linkModule(forge.module(0), "a");
    assertThat(linker.counts().pages())
        .isEqualTo(pagesThatDiffer(before, forge.bytes.array()))
        .isGreaterThan(5);
    linker.linkAll();
    assertThat(linker.counts().pages()).isEqualTo(pagesThatDiffer(before, forge.bytes.array()));
  }

  /** The list ends on a page that nothing else of its module lies on. */
  @Test
  void pageOfTheLastSlotIsCounted() {
    Value one = IntValue.of(1);
    Value[] items = new Value[3070];
    java.util.Arrays.fill(items, one);
    Forge forge =
        Forge.of(
            HeaderLayout.ADDRESS_WIDTH,
            writer -> writer.add("a", SequenceValue.list(items)).add("b", SequenceValue.list(one)));
    byte[] before = forge.seal().bytes.array().clone();
    Linker linker = linker(forge, handles());
    linker.linkModule(forge.module(0), "a");
    assertThat(linker.counts().pages()).isEqualTo(pagesThatDiffer(before, forge.bytes.array()));
  }

  private static int pagesThatDiffer(byte[] before, byte[] after) {
    int pages = 0;
    for (int from = 0; from < before.length; from += HeaderLayout.PAGE_SIZE) {
      int to = Math.min(before.length, from + HeaderLayout.PAGE_SIZE);
      pages += java.util.Arrays.equals(before, from, to, after, from, to) ? 0 : 1;
    }
    return pages;
  }
}
