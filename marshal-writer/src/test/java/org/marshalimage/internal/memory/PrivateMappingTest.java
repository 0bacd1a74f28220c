package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.TypeTable;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.writer.internal.Prelinker;

/** What in-place mapping does where the system refuses. */
class PrivateMappingTest {
  private static final long BASE = 0x2222_0000_0000L;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void copyImage() throws IOException {
    path = directory.resolve("x.img");
    Files.copy(TestData.path("compat/v1/small.img"), path);
  }

  private static PrivateMapping map(Path path, boolean unmapOnClose, NativeCalls calls)
      throws IOException {
    return PrivateMapping.map(path, PrivateMapping.desiredAddress(path), unmapOnClose, calls);
  }

  /** Answers like a system that has nothing to give. */
  private static final class Refusal extends AnsweredCalls {
    final List<String> calls = new ArrayList<>();
    private final int descriptor;

    Refusal(int descriptor) {
      this.descriptor = descriptor;
    }

    @Override
    int open(String name, int flags) {
      calls.add("open");
      return descriptor;
    }

    @Override
    int close(int opened) {
      calls.add("close " + opened);
      return 0;
    }

    @Override
    long mmap(long address, long length, int protection, int flags, int opened, long offset) {
      calls.add("mmap 0x" + Long.toHexString(address));
      return -1;
    }

    @Override
    boolean copyPages(long address, long length) {
      throw new AssertionError();
    }

    @Override
    ImageBytes wrap(Path file, long address, long length, boolean unmapOnClose) {
      throw new AssertionError();
    }
  }

  private static long[] handles() {
    long[] handles = new long[TypeCode.LIMIT];
    for (int code : TypeTable.imageTypes()) {
      handles[code] = 0x1000 + code;
    }
    return handles;
  }

  private void prelink() throws IOException {
    Prelinker.prelink(path, path, new Prelinker.Goal(BASE, handles(), (name, version) -> 0, 7));
  }

  @Test
  void withoutSystemCallsTheJdkMapsWritableFiles() throws Exception {
    byte[] before = Files.readAllBytes(path);
    PrivateMapping mapping = map(path, false, null);
    assertThat(mapping.isByAddress()).isFalse();
    assertThat(mapping.address()).isNotZero();
    try (ImageBytes bytes = mapping.bytes()) {
      ImageHeader header = new ImageHeader(bytes);
      Linker linker =
          new Linker(bytes, header, mapping.address(), handles(), (name, version) -> 0, 7);
      linker.linkAll();
      assertThat(linker.counts().objects()).isEqualTo(header.objectCount());
      long entry = header.sectionStart(SectionLayout.MODULES);
      long segment = bytes.getLong(entry + ModuleLayout.SEGMENT_OFFSET);
      assertThat(ObjectChecks.kind(bytes, ObjectChecks.tableTarget(bytes, segment)))
          .isEqualTo(TypeCode.CODE);
    }
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void whatAsksForNoAddressIsMappedByTheJdkAndStaysAsItIs() throws Exception {
    byte[] before = Files.readAllBytes(path);
    Thread.currentThread().interrupt();
    try {
      PrivateMapping mapping = PrivateMapping.map(path, false);
      assertThat(mapping.isByAddress()).isFalse();
      mapping.bytes().putLong(64, 1);
      assertThat(mapping.bytes().getLong(64)).isEqualTo(1);
      mapping.bytes().close();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(path).hasBinaryContent(before);
  }

  @Test
  void withoutSystemCallsAFileThatIsReadOnlyIsRefusedWithAdvice() {
    assumeTrue(path.toFile().setReadOnly() && !path.toFile().canWrite(), "root may write anything");
    assertThatThrownBy(() -> map(path, false, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("writable")
        .hasMessageContaining("com.github.jnr:jffi")
        .hasMessageContaining("JDK 22")
        .hasMessageContaining(path.toString());
  }

  @Test
  void refusalsAreReportedAndNothingIsLeftOpen() throws Exception {
    prelink();
    Refusal noMemory = new Refusal(7);
    assertThatThrownBy(() -> map(path, false, noMemory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mmap failed")
        .hasMessageContaining(path.toString());
    assertThat(noMemory.calls)
        .containsExactly("open", "mmap 0x222200000000", "mmap 0x0", "mmap 0x0", "close 7");
    Refusal noFile = new Refusal(-1);
    assertThatThrownBy(() -> map(path, false, noFile))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot open");
    assertThat(noFile.calls).containsExactly("open");
  }

  @Test
  void addressesThatAreNotToBeHadAreNotInsistedOn() throws Exception {
    for (long base : new long[] {4096, 0x7FFF_FFFF_0000L, BASE, 1L << 46}) {
      Files.copy(
          TestData.path("compat/v1/small.img"),
          path,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Prelinker.prelink(path, path, new Prelinker.Goal(base, handles(), (name, version) -> 0, 7));
      PrivateMapping mapping = PrivateMapping.map(path, false);
      try (ImageBytes bytes = mapping.bytes()) {
        ImageHeader header = new ImageHeader(bytes);
        Linker linker =
            new Linker(bytes, header, mapping.address(), handles(), (name, version) -> 0, 7);
        linker.linkAll();
        assertThat(linker.isPrelinked()).isEqualTo(mapping.address() == base);
      }
    }
  }

  @Test
  void whatIsNoImageIsRefusedAsEver() throws Exception {
    for (int length : new int[] {0, 1, 39, 127}) {
      Files.write(path, new byte[length]);
      try (ImageBytes bytes = PrivateMapping.map(path, false).bytes()) {
        assertThat(bytes.length()).isEqualTo(length);
      }
    }
    assertThatThrownBy(() -> PrivateMapping.map(directory.resolve("absent"), false))
        .isInstanceOf(IOException.class);
  }
}
