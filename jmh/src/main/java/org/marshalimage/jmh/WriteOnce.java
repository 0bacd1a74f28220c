package org.marshalimage.jmh;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;

/**
 * Builds one image, and says what that took of the heap: a process that {@link WriteSpeed} runs.
 */
final class WriteOnce {
  /** Between the fields of a line that names a module. */
  static final String SEPARATOR = "\t";

  private static final int MAX_PAYLOAD = 4_000;
  private static final int ITEMS = 200;

  /** At least what an object has beside its payload. */
  private static final int OVERHEAD = 16;

  private static final Path STATUS = Path.of("/proc/self/status");

  private WriteOnce() {}

  /**
   * Builds an image.
   *
   * @param arguments the image; a file that lists modules; least bytes of graphs to add, about
   */
  public static void main(String[] arguments) throws IOException {
    ImageSummary summary;
    try (ImageWriter writer = ImageWriter.create()) {
      for (String line : Files.readAllLines(Path.of(arguments[1]))) {
        String[] module = line.split(SEPARATOR);
        boolean isPackage = Boolean.parseBoolean(module[2]);
        writer.addModule(module[0], PycFile.read(Path.of(module[1])), isPackage);
      }
      addGraphs(writer, Long.parseLong(arguments[2]));
      summary = writer.write(Path.of(arguments[0]));
    }
    System.out.printf(
        "{\"imageBytes\": %d, \"objects\": %d, \"heapPeak\": %d, \"residentPeak\": %d}%n",
        summary.length(), summary.objects(), heapPeak(), residentPeak());
  }

  private static void addGraphs(ImageWriter writer, long length) {
    SplittableRandom random = new SplittableRandom(WarmTime.SEED);
    long added = 0;
    for (int root = 0; added < length; root++) {
      Value[] entries = new Value[2 * ITEMS];
      for (int i = 0; i < ITEMS; i++) {
        byte[] payload = new byte[random.nextInt(MAX_PAYLOAD)];
        random.nextBytes(payload);
        String text = Long.toHexString(random.nextLong());
        entries[2 * i] = StrValue.of(text + '.' + root, true);
        entries[2 * i + 1] =
            SequenceValue.tuple(
                IntValue.of(random.nextLong()),
                FloatValue.of(random.nextDouble()),
                StrValue.of("text " + text),
                BytesValue.of(payload),
                SequenceValue.list(entries[2 * i], IntValue.of(i)));
        added += payload.length + 3L * text.length() + 8L * OVERHEAD;
      }
      writer.add(String.format("graph.%06d", root), DictValue.dict(entries));
    }
  }

  /** Returns the most bytes that the heap had in use, garbage included; an upper bound. */
  private static long heapPeak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  /** Returns the most bytes of memory that the process had, 0 where that is not told. */
  private static long residentPeak() throws IOException {
    List<String> lines = Files.isReadable(STATUS) ? Files.readAllLines(STATUS) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }
}
