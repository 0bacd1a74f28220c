package org.marshalimage.jmh;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.jmh.peer.LaidOut;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;

/**
 * The images that the benchmarks map. They are made once and kept in a work folder, under names
 * that change with what they are made of.
 *
 * <p>An image is made in a JVM of its own, so that neither the writer's garbage nor its compiled
 * code is about when something else is measured.
 */
final class Corpus {
  static final String STDLIB = "stdlib";
  static final String IMPORTS = "imports";
  static final String IMPORTS_2 = "imports-2.7";

  /** Image of the whole library that the {@link Library#importSet()} is of. */
  static final String IMPORTER = "importer";

  /** Follows the name of an image: the same with slots of 8 bytes, which linking relocates. */
  static final String ADDRESSES = "-addresses";

  /** Follows the name of an image: that with slots of 8 bytes, prelinked for the standard types. */
  static final String PRELINKED = "-prelinked";

  /** Follows the name of an image: the same, laid out by a walk of all its modules. */
  static final String LAID_OUT = "-laid-out";

  /** Images of some modules and filler; the largest is not made where room is scarce. */
  static final String SMALL = "1MB";

  static final String LARGE = "500MB";
  static final String HUGE = "1500MB";

  /** System property: the work folder; by default {@code target/corpus}. */
  static final String FOLDER = "marshalimage.corpus";

  /** The module that is looked at, if it is there: 1,500 lines, with classes and closures. */
  private static final String MODULE = "http.client";

  /** The same, if the library is {@code testdata/pyc}. */
  private static final String TESTDATA_MODULE = "python3_13.classes";

  /** Bytes of {@code .pyc} files in images with filler. */
  private static final long MODULES_LENGTH = 256 << 10;

  private static final Map<String, Long> FILLED_LENGTHS =
      Map.of(SMALL, 1L << 20, LARGE, 500L << 20, HUGE, 1500L << 20);
  private static final long MAX_FILLER_LENGTH = 1 << 20;

  /** What the disk must have room for, beside {@link #HUGE} and the writer's own files. */
  private static final long SPARE_LENGTH = 3L << 30;

  /** An address that Linux has free on every 64-bit machine: far from heaps, stacks and code. */
  private static final long PRELINKED_ADDRESS = 0x2000_0000_0000L;

  /** What chronicle-bytes asks for. The manifest says it too, but counts only under "java -jar". */
  static final List<String> WRITER_OPTIONS =
      List.of(
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED");

  private Corpus() {}

  /** Makes the images of some names that are not there yet. */
  public static void main(String[] arguments) throws IOException {
    for (String name : arguments) {
      Library library = library(name);
      Path target = path(name, library);
      if (!Files.exists(target)) {
        build(name, library, target);
      }
    }
  }

  /** Returns the image of a name, made if it is not there yet. */
  static Path image(String name) throws IOException {
    Path target = path(name, library(name));
    if (!Files.exists(target)) {
      System.out.print(Processes.run(Processes.java(WRITER_OPTIONS, Corpus.class, List.of(name))));
    }
    return target;
  }

  static Library library(String name) throws IOException {
    return switch (base(name)) {
      case IMPORTS -> Library.importSet();
      case IMPORTS_2 -> Library.importSet2();
      case IMPORTER -> Library.find(Library.IMPORTER);
      case STDLIB, SMALL, LARGE, HUGE -> Library.find();
      default -> throw new IllegalArgumentException("no such image: " + name);
    };
  }

  /** Returns the name of an image without what may follow it. */
  static String base(String name) {
    return name.replace(ADDRESSES, "").replace(PRELINKED, "").replace(LAID_OUT, "");
  }

  /** Returns the module to look at; every image has it. */
  static Library.Source module(Library library) {
    return library.files().stream()
        .filter(source -> source.name().equals(MODULE) || source.name().equals(TESTDATA_MODULE))
        .findFirst()
        // Python 2 has neither.
        .orElse(library.files().get(library.files().size() / 2));
  }

  /** Returns the folder that holds the jar or the classes of the benchmarks: {@code target}. */
  static Path target() {
    try {
      Path code = Path.of(Corpus.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return code.toAbsolutePath().getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static void delete(Path folder) throws IOException {
    for (Path file : Interpreter.list(folder, "*")) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Returns the work folder, which is there when an image has been made. */
  static Path folder() {
    String setting = System.getProperty(FOLDER);
    return setting != null ? Path.of(setting) : target().resolve("corpus");
  }

  private static Path path(String name, Library library) throws IOException {
    String base = base(name);
    String what = (FILLED_LENGTHS.containsKey(base) ? base + '-' : "") + library.label();
    String how = name.substring(base.length()) + "-v" + HeaderLayout.VERSION;
    String file = what + how + '-' + library.fingerprint() + ".img";
    return Files.createDirectories(folder()).resolve(file);
  }

  private static void build(String name, Library library, Path target) throws IOException {
    if (library.isTestdata()) {
      System.out.println(
          "No CPython with a compiled standard library is found: the image "
              + name
              + " is made of testdata/pyc, and figures are not those of a standard library.");
    }
    if (name.endsWith(PRELINKED)) {
      Path source = image(base(name) + ADDRESSES);
      ImageWriter.prelink(source, target, PRELINKED_ADDRESS, TypeTable.standard());
      System.out.println("Prelinked " + target);
      return;
    }
    if (name.endsWith(LAID_OUT)) {
      LaidOut.write(image(base(name)), mapped -> ImportSetSpeed.walk(mapped, library), target);
      System.out.println("Laid out " + target);
      return;
    }
    long start = System.nanoTime();
    Long filledLength = FILLED_LENGTHS.get(base(name));
    if (base(name).equals(HUGE)) {
      requireRoom(target, 2 * filledLength + SPARE_LENGTH);
    }
    ImageSummary summary;
    int width = name.equals(base(name)) ? HeaderLayout.COMPACT_WIDTH : HeaderLayout.ADDRESS_WIDTH;
    try (ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      if (filledLength != null) {
        fill(writer, library, filledLength, target);
      } else {
        for (Library.Source source : library.files()) {
          add(writer, source);
        }
      }
      summary = writer.write(target);
    }
    System.out.printf(
        "Made %s: %,d bytes, %,d objects, in %.1f s%n",
        target, summary.length(), summary.objects(), (System.nanoTime() - start) / 1e9);
  }

  private static void requireRoom(Path target, long needed) throws IOException {
    long room = Files.getFileStore(target.getParent()).getUsableSpace();
    if (room < needed) {
      throw new IOException(
          "not enough room on the disk: needed=" + needed + ", free=" + room + ", file=" + target);
    }
  }

  /** Adds some modules, and random bytes until an image of them has a length. */
  private static void fill(ImageWriter writer, Library library, long length, Path target)
      throws IOException {
    Library.Source first = module(library);
    add(writer, first);
    long added = first.length();
    for (Library.Source source : library.files()) {
      if (added < MODULES_LENGTH && source != first) {
        add(writer, source);
        added += source.length();
      }
    }
    // Only the writer knows what the modules come to.
    Path modulesAlone = target.resolveSibling(target.getFileName() + ".part");
    long filled = writer.write(modulesAlone).length();
    Files.delete(modulesAlone);
    SplittableRandom random = new SplittableRandom(WarmTime.SEED);
    byte[] bytes = new byte[(int) Math.min(length >> 6, MAX_FILLER_LENGTH)];
    for (int i = 0; filled + bytes.length <= length; i++) {
      random.nextBytes(bytes);
      writer.add(String.format("filler.%05d", i), BytesValue.of(bytes));
      filled += bytes.length;
    }
  }

  private static void add(ImageWriter writer, Library.Source source) throws IOException {
    writer.addModule(source.name(), PycFile.read(source.file()), source.isPackage());
  }
}
