package org.marshalimage.cli;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.stream.PycFile;

/**
 * A coverage-guided fuzzer on archives as {@code build} reads them; {@code help/tests.md} says how
 * to run it. What is wrong with one is a fault or an exception with a reason, and costs little.
 */
class ArchiveFuzzTest {
  private static final long MAX_ALLOCATED = 2L * PycBytes.MAX_LENGTH + (64 << 20);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static Path file;
  private static long inputs;
  private static long entries;
  private static long read;
  private static long faults;

  static Stream<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    byte[] pyc = Files.readAllBytes(TestData.path("streams/3.13/none.pyc"));
    for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
      for (String name : new String[] {"a.pyc", "../a.pyc", "p/__pycache__/b.cpython-313.pyc"}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
          for (String each : new String[] {name, "p/__init__.pyc", "readme"}) {
            ZipEntry entry = new ZipEntry(each);
            entry.setMethod(method);
            CRC32 crc = new CRC32();
            crc.update(pyc);
            entry.setCrc(crc.getValue());
            entry.setSize(pyc.length);
            zip.putNextEntry(entry);
            zip.write(pyc);
          }
        }
        seeds.add(bytes.toByteArray());
      }
    }
    return seeds.stream();
  }

  @BeforeAll
  static void prepare() throws IOException {
    Path memory = Path.of("/dev/shm");
    file =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "fuzz", ".zip")
            : Files.createTempFile("fuzz", ".zip");
    // Loads the classes, so that what Jazzer does with each is not measured.
    for (byte[] seed : seeds().toList()) {
      read(seed);
    }
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void readsOrRefuses(byte[] archive) throws IOException {
    inputs++;
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    read(archive);
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (allocated > MAX_ALLOCATED) {
      throw new AssertionError("too much allocated: bytes=" + allocated);
    }
  }

  private static void read(byte[] archive) throws IOException {
    Files.write(file, archive);
    try (PycInputs found = new PycInputs(PycInputs.Options.DEFAULT)) {
      found.add(file);
      faults += found.faults().size();
      for (PycInputs.Input input : found.byModule().values().stream().flatMap(List::stream).toList()) {
        entries++;
        if (input.name().module().isEmpty() || input.file().indexOf('\n') >= 0) {
          throw new AssertionError("bad name: " + input);
        }
        try {
          PycFile.parse(input.content().read(), input.file());
          read++;
        } catch (MarshalFormatException | IOException e) {
          if (!Main.describe(e).contains(input.file())) {
            throw new AssertionError("message without the file", e);
          }
        }
      }
    } catch (IOException e) {
      if (Main.describe(e).isEmpty()) {
        throw new AssertionError("no message", e);
      }
    }
  }

  @AfterAll
  static void printTotals() throws IOException {
    Files.deleteIfExists(file);
    System.out.printf(
        "fuzzed: inputs=%,d, entries=%,d, read=%,d, faults=%,d%n", inputs, entries, read, faults);
  }
}
