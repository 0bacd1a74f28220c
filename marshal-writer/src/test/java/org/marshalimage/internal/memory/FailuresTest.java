package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.UnsupportedImageVersionException;

/** What errors say: what is wrong, what was expected and found, where, and last the file. */
class FailuresTest {
  private static final Path PATH = Path.of("x.img");

  private final ImageBytes image = ImageBytes.of(PATH, ByteBuffer.allocate(64), null);
  private final ImageBytes other = ImageBytes.of(ByteBuffer.allocate(32));

  private static void assertSays(
      Throwable failure, Class<? extends Throwable> type, String message) {
    assertThat(failure).isExactlyInstanceOf(type).hasMessage(message);
  }

  private static void assertCorrupt(Throwable failure, String message) {
    assertSays(failure, CorruptImageException.class, message);
  }

  @Test
  void damageIsSaidWithItsOffsetAndFile() {
    image.setLinking(4, 0, 0x10, 0x30);
    assertCorrupt(Failures.corrupt(image, "odd", 0x20), "odd, offset=0x20, file=x.img");
    // Of a buffer there is no file to name.
    assertCorrupt(Failures.corrupt(other, "odd", 0x20), "odd, offset=0x20");
    assertCorrupt(
        Failures.field(image, "width", 4, 5, 8),
        "bad width: expected=4, found=5, offset=0x8, file=x.img");
    assertCorrupt(
        Failures.type(image, "names", TypeCode.TUPLE, TypeCode.LIST, 8),
        "bad type of names: expected=tuple, found=0x5b (list), offset=0x8, file=x.img");
    assertCorrupt(
        Failures.unknownType(image, TypeCode.LIST, 8),
        "unknown type code: found=0x5b (list), offset=0x8, file=x.img");
    assertCorrupt(
        Failures.unknownRecordType(image, -1, 3, 0x10),
        "unknown type of record: expected below 3, found=4294967295, offset=0x20, file=x.img");
    assertCorrupt(
        Failures.slot(image, 0x44, 8),
        "slot leads to no object: target=0x44, objects=0x10..0x30, alignment=8, offset=0x8,"
            + " file=x.img");
    assertCorrupt(
        Failures.overlap(image, 5, 6, 8),
        "objects overlap: expected at most 5 bytes in all, found=6, offset=0x8, file=x.img");
    assertCorrupt(
        Failures.range(image, 8, 99),
        "range leaves the image: length=99, limit=64, offset=0x8, file=x.img");
    assertCorrupt(
        Failures.unboundType(image, TypeCode.LIST, 8),
        "type is not listed in TYPES: list, offset=0x8, file=x.img");
    assertCorrupt(
        Failures.number(image, "code objects", 5, 4, 8),
        "number is none of the image's code objects: found=5, count=4, offset=0x8, file=x.img");
    assertCorrupt(
        Failures.checksum(image, "header", 0xAB, 0xCD, 8),
        "checksum of header is off: expected=0xab, found=0xcd, offset=0x8, file=x.img");
    assertCorrupt(Failures.notAnImage(image, "empty"), "empty, file=x.img");
    assertCorrupt(Failures.changed(image), "file changed while it was checked, file=x.img");
    assertSays(
        Failures.unsupported(image, "version 9", 12),
        UnsupportedImageVersionException.class,
        "version 9, offset=0xc, file=x.img");
  }

  @Test
  void pageThatCannotBeReadIsTheCause() {
    InternalError fault = new InternalError("fault");
    RuntimeException failure = Failures.unreadable(image, fault);
    assertCorrupt(
        failure,
        "file was cut while it was mapped, or cannot be read: mapped length=64, file=x.img");
    assertThat(failure).hasCause(fault);
  }

  @Test
  void whatTheCallerHasToDoOtherwiseIsSaid() {
    Class<IllegalStateException> state = IllegalStateException.class;
    Class<IllegalArgumentException> argument = IllegalArgumentException.class;
    Class<UnsupportedOperationException> operation = UnsupportedOperationException.class;
    assertSays(Failures.closed(image), state, "image is closed: x.img");
    assertSays(
        Failures.notPinned(image, 5, 8),
        state,
        "count is not pinned, number unknown: count=5, offset=0x8, file=x.img");
    assertSays(
        Failures.noTypes(image),
        state,
        "image was mapped without a type table, MapOptions.types gives it one: x.img");
    assertSays(
        Failures.noResolver(image),
        state,
        "image was mapped without a resolver, MapOptions.externals gives it one: x.img");
    assertSays(
        Failures.notInPlace(image, "retain"),
        operation,
        "retain needs an image mapped in place, MapOptions.inPlace: x.img");
    assertSays(
        Failures.notCode(image, "r", TypeCode.LIST, 8),
        state,
        "root is no code object, root() returns it: found=list, root=r, offset=0x8, file=x.img");
    assertSays(
        Failures.cannotUnmap(PATH),
        operation,
        "MapOptions.unmapOnClose needs JDK 22 or newer, on older ones the collector unmaps: found="
            + Runtime.version().feature()
            + ", file=x.img");
    assertSays(
        Failures.noPath(other), operation, "no file, the image is that of a buffer of 32 bytes");
    assertSays(
        Failures.notOfBuffer(other, "cannot unmap"), argument, "cannot unmap: buffer of 32 bytes");
    assertSays(
        Failures.index(5, 4), IndexOutOfBoundsException.class, "no such item: index=5, size=4");
    assertSays(
        Failures.otherImage(image, other),
        argument,
        "view of another image: expected=x.img, found=buffer of 32 bytes");
    assertSays(Failures.notOnPath(image), argument, "image is not on the path: x.img");
    assertSays(
        Failures.notOf(image, "strings", TypeCode.LIST, 8),
        argument,
        "table is of strings: found=list, offset=0x8, file=x.img");
    assertSays(Failures.attaching(image, "twice", 8), state, "twice: offset=0x8, file=x.img");
    assertSays(
        Failures.tooLarge(PATH, 1L << 31),
        IOException.class,
        "image is too large: length=2147483648, max=2147483647, file=x.img");
    assertSays(Failures.bug("cannot be", null), AssertionError.class, "cannot be");
  }

  @Test
  void writeThatWasInterruptedSaysSo() {
    for (IOException cause :
        new IOException[] {new ClosedByInterruptException(), new FileLockInterruptionException()}) {
      IOException failure = Failures.writing(PATH, cause);
      assertSays(
          failure, InterruptedIOException.class, "interrupted, nothing is written: file=x.img");
      assertThat(failure).hasCause(cause);
      IOException wrapped = new IOException("while writing", cause);
      assertSays(
          Failures.writing(PATH, wrapped),
          InterruptedIOException.class,
          "interrupted, nothing is written: file=x.img");
    }
    IOException full = new IOException("no space left");
    assertThat(Failures.writing(PATH, full)).isSameAs(full);
    IOException closed = new IOException("while writing", new ClosedChannelException());
    assertThat(Failures.writing(PATH, closed)).isSameAs(closed);
    IOException odd = new IOException("while writing", new IllegalStateException());
    assertThat(Failures.writing(PATH, odd)).isSameAs(odd);
  }

  @Test
  void pathThatIsNoFileSaysWhereImagesLie() {
    RuntimeException cause = new UnsupportedOperationException();
    RuntimeException failure = Failures.noFile(PATH, cause);
    assertSays(
        failure,
        IllegalArgumentException.class,
        "not on the default file system, images can only lie there: file=" + PATH.toUri());
    assertThat(failure).hasCause(cause);
    RuntimeException another = new ProviderMismatchException();
    assertThat(Failures.noFile(PATH, another)).isSameAs(another);
  }
}
