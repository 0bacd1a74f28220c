package org.marshalimage.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.marshalimage.TestImages;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.RelocationsLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Forge;
import org.marshalimage.writer.ImageWriter;

/** Linking all by the words that the file lists, and what happens if the list is wrong. */
class RelocationMapTest {
  private static final long ADDRESS = 0x1234_5000L;
  private static final int[] FIELDS = {RelocationsLayout.HEADS, RelocationsLayout.SLOTS};

  private static long[] handles() {
    long[] handles = new long[TypeCode.LIMIT];
    for (Kind kind : Kind.values()) {
      handles[kind.typeCode()] = 0x1000 + kind.typeCode();
    }
    return handles;
  }

  private static Linker linker(Forge forge) {
    ImageBytes image = forge.image();
    return new Linker(
        image, new ImageHeader(image), ADDRESS, handles(), (name, version) -> 0x5000, 77);
  }

  /** Two modules, with empty slots, a record, an external and a text that looks like no slot. */
  private static Forge forge() {
    RecordType type = new RecordType("r", 1, 3, 0, false);
    Value shared = SequenceValue.tuple(StrValue.of("both"), StrValue.of("of them"));
    Value record = RecordValue.of(type, IntValue.of(7), null, shared);
    return Forge.of(
        HeaderLayout.ADDRESS_WIDTH,
        writer ->
            writer
                .add("a", SequenceValue.list(record, shared, ExternalValue.of("x")))
                .add("b", SequenceValue.list(IntValue.of(2), shared)));
  }

  /** Returns an image whose list readers pass over, as if it had none. */
  private static Forge withoutList(Forge forge) {
    Forge copy = forge.copy();
    copy.bytes.putInt(copy.entry(SectionLayout.RELOCATIONS) + SectionLayout.KIND_OFFSET, 99);
    return copy.seal();
  }

  private static byte[] objects(Forge forge) {
    int start = forge.start(SectionLayout.SHARED);
    int end = forge.start(SectionLayout.TYPES);
    byte[] objects = new byte[end - start];
    forge.bytes.get(start, objects);
    return objects;
  }

  private static int list(Forge forge) {
    return forge.start(SectionLayout.RELOCATIONS);
  }

  /** Returns where the bit of a word of the objects is, among heads or slots. */
  private static int at(Forge forge, int word, int field) {
    int block = word / 64 * RelocationsLayout.BLOCK_SIZE;
    return list(forge) + RelocationsLayout.BLOCKS_OFFSET + block + field + word % 64 / 8;
  }

  private static void flip(Forge forge, int word, int field) {
    int at = at(forge, word, field);
    forge.bytes.put(at, (byte) (forge.bytes.get(at) ^ 1 << word % 8));
  }

  private static boolean isListed(Forge forge, int word, int field) {
    return (forge.bytes.get(at(forge, word, field)) & 1 << word % 8) != 0;
  }

  private static int wordCount(Forge forge) {
    return (forge.start(SectionLayout.TYPES) - forge.start(SectionLayout.SHARED)) / 8;
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

  private static Forge ofFiles(String folder) {
    return Forge.of(
        HeaderLayout.ADDRESS_WIDTH,
        writer -> {
          for (Path file : TestData.files(folder, ".pyc")) {
            try {
              writer.addModule(TestImages.nameOf(file), PycFile.read(file), false);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  /** A list whose slots fill pages in which no object starts. */
  private static Forge longList() {
    Value[] items = new Value[3000];
    Arrays.fill(items, IntValue.of(7));
    return Forge.of(
        HeaderLayout.ADDRESS_WIDTH, writer -> writer.add("a", SequenceValue.list(items)));
  }

  /** An image that is prelinked for an address other than that of the test. */
  private static Forge prelinked() throws IOException {
    Path file = Files.createTempFile("prelinked", ".img");
    try {
      Files.write(file, ofFiles("pyc/3.13").bytes.array());
      ImageWriter.prelink(file, file, 0x2000_0000_0000L, null);
      return Forge.of(Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kinds",
        "long",
        "prelinked",
        "pyc/2.7",
        "pyc/3.6",
        "pyc/3.10",
        "pyc/3.11",
        "pyc/3.13"
      })
  void linksToTheByteWhatAWalkLinks(String name) throws Exception {
    Forge listed =
        switch (name) {
          case "kinds" -> forge();
          case "long" -> longList();
          case "prelinked" -> prelinked();
          default -> ofFiles(name);
        };
    Forge walked = withoutList(listed);
    Linker byList = linker(listed);
    Linker byWalk = linker(walked);
    byList.linkAll();
    byWalk.linkAll();
    assertThat(objects(listed)).isEqualTo(objects(walked));
    LinkCounts counts = byList.counts();
    LinkCounts expected = byWalk.counts();
    assertThat(counts.modules()).isEqualTo(expected.modules());
    assertThat(counts.objects()).isEqualTo(expected.objects()).isPositive();
    assertThat(counts.slots()).isEqualTo(expected.slots());
    assertThat(counts.typeWords()).isEqualTo(expected.typeWords());
    assertThat(counts.pins()).isEqualTo(expected.pins());
    assertThat(counts.pages()).isEqualTo(expected.pages());
    // Again: nothing is left to do.
    byte[] once = objects(listed);
    byList.linkAll();
    byList.linkModule(listed.module(0), "a");
    assertThat(objects(listed)).isEqualTo(once);
    assertThat(byList.counts().objects()).isEqualTo(expected.objects());
    assertThat(byList.counts().modules()).isEqualTo(expected.modules());
  }

  @Test
  void whatIsLinkedInPartIsWalked() {
    Forge forge = forge();
    Forge other = withoutList(forge);
    Linker linker = linker(forge);
    linker.linkModule(forge.module(1), "b");
    linker.linkAll();
    linker(other).linkAll();
    assertThat(objects(forge)).isEqualTo(objects(other));
  }

  @Test
  void countsAreSetWherePinsAreMissing() {
    Forge forge = forge();
    int root = forge.root(0);
    forge.bytes.putInt(root, forge.bytes.getInt(root) & ~ObjectLayout.PINNED);
    Linker linker = linker(forge.seal());
    linker.linkAll();
    assertThat(forge.bytes.getInt(root)).isNegative();
    assertThat(linker.counts().pins()).isEqualTo(1);
  }

  @Test
  void everyBitThatIsFlippedIsRefusedBeforeAnythingIsWritten() {
    Forge sound = forge();
    for (int word = 0; word < (wordCount(sound) + 63 & -64); word++) {
      for (int field : FIELDS) {
        Forge forge = sound.copy();
        flip(forge, word, field);
        byte[] before = forge.bytes.array().clone();
        assertCorrupt(
            linker(forge)::linkAll,
            field == RelocationsLayout.HEADS
                ? "bad objects of RELOCATIONS: expected="
                : "bad slots of RELOCATIONS: expected=",
            list(forge));
        assertThat(forge.bytes.array()).isEqualTo(before);
      }
    }
  }

  /** As it may be in a hostile image: the numbers are right, and one bit is another. */
  @Test
  void whatIsListedWronglyIsRefusedIfItCannotBeRight() {
    Forge sound = forge();
    int start = sound.start(SectionLayout.SHARED);
    int refused = 0;
    int tried = 0;
    for (int field : FIELDS) {
      for (int removed = 0; removed < wordCount(sound); removed++) {
        for (int added = 0; added < wordCount(sound) - 1; added++) {
          if (!isListed(sound, removed, field) || isListed(sound, added, field)) {
            continue;
          }
          tried++;
          Forge forge = sound.copy();
          flip(forge, removed, field);
          flip(forge, added, field);
          try {
            linker(forge).linkAll();
          } catch (CorruptImageException e) {
            refused++;
            continue;
          }
          // What was added looks like what was removed: a slot, or a head with a type code.
          long word = sound.bytes.getLong(start + 8 * added);
          if (field == RelocationsLayout.SLOTS) {
            assertThat(word).isBetween((long) start, (long) sound.start(SectionLayout.TYPES) - 16);
          } else {
            long type = sound.bytes.getLong(start + 8 * added + ObjectLayout.TYPE_OFFSET);
            assertThat(type).isBetween(1L, TypeCode.LIMIT - 1L);
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(tried * 9 / 10);
  }

  @Test
  void wordsThatAreNoneOfObjectsAreRefused() {
    Forge sound = forge();
    int words = wordCount(sound);
    assertThat(words % 64).isNotZero();
    for (int field : FIELDS) {
      int listed = 0;
      while (!isListed(sound, listed, field)) {
        listed++;
      }
      // A head is two words.
      int first = field == RelocationsLayout.HEADS ? words - 1 : words;
      for (int word : new int[] {first, words | 63}) {
        Forge forge = sound.copy();
        flip(forge, listed, field);
        flip(forge, word, field);
        byte[] before = forge.bytes.array().clone();
        assertCorrupt(
            linker(forge)::linkAll, "RELOCATIONS lists what is no word of an object", list(forge));
        assertThat(forge.bytes.array()).isEqualTo(before);
      }
    }
  }

  @Test
  void lengthIsThatOfTheObjects() {
    Forge forge = forge();
    int entry = forge.entry(SectionLayout.RELOCATIONS) + SectionLayout.LENGTH_OFFSET;
    forge.bytes.putLong(entry, forge.bytes.getLong(entry) - 16);
    assertCorrupt(
        linker(forge.seal())::linkAll,
        "bad length of RELOCATIONS: expected="
            + (forge.bytes.getLong(entry) + 16)
            + ", found="
            + forge.bytes.getLong(entry),
        list(forge));
  }

  private static Value ints(int from, int count) {
    Value[] items = new Value[count];
    for (int i = 0; i < count; i++) {
      items[i] = IntValue.of(from + i);
    }
    return SequenceValue.list(items);
  }

  /**
   * What was linked before is good, what was changed in part is refused, and the rest is linked.
   */
  @Test
  void slotThatLeadsNowhereIsRefusedWithItsObject() {
    Forge forge =
        Forge.of(
            HeaderLayout.ADDRESS_WIDTH,
            writer -> writer.add("a", ints(0, 200)).add("b", ints(1000, 200)).add("c", ints(0, 9)));
    int root = forge.root(1);
    int last = forge.slotAt(root, 199);
    forge.setSlot(last, forge.start(SectionLayout.TYPES));
    Linker linker = linker(forge.seal());
    assertCorrupt(linker::linkAll, "slot leads to no object: target=0x", last);
    assertThat(forge.bytes.getLong(root + ObjectLayout.TYPE_OFFSET)).isEqualTo(TypeCode.LIST);
    assertThat(linker.counts().objects()).isGreaterThan(200);
    assertCorrupt(
        () -> linker.kind(TypeCode.LIST, root),
        "slot leads to no object: target=0x",
        forge.slotAt(root, 0));
    for (int module : new int[] {0, 2}) {
      linker.linkModule(forge.module(module), "m");
      int other = forge.root(module);
      assertThat(forge.bytes.getLong(other + ObjectLayout.TYPE_OFFSET))
          .isEqualTo(0x1000 + TypeCode.LIST);
      assertThat(forge.bytes.getLong(forge.slotAt(other, 0))).isGreaterThan(ADDRESS);
    }
  }

  @Test
  void typeWithoutAHandleIsRefused() {
    Forge forge = forge();
    int root = forge.root(1);
    forge.bytes.putLong(root + ObjectLayout.TYPE_OFFSET, TypeCode.REF);
    assertCorrupt(linker(forge.seal())::linkAll, "unknown type code: found=", root);
  }

  /** Whoever sees a handle sees slots that are linked, also of an object of several blocks. */
  @Test
  void readersSeeNoObjectHalfLinked() throws Exception {
    Value[] items = new Value[2000];
    for (int i = 0; i < items.length; i++) {
      items[i] = IntValue.of(i);
    }
    Forge sound =
        Forge.of(HeaderLayout.ADDRESS_WIDTH, writer -> writer.add("a", SequenceValue.list(items)));
    for (int round = 0; round < 200; round++) {
      Forge forge = sound.copy();
      Linker linker = linker(forge);
      int root = forge.root(0);
      int last = forge.slotAt(root, items.length - 1);
      AtomicBoolean isHalf = new AtomicBoolean();
      Thread reader =
          new Thread(
              () -> {
                long word;
                do {
                  word = forge.bytes.getLong(root + ObjectLayout.TYPE_OFFSET);
                } while (word < TypeCode.LIMIT);
                VarHandle.loadLoadFence();
                isHalf.set(forge.bytes.getLong(last) < ADDRESS);
              });
      reader.start();
      linker.linkAll();
      reader.join();
      assertThat(isHalf).isFalse();
    }
  }
}
