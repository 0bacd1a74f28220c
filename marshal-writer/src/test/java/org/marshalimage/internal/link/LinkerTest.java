package org.marshalimage.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Forge;

/** Linking in memory: each object once, all or none of its slots. */
class LinkerTest {
  private static final long ADDRESS = 0x1234_5000L;
  private static final long FINGERPRINT = 77;

  private static long[] handles() {
    long[] handles = new long[TypeCode.LIMIT];
    for (Kind kind : Kind.values()) {
      handles[kind.typeCode()] = 0x1000 + kind.typeCode();
    }
    return handles;
  }

  private static Value names(String... texts) {
    return SequenceValue.tuple(Arrays.stream(texts).map(StrValue::of).toArray(Value[]::new));
  }

  /** A code object of 3.8, one of whose slots is empty. */
  private static CodeValue code() {
    return CodeValue.builder(PythonVersion.V3_8)
        .code(BytesValue.of(new byte[] {1, 2}))
        .consts(SequenceValue.tuple(IntValue.of(5)))
        .names(names("n"))
        .localNames(SequenceValue.tuple())
        .freevars(SequenceValue.tuple())
        .cellvars(SequenceValue.tuple())
        .filename(StrValue.of("f.py"))
        .name(StrValue.of("f"))
        .lineTable(BytesValue.of(new byte[] {3}))
        .build();
  }

  private static Forge forge(int width) {
    Value shared = names("both", "of them");
    return Forge.of(
        width,
        writer ->
            writer
                .add("a", SequenceValue.list(IntValue.of(1), shared, code()))
                .add("b", SequenceValue.list(IntValue.of(2), shared)));
  }

  private static Linker linker(Forge forge, long[] handles) {
    return linker(forge.seal().image(), handles);
  }

  private static Linker linker(ImageBytes image, long[] handles) {
    return new Linker(
        image, new ImageHeader(image), ADDRESS, handles, (name, version) -> 0, FINGERPRINT);
  }

  private static boolean isLinked(Forge forge, int object) {
    return forge.bytes.getLong(object + ObjectLayout.TYPE_OFFSET) >= 0x1000;
  }

  @Test
  void objectIsLinkedWithAllThatItLeadsTo() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int root = forge.root(0);
    int shared = forge.item(root, 1);
    int text = forge.item(shared, 1);
    int other = forge.root(1);
    Linker linker = linker(forge, handles());
    assertThat(linker.kind(TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(forge.bytes.getLong(forge.slotAt(root, 1))).isEqualTo(ADDRESS + shared);
    assertThat(forge.bytes.getLong(forge.slotAt(shared, 1))).isEqualTo(ADDRESS + text);
    assertThat(forge.bytes.getLong(text + ObjectLayout.TYPE_OFFSET))
        .isEqualTo(0x1000 + TypeCode.STR);
    assertThat(isLinked(forge, other)).isFalse();
    assertThat(linker.counts().modules()).isZero();
  }

  @Test
  void moduleIsLinkedWithAllThatItLeadsToAndNoOther() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int shared = forge.item(forge.root(1), 1);
    int first = forge.item(shared, 0);
    int otherRoot = forge.root(0);
    Linker linker = linker(forge, handles());
    linker.linkModule(forge.module(1), "b");
    for (int object : new int[] {forge.root(1), shared, first}) {
      assertThat(isLinked(forge, object)).isTrue();
    }
    assertThat(isLinked(forge, otherRoot)).isFalse();
    LinkCounts counts = linker.counts();
    assertThat(counts.modules()).isEqualTo(1);
    // List, int, tuple, two strings: four slots.
    assertThat(counts.objects()).isEqualTo(5);
    assertThat(counts.typeWords()).isEqualTo(5);
    assertThat(counts.slots()).isEqualTo(4);
    assertThat(counts.pins()).isZero();
    assertThat(counts.pages()).isEqualTo(1);
    assertThat(counts.nanos()).isPositive();
    linker.linkModule(forge.module(1), "b");
    assertThat(linker.counts()).isEqualTo(counts);
  }

  @Test
  void rootInSharedIsLinkedWithItsModule() {
    Value shared = names("x");
    Forge forge =
        Forge.of(HeaderLayout.ADDRESS_WIDTH, writer -> writer.add("a", shared).add("b", shared));
    int root = forge.root(0);
    assertThat(root).isLessThan(forge.start(SectionLayout.SEGMENTS));
    int text = forge.item(root, 0);
    linker(forge, handles()).linkModule(forge.module(0), "a");
    assertThat(isLinked(forge, root)).isTrue();
    assertThat(isLinked(forge, text)).isTrue();
  }

  @Test
  void allIsLinkedOnce() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    long objects = forge.bytes.getLong(HeaderLayout.OBJECT_COUNT_OFFSET);
    Linker linker = linker(forge, handles());
    linker.linkModule(forge.module(1), "b");
    linker.linkAll();
    assertThat(linker.counts().objects()).isEqualTo(objects);
    assertThat(linker.counts().modules()).isEqualTo(2);
    LinkCounts counts = linker.counts();
    linker.linkAll();
    assertThat(linker.counts().objects()).isEqualTo(counts.objects());
    assertThat(linker.counts().slots()).isEqualTo(counts.slots());
  }

  @Test
  void linkThatFailsMidwayLeavesTheSlotsAsTheyWereAndCanBeRepeated() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int root = forge.root(0);
    int shared = forge.item(root, 1);
    int text = forge.item(shared, 1);
    forge.setSlot(forge.slotAt(shared, 1), 4);
    byte[] before = forge.seal().bytes.array().clone();
    Linker linker = linker(forge, handles());
    assertThatThrownBy(() -> linker.kind(TypeCode.TUPLE, shared))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("slot leads to no object: target=0x4")
        .hasMessageContaining("offset=0x" + Integer.toHexString(forge.slotAt(shared, 1)));
    assertThat(forge.bytes.array()).isEqualTo(before);
    assertThat(linker.counts().objects()).isZero();
    forge.setSlot(forge.slotAt(shared, 1), text);
    assertThat(linker.kind(TypeCode.TUPLE, shared)).isEqualTo(TypeCode.TUPLE);
    assertThat(forge.bytes.getLong(forge.slotAt(shared, 1))).isEqualTo(ADDRESS + text);
  }

  @Test
  void slotOfCodeThatIsEmptyStaysEmptyAlsoWhenLinkingFails() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int code = forge.item(forge.root(0), 2);
    int empty = forge.codeSlotAt(code, CodeLayout.QUALNAME_SLOT);
    int last = forge.codeSlotAt(code, CodeLayout.LINE_TABLE_SLOT);
    long table = forge.bytes.getLong(last);
    assertThat(forge.bytes.getLong(empty)).isZero();
    forge.bytes.putLong(last, 12);
    byte[] before = forge.seal().bytes.array().clone();
    Linker linker = linker(forge, handles());
    assertThatThrownBy(() -> linker.kind(TypeCode.CODE, code))
        .isInstanceOf(CorruptImageException.class);
    assertThat(forge.bytes.array()).isEqualTo(before);
    forge.bytes.putLong(last, table);
    linker.kind(TypeCode.CODE, code);
    assertThat(forge.bytes.getLong(empty)).isZero();
    assertThat(forge.bytes.getLong(last)).isEqualTo(ADDRESS + table);
    // Nine of the ten, and one of each tuple.
    assertThat(linker.counts().slots()).isEqualTo(9 + 2);
  }

  @Test
  void containersHaveNoEmptySlots() {
    Forge forge = forge(HeaderLayout.COMPACT_WIDTH);
    int root = forge.root(0);
    forge.bytes.putInt(forge.slotAt(root, 0), 0);
    Linker linker = linker(forge, handles());
    assertThatThrownBy(() -> linker.kind(TypeCode.LIST, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("slot leads to no object");
  }

  @Test
  void compactSlotsStayAsTheyAre() {
    Forge forge = forge(HeaderLayout.COMPACT_WIDTH);
    int root = forge.root(0);
    byte[] before = Arrays.copyOfRange(forge.bytes.array(), root + 16, root + 32);
    int third = forge.item(root, 2);
    Linker linker = linker(forge, handles());
    linker.linkAll();
    assertThat(Arrays.copyOfRange(forge.bytes.array(), root + 16, root + 32)).isEqualTo(before);
    assertThat(isLinked(forge, third)).isTrue();
    assertThat(linker.counts().slots()).isZero();
    assertThat(linker.isPrelinked()).isFalse();
    assertThat(linker.address()).isEqualTo(ADDRESS);
    assertThat(linker.fingerprint()).isEqualTo(FINGERPRINT);
  }

  @Test
  void countsThatAreNotPinnedArePinned() {
    Forge forge = forge(HeaderLayout.COMPACT_WIDTH);
    int root = forge.root(0);
    forge.bytes.putInt(root, 3);
    Linker linker = linker(forge, handles());
    linker.linkAll();
    assertThat(forge.bytes.getInt(root)).isEqualTo(ObjectLayout.PINNED | 3);
    assertThat(forge.bytes.getInt(root + ObjectLayout.SIZE_OFFSET)).isEqualTo(3);
    assertThat(linker.counts().pins()).isEqualTo(1);
  }

  @Test
  void kindOfAnObjectIsToldWithoutLinkingIt() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int root = forge.root(0);
    ImageBytes image = forge.seal().image();
    Linker linker = linker(image, handles());
    assertThat(linker.kindWithoutLinking(TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(isLinked(forge, root)).isFalse();
    linker.linkAll();
    assertThat(linker.kindWithoutLinking(0x1000 + TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(linker.kindWithoutLinking(0x5000, root)).isEqualTo(-1);
    forge.bytes.putLong(root + ObjectLayout.TYPE_OFFSET, 0x5000);
    assertThatThrownBy(() -> ObjectChecks.kindWithoutLinking(image, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("unknown type code");
  }

  @Test
  void wordThatIsNoHandleIsNoType() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int root = forge.root(0);
    forge.bytes.putLong(root + ObjectLayout.TYPE_OFFSET, 0x1000 + 'z');
    ImageBytes image = forge.seal().image();
    Linker linker = linker(image, handles());
    assertThatThrownBy(() -> ObjectChecks.kind(image, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("unknown type code")
        .hasMessageContaining("offset=0x" + Integer.toHexString(root));
    assertThatThrownBy(linker::linkAll).isInstanceOf(CorruptImageException.class);
  }

  @Test
  void objectThatIsCutIsRefused() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int root = forge.root(0);
    forge.bytes.putInt(root + ObjectLayout.SIZE_OFFSET, 1 << 20);
    Linker linker = linker(forge, handles());
    assertThatThrownBy(() -> linker.kind(TypeCode.LIST, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("object is cut by the end of its segment")
        .hasMessageContaining("offset=0x" + Integer.toHexString(root));
    assertThatThrownBy(() -> linker.linkModule(forge.module(0), "a"))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("object is cut by the end of its segment");
  }

  @Test
  void segmentThatEndsWithinAHeadIsRefused() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    int field = forge.module(1) + org.marshalimage.format.ModuleLayout.SEGMENT_LENGTH_OFFSET;
    forge.bytes.putLong(field, forge.bytes.getLong(field) - 16);
    Linker linker = linker(forge, handles());
    assertThatThrownBy(() -> linker.linkModule(forge.module(1), "b"))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("object is cut by the end of its segment");
  }

  /** A graph that is wider than what linking can remember at first. */
  @Test
  void manyObjectsAreRememberedUntilTheyAreLinked() {
    Value[] items = new Value[1000];
    for (int i = 0; i < items.length; i++) {
      items[i] = SequenceValue.list(IntValue.of(i));
    }
    Forge forge =
        Forge.of(HeaderLayout.ADDRESS_WIDTH, writer -> writer.add("r", SequenceValue.list(items)));
    int root = forge.root(0);
    int last = forge.item(root, 999);
    int first = forge.item(root, 0);
    int number = forge.item(first, 0);
    Linker linker = linker(forge, handles());
    linker.kind(TypeCode.LIST, root);
    for (int object : new int[] {first, number, last}) {
      assertThat(isLinked(forge, object)).isTrue();
    }
    assertThat(linker.counts().objects()).isEqualTo(2001);
    // 8,000 bytes of slots, lists of 24 bytes and ints of 24.
    assertThat(linker.counts().pages()).isBetween(13, 15);
  }

  @Test
  void imageThatIsPrelinkedForTheseIsNotTouched() {
    Forge forge = forge(HeaderLayout.ADDRESS_WIDTH);
    long[] handles = handles();
    ImageBytes image = forge.seal().image();
    ImageHeader header = new ImageHeader(image);
    new Linker(image, header, ADDRESS, handles, (name, version) -> 0, FINGERPRINT, false).linkAll();
    image.putLong(HeaderLayout.LINK_BASE_OFFSET, ADDRESS);
    prelink(forge, handles);
    byte[] before = forge.bytes.array().clone();
    Linker linker = linker(forge, handles);
    assertThat(linker.isPrelinked()).isTrue();
    linker.linkModule(forge.module(0), "a");
    linker.linkAll();
    assertThat(linker.kind(0x1000 + TypeCode.LIST, forge.root(0))).isEqualTo(TypeCode.LIST);
    assertThat(forge.bytes.array()).isEqualTo(before);
    assertThat(linker.counts().objects()).isZero();
    assertThat(linker.counts().modules()).isZero();
  }

  private static void prelink(Forge forge, long[] handles) {
    forge.bytes.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, FINGERPRINT);
    int start = forge.start(SectionLayout.TYPES);
    for (int at = start; at < start + forge.length(SectionLayout.TYPES); at += 16) {
      forge.bytes.putLong(at + 8, handles[forge.bytes.getInt(at)]);
    }
    forge.seal();
  }

  private static Forge prelinked(long[] handles) {
    Forge forge = forge(HeaderLayout.COMPACT_WIDTH);
    ImageBytes image = forge.seal().image();
    new Linker(
            image,
            new ImageHeader(image),
            ADDRESS,
            handles,
            (name, version) -> 0,
            FINGERPRINT,
            false)
        .linkAll();
    prelink(forge, handles);
    return forge;
  }

  @Test
  void handlesOtherThanThoseOfTheFingerprintAreRefusedBeforeAnythingIsWritten() {
    Forge forge = prelinked(handles());
    int entry = forge.start(SectionLayout.TYPES) + 16;
    int code = forge.bytes.getInt(entry);
    forge.bytes.putLong(entry + 8, 0x2222);
    byte[] before = forge.seal().bytes.array().clone();
    assertThatThrownBy(() -> linker(forge, handles()))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("handle of " + TypeCode.nameOf(code) + " is not that of the finger")
        .hasMessageContaining("expected=0x" + Integer.toHexString(0x1000 + code))
        .hasMessageContaining("found=0x2222")
        .hasMessageContaining("offset=0x" + Integer.toHexString(entry + 8));
    assertThat(forge.bytes.array()).isEqualTo(before);
  }

  @Test
  void imageThatIsPrelinkedForOtherHandlesIsLinkedAnew() {
    long[] others = handles();
    for (int code = 0; code < others.length; code++) {
      others[code] += others[code] == 0 ? 0 : 0x10_0000;
    }
    Forge forge = prelinked(others);
    forge.bytes.putLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET, FINGERPRINT + 1);
    int root = forge.root(0);
    Linker linker = linker(forge, handles());
    assertThat(linker.isPrelinked()).isFalse();
    assertThat(linker.kindWithoutLinking(0x10_1000 + TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(linker.counts().objects()).isZero();
    assertThat(linker.kind(0x10_1000 + TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(forge.bytes.getLong(root + 8)).isEqualTo(0x1000 + TypeCode.LIST);
    assertThat(linker.kindWithoutLinking(0x1000 + TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    assertThat(linker.kind(0x1000 + TypeCode.LIST, root)).isEqualTo(TypeCode.LIST);
    linker.linkAll();
    assertThat(linker.counts().objects())
        .isEqualTo(forge.bytes.getLong(HeaderLayout.OBJECT_COUNT_OFFSET));
  }

  /** What TYPES does not have, no reader takes for a type: in place as read-only. */
  @Test
  void typeThatThePrelinkedImageDoesNotListIsUnknownInPlaceToo() {
    Forge forge = prelinked(handles());
    int root = forge.root(0);
    forge.bytes.putLong(root + 8, 0x1000 + TypeCode.COMPLEX);
    ImageBytes inPlace = forge.seal().image();
    Linker linker = linker(inPlace, handles());
    assertThat(linker.isPrelinked()).isTrue();
    assertThatThrownBy(() -> ObjectChecks.kind(inPlace, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("unknown type code");
    ImageBytes readOnly = forge.image();
    new ImageHeader(readOnly);
    assertThatThrownBy(() -> ObjectChecks.kind(readOnly, root))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("unknown type code");
  }

  @Test
  void typesWithoutAHandleAreNamed() {
    long[] handles = handles();
    handles[TypeCode.LIST] = 0;
    handles[TypeCode.INT] = 0;
    Forge forge = forge(HeaderLayout.COMPACT_WIDTH);
    assertThatThrownBy(() -> linker(forge, handles))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type table does not bind: ")
        .hasMessageContaining("list")
        .hasMessageContaining("int");
  }
}
