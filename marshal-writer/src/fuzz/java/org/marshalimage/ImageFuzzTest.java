package org.marshalimage;

import org.marshalimage.writer.ImageWriter;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.stream.PycFile;

/**
 * A coverage-guided fuzzer on whole images; {@code help/tests.md} says how to run it. The first
 * byte says what is made to fit before the image is mapped, since else no change would get past the
 * header's checksum, and how it is mapped; the others are the file, or edits of a sound one, so that
 * most of what is tried gets far.
 */
class ImageFuzzTest {
  private static final int SEAL = 1;
  private static final int FRONT = 2;
  private static final int IN_PLACE = 4;
  private static final int CHECKSUMS = 8;
  private static final int LINK_ALL = 16;
  private static final int EDIT = 32;

  /** Bytes of an edit: where, how, what. */
  private static final int EDIT_SIZE = 6;

  private static final int LARGEST_STREAM = 120;
  private static final int COLLECT_EVERY = 2000;
  private static final long MAX_ALLOCATED = 64L << 20;
  private static final long MAX_CPU_NANOS = 2_000_000_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static List<byte[]> sources = List.of();
  private static Path file;
  private static MarshalFormatException refusal;
  private static long inputs;
  private static long refused;
  private static long sound;
  private static long read;
  private static long largestAllocation;

  /** Small images, the damaged ones of testdata, and one of each type: in the main ways to map. */
  static Stream<byte[]> seeds() throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (Path image : TestData.files("corrupt", ".img")) {
      images.add(Files.readAllBytes(image));
    }
    int damaged = images.size();
    images.add(Files.readAllBytes(TestData.path(ImageFiles.SOUND)));
    Path directory = Files.createTempDirectory("seeds");
    for (Path pyc : TestData.files("streams/3.13", ".pyc")) {
      if (Files.size(pyc) <= LARGEST_STREAM) {
        images.add(Files.readAllBytes(TestImages.of(directory, PycFile.read(pyc).root())));
      }
    }
    images.add(Files.readAllBytes(TestImages.of(directory, TestImages.code("f"))));
    images.add(Files.readAllBytes(TestImages.of(directory, TestImages.state())));
    Path linked = directory.resolve("linked.img");
    ImageWriter.prelink(
        directory.resolve("values.img"), linked, 1L << 45, TypeTable.standard());
    images.add(Files.readAllBytes(linked));
    sources = List.copyOf(images.subList(damaged, images.size()));
    byte[] edits = new byte[1 + 2 * EDIT_SIZE];
    return Stream.concat(
        IntStream.range(0, sources.size())
            .mapToObj(
                index -> {
                  byte[] seed = prefixed(EDIT | SEAL | (index % 2) * (IN_PLACE | LINK_ALL), edits);
                  seed[1] = (byte) index;
                  return seed;
                }),
        images.stream()
        .flatMap(
            image ->
                Stream.of(0, SEAL | FRONT, SEAL | FRONT | IN_PLACE, SEAL | LINK_ALL | IN_PLACE)
                    .map(mode -> prefixed(mode, image))));
  }

  private static byte[] prefixed(int mode, byte[] image) {
    byte[] seed = new byte[1 + image.length];
    seed[0] = (byte) mode;
    System.arraycopy(image, 0, seed, 1, image.length);
    return seed;
  }

  /** Loads the classes, so that what Jazzer does with each is not measured. */
  @BeforeAll
  static void prepare() throws IOException {
    Path memory = Path.of("/dev/shm");
    file =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "fuzz", ".img")
            : Files.createTempFile("fuzz", ".img");
    for (byte[] seed : seeds().toList()) {
      try {
        check(seed);
      } catch (AssertionError e) {
        // Comes again, if it is more than the loading, when the seed is tried.
      }
    }
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] input) throws IOException {
    check(input);
  }

  @AfterAll
  static void printTotals() throws IOException {
    Files.deleteIfExists(file);
    System.out.printf(
        "fuzzed: inputs=%,d, not mapped=%,d, sound=%,d, read to the end=%,d, largest allocation"
            + " of a call=%,d bytes%n",
        inputs, refused, sound, read, largestAllocation);
  }

  private static void check(byte[] input) throws IOException {
    int mode = input.length == 0 ? 0 : input[0];
    ByteBuffer image =
        (mode & EDIT) != 0 && input.length > 1
            ? edited(input)
            : ByteBuffer.wrap(Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
    image.order(ByteOrder.LITTLE_ENDIAN);
    if ((mode & FRONT) != 0) {
      putFront(image);
    }
    if ((mode & SEAL) != 0) {
      seal(image);
    }
    // Another file each time: the one before may still be mapped, and must not be cut.
    Files.deleteIfExists(file);
    Files.write(file, image.array());
    if (++inputs % COLLECT_EVERY == 0) {
      // Before JDK 22 that is what unmaps.
      System.gc();
    }
    VerifyReport report = measured(() -> MarshalImage.verify(file, 20));
    for (Finding finding : report.findings()) {
      if (finding.path().isEmpty() || finding.problem().isEmpty()) {
        throw new AssertionError("finding that says nothing: " + finding);
      }
    }
    sound += report.isSound() ? 1 : 0;
    boolean wasRead = readAll(mode);
    if (report.isSound() && !wasRead) {
      throw new AssertionError("sound, but not readable in mode " + mode, refusal);
    }
    read += wasRead ? 1 : 0;
  }

  /** Applies edits to a sound image: bytes, halves, slots, and words of elsewhere. */
  private static ByteBuffer edited(byte[] input) {
    byte[] source = sources.get((input[1] & 0xFF) % sources.size());
    ByteBuffer image = ByteBuffer.wrap(source.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 2; at + EDIT_SIZE <= input.length; at += EDIT_SIZE) {
      int words = image.capacity() / Long.BYTES;
      int word = ((input[at] & 0xFF | (input[at + 1] & 0xFF) << 8) % words) * Long.BYTES;
      int how = input[at + 2] & 0xFF;
      int value = input[at + 3] & 0xFF | (input[at + 4] & 0xFF) << 8 | input[at + 5] << 16;
      switch (how % 6) {
        case 1 -> image.put(word + (how >> 3) % Long.BYTES, (byte) value);
        case 2 -> image.putInt(word + (how >> 3) % 2 * Integer.BYTES, value);
        case 3 -> image.putLong(word, (long) value * Long.BYTES);
        case 4 -> image.putLong(word, image.getLong((value & 0xFFFF) % words * Long.BYTES));
        case 5 -> image.putShort(word + (how >> 3) % 4 * Short.BYTES, (short) value);
        default -> {
          // Nothing: what a seed begins with.
        }
      }
    }
    return image;
  }

  private static void putFront(ByteBuffer image) {
    if (image.capacity() >= HeaderLayout.SECTIONS_OFFSET) {
      image.putLong(HeaderLayout.MAGIC_OFFSET, HeaderLayout.MAGIC);
      image.putInt(HeaderLayout.BYTE_ORDER_OFFSET, HeaderLayout.BYTE_ORDER_MARK);
      image.putInt(HeaderLayout.VERSION_OFFSET, HeaderLayout.VERSION);
      image.putInt(
          HeaderLayout.POINTER_WIDTH_OFFSET,
          image.getInt(HeaderLayout.POINTER_WIDTH_OFFSET) % 2 == 0
              ? HeaderLayout.COMPACT_WIDTH
              : HeaderLayout.ADDRESS_WIDTH);
      int count = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
      int sections =
          Math.max(SectionLayout.COUNT, Math.min(SectionLayout.LAST, count));
      image.putInt(HeaderLayout.SECTION_COUNT_OFFSET, sections);
      image.putInt(
          HeaderLayout.HEADER_LENGTH_OFFSET,
          HeaderLayout.SECTIONS_OFFSET + sections * SectionLayout.SIZE);
      image.putLong(HeaderLayout.LENGTH_OFFSET, image.capacity());
    }
  }

  private static void seal(ByteBuffer image) {
    int front = HeaderLayout.SECTIONS_OFFSET + SectionLayout.COUNT * SectionLayout.SIZE;
    if (image.capacity() < front) {
      return;
    }
    int entry = HeaderLayout.SECTIONS_OFFSET + (SectionLayout.MODULES - 1) * SectionLayout.SIZE;
    long start = image.getLong(entry + SectionLayout.START_OFFSET);
    long length = image.getLong(entry + SectionLayout.LENGTH_OFFSET);
    int headerLength = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    if (start >= 0
        && length >= 0
        && length % ModuleLayout.SIZE == 0
        && start <= image.capacity() - length
        && headerLength >= front
        && headerLength <= image.capacity()) {
      ImageFiles.sealAll(image);
    }
  }

  /** A call of the library, which is held to some memory and some time. */
  private interface Call<T> {
    T run() throws IOException;
  }

  private static <T> T measured(Call<T> call) throws IOException {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return call.run();
    } finally {
      allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      cpu = THREADS.getCurrentThreadCpuTime() - cpu;
      largestAllocation = Math.max(largestAllocation, allocated);
      if (allocated > MAX_ALLOCATED) {
        throw new AssertionError("too much allocated: bytes=" + allocated);
      }
      if (cpu > MAX_CPU_NANOS) {
        throw new AssertionError("too slow: nanoseconds=" + cpu);
      }
    }
  }

  /** Reads all that modules lead to in every way; returns whether nothing was refused. */
  private static boolean readAll(int mode) throws IOException {
    MapOptions.Builder options = MapOptions.builder().types(TypeTable.standard());
    if ((mode & IN_PLACE) != 0) {
      options.inPlace();
    }
    options.checksums((mode & CHECKSUMS) != 0);
    boolean whole = true;
    try (MarshalImage image = MarshalImage.map(file, options.build())) {
      if ((mode & (IN_PLACE | LINK_ALL)) == (IN_PLACE | LINK_ALL)) {
        whole = allowed(image::linkAll);
      }
      for (int i = 0; i < image.internedCount(); i++) {
        int number = i;
        whole &= allowed(() -> image.internNumber(image.intern(number).toString()));
      }
      for (int i = 0; i < image.moduleCount(); i++) {
        int index = i;
        whole &= allowed(() -> readModule(image, image.modules().get(index)));
      }
    } catch (MarshalFormatException e) {
      refusal = e;
      refused++;
      return false;
    }
    return whole;
  }

  private static boolean allowed(Runnable part) {
    try {
      part.run();
      return true;
    } catch (MarshalFormatException e) {
      refusal = e;
      return false;
    }
  }

  private static void readModule(MarshalImage image, ImageModule module) {
    module.source().toString();
    module.isPackage();
    module.pythonVersion().toString();
    image.findModule(module.name());
    image.findModule(module.name() + "?");
    boolean whole =
        allowed(() -> Walks.views(module.root(), ImageFuzzTest::readView))
            & allowed(() -> Walks.cursor(image, module.rootOffset()));
    try {
      measured(() -> module.root().toValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!whole) {
      // What the walks met is met again.
      Walks.views(module.root(), ImageFuzzTest::readView);
      Walks.cursor(image, module.rootOffset());
    }
  }

  private static void readView(ImageObject object) {
    object.typeHandle();
    object.type();
    try {
      object.objectNumber();
    } catch (IllegalStateException e) {
      if (!e.getMessage().startsWith("count is not pinned")) {
        throw e;
      }
    }
    object.toString();
    if (object instanceof StrView text) {
      text.stringHashCode();
      text.contentEquals("x");
      text.isInterned();
      text.internNumber();
    } else if (object instanceof BytesView bytes) {
      bytes.buffer();
      bytes.toByteArray();
      bytes.number();
    } else if (object instanceof IntView integer) {
      integer.bigValue();
      integer.isPython2Long();
    } else if (object instanceof RecordView record) {
      record.recordType();
      record.repetitions();
      record.bytes();
      for (int i = 0; i < record.slotCount(); i++) {
        record.kind(i);
      }
    } else if (object instanceof ExternalView external) {
      external.name();
    } else if (object instanceof CodeView code) {
      code.bytecode();
      code.varnames();
      code.cellvars();
      code.freevars();
      code.codeNumber();
      code.pythonVersion();
      code.localCount();
      code.stackSize();
    }
  }
}
