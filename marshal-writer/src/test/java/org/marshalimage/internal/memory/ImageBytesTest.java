package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TypeCode;

/** How bytes, slots and type words are read, and what a closed image says. */
class ImageBytesTest {
  private static final int LENGTH = 128;

  private final ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
  private final ImageBytes image = ImageBytes.of(Path.of("x.img"), buffer, null);

  ImageBytesTest() {
    for (int i = 0; i < LENGTH; i++) {
      buffer.put(i, (byte) (0x80 + i));
    }
  }

  @Test
  void numbersAreLittleEndian() {
    assertThat(image.getByte(5)).isEqualTo((byte) 0x85);
    assertThat(image.getShort(5)).isEqualTo((short) 0x8685);
    assertThat(image.getInt(5)).isEqualTo(0x88878685);
    assertThat(image.getLong(5)).isEqualTo(0x8C8B8A8988878685L);
    assertThat(image.readByte(5)).isEqualTo((byte) 0x85);
    assertThat(image.readInt(5)).isEqualTo(0x88878685);
    assertThat(image.readLong(5)).isEqualTo(0x8C8B8A8988878685L);
    byte[] copy = new byte[4];
    image.getBytes(7, copy, 1, 2);
    assertThat(copy).containsExactly(0, 0x87, 0x88, 0);
    image.putInt(8, 0x01020304);
    image.putLong(16, 0x0102030405060708L);
    assertThat(buffer.array()).startsWith(0x80, 0x81).contains(4, 3, 2, 1).contains(8, 7, 6, 5);
    assertThat(image.getInt(8)).isEqualTo(0x01020304);
    assertThat(image.getLong(16)).isEqualTo(0x0102030405060708L);
    assertThat(ImageBytes.position(77)).isEqualTo(77);
    assertThat(image.length()).isEqualTo(LENGTH);
  }

  @Test
  void rangesLieInTheImage() {
    for (long[] good : new long[][] {{0, 0}, {0, LENGTH}, {LENGTH, 0}, {LENGTH - 8, 8}}) {
      assertThatCode(() -> image.checkRange(good[0], good[1])).doesNotThrowAnyException();
    }
    long most = Long.MAX_VALUE;
    for (long[] bad :
        new long[][] {
          {-1, 1},
          {0, -1},
          {0, LENGTH + 1},
          {LENGTH, 1},
          {1, LENGTH},
          {most, most},
          {most, 0},
          {8, most}
        }) {
      assertThatThrownBy(() -> image.checkRange(bad[0], bad[1]))
          .isInstanceOfSatisfying(
              CorruptImageException.class,
              e -> {
                assertThat(e.problem())
                    .isEqualTo("range leaves the image: length=" + bad[1] + ", limit=" + LENGTH);
                assertThat(e.offset()).isEqualTo(bad[0]);
                assertThat(e.file()).isEqualTo("x.img");
              });
    }
  }

  @Test
  void slotsOfFourBytesCountUnits() {
    image.setLinking(HeaderLayout.COMPACT_WIDTH, 0, 64, 96);
    assertThat(image.pointerWidth()).isEqualTo(4);
    assertThat(image.objectsStart()).isEqualTo(64);
    assertThat(image.objectsEnd()).isEqualTo(96);
    assertThat(image.slotOffset(40, 3)).isEqualTo(52);
    image.putInt(8, 0xFFFFFFFF);
    assertThat(image.getSlot(8)).isEqualTo(0xFFFFFFFFL * 8);
    assertThat(image.getSlotOrEmpty(8)).isEqualTo(0xFFFFFFFFL * 8);
    assertThat(image.isEmptySlot(8)).isFalse();
    image.putInt(8, 0);
    assertThat(image.getSlotOrEmpty(8)).isZero();
    assertThat(image.isEmptySlot(8)).isTrue();
  }

  @Test
  void slotsOfEightBytesAreRelativeToTheLinkBase() {
    image.setLinking(HeaderLayout.ADDRESS_WIDTH, 0x1000, 64, 96);
    assertThat(image.pointerWidth()).isEqualTo(8);
    assertThat(image.linkBase()).isEqualTo(0x1000);
    assertThat(image.slotOffset(40, 3)).isEqualTo(64);
    image.putLong(8, 0x1000 + 80);
    assertThat(image.getSlot(8)).isEqualTo(80);
    assertThat(image.getSlotOrEmpty(8)).isEqualTo(80);
    assertThat(image.isEmptySlot(8)).isFalse();
    // What names nothing is zero, whatever the base.
    image.putLong(8, 0);
    assertThat(image.getSlot(8)).isEqualTo(-0x1000);
    assertThat(image.getSlotOrEmpty(8)).isZero();
    assertThat(image.isEmptySlot(8)).isTrue();
    // The upper half alone.
    image.putLong(8, 1L << 32);
    assertThat(image.isEmptySlot(8)).isFalse();
  }

  /** Says of each type word that it stands for a list, if it is 7. */
  private static final class Words implements TypeWords {
    final AtomicInteger waits = new AtomicInteger();

    @Override
    public int kind(long typeWord, long offset) {
      return typeWord == 7 ? TypeCode.LIST : -1;
    }

    @Override
    public int kindWithoutLinking(long typeWord, long offset) {
      return typeWord == 7 ? TypeCode.TUPLE : -1;
    }

    @Override
    public void awaitLinking() {
      waits.incrementAndGet();
    }
  }

  private static void assertUnknown(Runnable use, String found) {
    assertThatThrownBy(use::run)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).startsWith("unknown type code: found=" + found);
              assertThat(e.offset()).isEqualTo(16);
            });
  }

  @Test
  void otherTypeWordsAreLookedUp() {
    assertThat(image.typeWordLimit()).isEqualTo(TypeCode.LIMIT);
    assertUnknown(() -> image.kindOf(7, 16), "0x7");
    assertUnknown(() -> image.kindWithoutLinking(7, 16), "0x7");
    // Nobody links, so that there is nothing to wait for.
    assertThatCode(image::awaitLinking).doesNotThrowAnyException();
    Words words = new Words();
    image.setTypeWords(words);
    assertThat(image.isInPlace()).isFalse();
    assertThat(image.kindOf(7, 16)).isEqualTo(TypeCode.LIST);
    assertThat(image.kindWithoutLinking(7, 16)).isEqualTo(TypeCode.TUPLE);
    assertUnknown(() -> image.kindOf(0x800, 16), "0x800");
    assertUnknown(() -> image.kindWithoutLinking(0x800, 16), "0x800");
    image.awaitLinking();
    assertThat(words.waits).hasValue(1);
  }

  @Test
  void inPlaceEveryTypeWordIsLookedUpAndSlotsAreAddresses() {
    image.setLinking(HeaderLayout.ADDRESS_WIDTH, 0, 64, 96);
    image.setInPlace(new Words(), 0x7000_0000_0000L);
    assertThat(image.isInPlace()).isTrue();
    assertThat(image.typeWordLimit()).isZero();
    assertThat(image.linkBase()).isEqualTo(0x7000_0000_0000L);
    image.putLong(8, 0x7000_0000_0050L);
    assertThat(image.getSlot(8)).isEqualTo(0x50);
    // What stands there now, not what was read before it was linked.
    image.putLong(16, 0x999);
    assertUnknown(() -> image.kindOf(0x800, 16), "0x999");
  }

  @Test
  void interpretersHandlesAndObjectsAreByTypeCode() {
    String problem = "image was mapped without a type table, MapOptions.types gives it one: x.img";
    assertThatThrownBy(() -> image.typeHandle(TypeCode.LIST, 16))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(problem);
    assertThatThrownBy(() -> image.typeObject(TypeCode.LIST, 16))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(problem);
    long[] handles = new long[TypeCode.LIMIT];
    Object[] objects = new Object[TypeCode.LIMIT];
    handles[TypeCode.LIST] = 0x500;
    handles[TypeCode.RECORD] = 0x600;
    objects[TypeCode.LIST] = "list";
    objects[TypeCode.RECORD] = "record";
    image.setTypes(handles, objects);
    assertThat(image.typeHandle(TypeCode.LIST, 16)).isEqualTo(0x500);
    assertThat(image.typeHandle(TypeCode.RECORD, 16)).isEqualTo(0x600);
    assertThat(image.typeObject(TypeCode.LIST, 16)).isEqualTo("list");
    assertThat(image.typeObject(TypeCode.RECORD, 16)).isEqualTo("record");
    assertThat(image.typeObject(TypeCode.TUPLE, 16)).isNull();
    assertThatThrownBy(() -> image.typeHandle(TypeCode.TUPLE, 16))
        .isInstanceOf(CorruptImageException.class)
        .hasMessage("type is not listed in TYPES: tuple, offset=0x10, file=x.img");
  }

  @Test
  void whatIsMadeOnceIsTheSameEachTime() {
    assertThat(image.state()).isNotNull().isSameAs(image.state());
    buffer.putInt(HeaderLayout.INTERNED_COUNT_OFFSET, 0);
    assertThat(image.internedTexts()).isNotNull().isSameAs(image.internedTexts());
    assertThat(image.maxObjects()).isEqualTo(Long.MAX_VALUE);
    assertThat(image.maxDepth()).isEqualTo(Integer.MAX_VALUE);
    image.setBudget(5, 6);
    assertThat(image.maxObjects()).isEqualTo(5);
    assertThat(image.maxDepth()).isEqualTo(6);
  }

  @Test
  void bytesThatSomeoneElseOwnsAreThoseFromPositionToLimit() {
    ByteBuffer other = ByteBuffer.wrap(buffer.array()).position(8).limit(40);
    ImageBytes bytes = ImageBytes.of(other);
    assertThat(bytes.length()).isEqualTo(32);
    assertThat(bytes.getShort(0)).isEqualTo((short) 0x8988);
    assertThat(bytes.path()).isNull();
    assertThat(bytes.file()).isEqualTo("buffer of 32 bytes");
    assertThat(other.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(other.position()).isEqualTo(8);
    assertThatThrownBy(() -> bytes.putInt(0, 1))
        .isInstanceOf(java.nio.ReadOnlyBufferException.class);
    // Of bytes that are in no file messages name none.
    assertThatThrownBy(() -> bytes.checkRange(32, 1))
        .isInstanceOfSatisfying(CorruptImageException.class, e -> assertThat(e.file()).isNull());
  }

  @Test
  void readAnewNothingIsKnown() {
    image.setLinking(HeaderLayout.ADDRESS_WIDTH, 0x1000, 64, 96);
    ImageBytes again = image.again();
    assertThat(again.getInt(5)).isEqualTo(image.getInt(5));
    assertThat(again.path()).isEqualTo(image.path());
    assertThat(again.objectsEnd()).isZero();
    assertThat(again.linkBase()).isZero();
    image.close();
    assertThat(again.getInt(5)).isEqualTo(0x88878685);
  }

  @Test
  void slicesAreReadOnlyUnlessAskedFor() {
    ByteBuffer slice = image.slice(4, 8);
    assertThat(slice.isReadOnly()).isTrue();
    assertThat(slice.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(slice.remaining()).isEqualTo(8);
    assertThat(slice.getShort(0)).isEqualTo((short) 0x8584);
    ByteBuffer writable = image.writableSlice(4, 8);
    assertThat(writable.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(writable.remaining()).isEqualTo(8);
    writable.putInt(0, 0x11223344);
    assertThat(image.getInt(4)).isEqualTo(0x11223344);
    ByteBuffer readOnly = ImageBytes.of(buffer).slice(4, 8);
    assertThat(readOnly.isReadOnly()).isTrue();
    assertThat(readOnly.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void closedImageRefusesEveryUseAndClosesItsArenaOnce() {
    AtomicInteger closed = new AtomicInteger();
    ImageBytes bytes = ImageBytes.of(Path.of("y.img"), buffer, closed::incrementAndGet);
    bytes.close();
    bytes.close();
    assertThat(closed).hasValue(1);
    for (Runnable use :
        List.<Runnable>of(
            bytes::checkOpen,
            bytes::buffer,
            () -> bytes.getLong(0),
            () -> bytes.readByte(0),
            () -> bytes.getBytes(0, new byte[1], 0, 1),
            () -> bytes.slice(0, 1))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("image is closed: y.img");
    }
    assertThatCode(image::checkOpen).doesNotThrowAnyException();
  }

  @Test
  void arenaThatDoesNotCloseNowClosesLater() {
    AtomicInteger tries = new AtomicInteger();
    ImageBytes bytes =
        ImageBytes.of(
            Path.of("y.img"),
            buffer,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("busy");
              }
            });
    assertThatThrownBy(bytes::close).isInstanceOf(IllegalStateException.class).hasMessage("busy");
    assertThatThrownBy(bytes::checkOpen).hasMessage("image is closed: y.img");
    bytes.close();
    bytes.close();
    assertThat(tries).hasValue(2);
  }

  @Test
  void fileIsMappedAsItIs(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("z.img"), buffer.array());
    ImageBytes read = ImageBytes.map(file);
    assertThat(read.length()).isEqualTo(LENGTH);
    assertThat(read.getInt(5)).isEqualTo(0x88878685);
    assertThat(read.file()).isEqualTo(file.toString());
    try (FileChannel channel = FileChannel.open(file)) {
      ImageBytes mapped = ImageBytes.map(file, channel, FileChannel.MapMode.READ_ONLY);
      assertThat(mapped.getInt(5)).isEqualTo(0x88878685);
      mapped.close();
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ImageBytes own = ImageBytes.map(file, channel, FileChannel.MapMode.PRIVATE);
      own.putInt(0, 1);
      assertThat(own.getInt(0)).isEqualTo(1);
      assertThat(read.getInt(0)).isEqualTo(0x83828180);
      own.close();
    }
    assertThatThrownBy(() -> ImageBytes.map(folder.resolve("none.img")))
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> ImageBytes.map(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void threadThatIsInterruptedMapsAllTheSameAndStaysInterrupted(@TempDir Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("z.img"), buffer.array());
    Thread.currentThread().interrupt();
    try {
      assertThat(ImageBytes.map(file).getInt(5)).isEqualTo(0x88878685);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void pathOfAnotherFileSystemIsRefused(@TempDir Path folder) throws Exception {
    assertThat(ImageBytes.toFile(folder)).isEqualTo(folder.toFile());
    URI zip = URI.create("jar:" + folder.resolve("a.zip").toUri());
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThatThrownBy(() -> ImageBytes.toFile(files.getPath("/x.img")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "not on the default file system, images can only lie there: file=jar:")
          .hasMessageEndingWith("x.img");
    }
    assertThatThrownBy(() -> ImageBytes.toFile(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void typesOfRecordsComeFirst() {
    buffer.order(ByteOrder.LITTLE_ENDIAN).putInt(HeaderLayout.SECTION_COUNT_OFFSET, 0);
    image.setTypes(new long[TypeCode.LIMIT], new Object[TypeCode.LIMIT]);
    image.state().setRecordTypes(new long[] {0x700}, new Object[] {"r"});
    // The image has no such type.
    image.putInt(16 + ObjectLayout.SIZE_OFFSET, 0);
    assertThatThrownBy(() -> image.typeHandle(TypeCode.RECORD, 16))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageStartingWith("unknown type of record: expected below 0");
    assertThatThrownBy(() -> image.typeObject(TypeCode.RECORD, 16))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageStartingWith("unknown type of record: expected below 0");
  }
}
