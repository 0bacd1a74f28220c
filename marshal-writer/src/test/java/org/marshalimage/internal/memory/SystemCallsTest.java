package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.HeaderLayout;

/** What the system is asked for, and what is made of its answers. */
class SystemCallsTest {
  private static final long DESIRED = 0x2222_0000_0000L;

  @TempDir Path directory;

  private static PrivateMapping map(Path path, boolean unmapOnClose, NativeCalls calls)
      throws IOException {
    return PrivateMapping.map(path, PrivateMapping.desiredAddress(path), unmapOnClose, calls);
  }

  /** Answers with addresses in turn, and notes what it was asked. */
  private static final class Answers extends AnsweredCalls {
    final List<String> calls = new ArrayList<>();
    private final int descriptor;
    private final long[] addresses;
    private int next;

    Answers(int descriptor, long... addresses) {
      this.descriptor = descriptor;
      this.addresses = addresses;
    }

    @Override
    int open(String path, int flags) {
      calls.add("open " + Path.of(path).getFileName() + ", flags=" + flags);
      return descriptor;
    }

    @Override
    int close(int opened) {
      calls.add("close " + opened);
      return 0;
    }

    @Override
    long mmap(long address, long length, int protection, int flags, int opened, long offset) {
      calls.add(
          String.format(
              "mmap 0x%x, %d, %d, 0x%x, %d, %d",
              address, length, protection, flags, opened, offset));
      return addresses[next++];
    }

    @Override
    boolean copyPages(long address, long length) {
      calls.add(String.format("copy 0x%x, %d", address, length));
      return length != 1 << 25;
    }

    @Override
    ImageBytes wrap(Path path, long address, long length, boolean unmapOnClose) {
      calls.add(String.format("wrap 0x%x, %d, %s", address, length, unmapOnClose));
      return ImageBytes.of(path, ByteBuffer.allocate((int) length), null);
    }
  }

  private Path file(int length, long base) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    if (length >= HeaderLayout.SECTIONS_OFFSET) {
      bytes.putLong(HeaderLayout.LINK_BASE_OFFSET, base);
    }
    return Files.write(directory.resolve("x.img"), bytes.array());
  }

  /** Flags of a private mapping at an address and nowhere else. */
  private static String there() {
    return System.getProperty("os.name").equals("Linux") ? "0x100002" : "0x2";
  }

  @Test
  void addressThatTheHeaderAsksForIsTakenIfItIsFree() throws Exception {
    Answers answers = new Answers(0, DESIRED);
    PrivateMapping mapping = map(file(128, DESIRED), true, answers);
    assertThat(answers.calls)
        .containsExactly(
            "open x.img, flags=0",
            "mmap 0x222200000000, 128, 3, " + there() + ", 0, 0",
            "close 0",
            "wrap 0x222200000000, 128, true");
    assertThat(mapping.address()).isEqualTo(DESIRED);
    assertThat(mapping.isByAddress()).isTrue();
    assertThat(mapping.bytes().length()).isEqualTo(128);
  }

  @Test
  void otherAddressIsTakenIfThatIsNotFree() throws Exception {
    Answers answers = new Answers(5, -1, 0x7000);
    PrivateMapping mapping = map(file(200, DESIRED), false, answers);
    assertThat(answers.calls)
        .containsExactly(
            "open x.img, flags=0",
            "mmap 0x222200000000, 200, 3, " + there() + ", 5, 0",
            "mmap 0x0, 200, 3, 0x2, 5, 0",
            "close 5",
            "wrap 0x7000, 200, false");
    assertThat(mapping.address()).isEqualTo(0x7000);
    assertThat(mapping.isByAddress()).isTrue();
  }

  @Test
  void imageThatAsksForNoAddressGetsAny() throws Exception {
    Answers answers = new Answers(5, 0x7000);
    PrivateMapping mapping = map(file(128, 0), false, answers);
    assertThat(answers.calls)
        .containsExactly(
            "open x.img, flags=0",
            "mmap 0x0, 128, 3, 0x2, 5, 0",
            "close 5",
            "wrap 0x7000, 128, false");
  }

  @Test
  void manyPagesAreCopiedAtOnceFromTheStartOfTheFirstOne() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    Answers answers = new Answers(5, 0x7000);
    PrivateMapping mapping = map(file(9000, 0), false, answers);
    answers.calls.clear();
    assertThat(mapping.copyPages(0, 9000)).isFalse();
    assertThat(answers.calls).isEmpty();
    assertThat(mapping.copyPages(5000, 50_000_000)).isTrue();
    assertThat(mapping.copyPages(4096, 4096 + (1 << 25))).isFalse();
    assertThat(answers.calls).containsExactly("copy 0x8000, 49995904", "copy 0x8000, 33554432");
  }

  @Test
  void whereThereIsNoRoomTheCollectorMayMakeSome() throws Exception {
    Answers answers = new Answers(5, -1, 0x9000);
    assertThat(map(file(200, 0), false, answers).address()).isEqualTo(0x9000);
    Answers interrupted = new Answers(5, -1, 0x9000);
    Thread.currentThread().interrupt();
    try {
      assertThat(map(file(200, 0), false, interrupted).address()).isEqualTo(0x9000);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void whatIsTooShortForAnImageIsMappedWithoutThem() throws Exception {
    Answers answers = new Answers(5);
    PrivateMapping mapping = map(file(127, 0), false, answers);
    assertThat(answers.calls).isEmpty();
    assertThat(mapping.isByAddress()).isFalse();
    assertThat(mapping.bytes().length()).isEqualTo(127);
  }

  @Test
  void addressOfABufferIsWhereItLies() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    long address = DirectBuffers.address(buffer);
    assertThat(address).isNotZero();
    assertThat(DirectBuffers.address(buffer.slice(24, 8))).isEqualTo(address + 24);
  }

  @Test
  void methodsThatAreFoundByNameThrowWhatTheyThrow() {
    assertThat(ByName.callStatic(Math.class, "max", int.class, 3, int.class, 5)).isEqualTo(5);
    assertThat(ByName.call(String.class, "abc", "substring", int.class, 1)).isEqualTo("bc");
    assertThat(ByName.type("java.lang.String")).isEqualTo(String.class);
    assertThatThrownBy(() -> ByName.type("no.such.Type"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no class no.such.Type");
    assertThatThrownBy(() -> ByName.call(String.class, "abc", "substring", int.class, 9))
        .isInstanceOf(StringIndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ByName.call(String.class, "abc", "noSuchMethod"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("not as it is documented")
        .hasCauseInstanceOf(NoSuchMethodException.class);
    RuntimeException own = new IllegalArgumentException();
    assertThat(ByName.unexpected(own)).isSameAs(own);
    Error error = new InternalError();
    assertThatThrownBy(() -> ByName.unexpected(error)).isSameAs(error);
  }
}
