package org.marshalimage.jmh;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.marshalimage.TypeTable;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.stream.PycFile;
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
  /** Image of the whole {@link Library}. */
  static final String STDLIB = "stdlib";

  /** Image of the {@link Library#importSet()}. */
  static final String IMPORTS = "imports";

  /** Image of the {@link Library#importSet2()}. */
  static final String IMPORTS_2 = "imports-2.7";

  /** Image of the whole library that the {@link Library#importSet()} is of. */
  static final String IMPORTER = "importer";

  /** Follows the name of an image: the same with slots of 8 bytes, which linking relocates. */
  static final String ADDRESSES = "-addresses";

  /** Follows the name of an image: that with slots of 8 bytes, prelinked for the standard types. */
  static final String PRELINKED = "-prelinked";

  /** Image of some modules and filler, 1 MiB. */
  static final String SMALL = "1MB";

  /** Image of the same modules and more filler, 500 MiB. */
  static final String LARGE = "500MB";

  /** Image of the same modules and still more filler, 1,500 MiB; not made where room is scarce. */
  static final String HUGE = "1500MB";

  /** System property: the work folder; by default {@code target/corpus}. */
  static final String FOLDER = "marshalimage.corpus";

  /**
   * The module that is looked at, if the library has it: 1,500 lines, with classes and closures.
   */
  private static final String MODULE = "http.client";

  /** The same, if the library is {@code testdata/pyc}. */
  private static final String TESTDATA_MODULE = "python3_13.classes";

  /**
   * Bytes of {@code .pyc} files, beside filler, in {@link #SMALL}, {@link #LARGE} and {@link
   * #HUGE}.
   */
  private static final long MODULES_LENGTH = 256 << 10;

  private static final long SMALL_LENGTH = 1 << 20;
  private static final int SMALL_FILLER_LENGTH = 16 << 10;
  private static final long LARGE_LENGTH = 500 << 20;
  private static final long HUGE_LENGTH = 1500 << 20;
  private static final int LARGE_FILLER_LENGTH = 1 << 20;

  /** What the disk must have room for, beside {@link #HUGE} and the writer's own files. */
  private static final long SPARE_LENGTH = 3L << 30;

  /** Same bytes in every run. */
  private static final long SEED = 20081222;

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

  /**
   * Makes an image, unless it is there already.
   *
   * @param arguments names of images, for example {@value #STDLIB}
   */
  public static void main(String[] arguments) throws IOException {
    for (String name : arguments) {
      Library library = library(name);
      Path target = path(name, library);
      if (!Files.exists(target)) {
        build(name, library, target);
      }
    }
  }

  /**
   * Returns an image, made if it is not there yet.
   *
   * @param name one of the constants of this class
   * @return a file that exists
   */
  static Path image(String name) throws IOException {
    Path target = path(name, library(name));
    if (!Files.exists(target)) {
      buildApart(name);
    }
    return target;
  }

  /** Returns the files that an image is made of. */
  static Library library(String name) throws IOException {
    switch (base(name)) {
      case IMPORTS:
        return Library.importSet();
      case IMPORTS_2:
        return Library.importSet2();
      case IMPORTER:
        return Library.find(Library.IMPORTER);
      default:
        return Library.find();
    }
  }

  /** Returns the name of an image without what may follow it. */
  static String base(String name) {
    for (String suffix : new String[] {ADDRESSES, PRELINKED}) {
      if (name.endsWith(suffix)) {
        return name.substring(0, name.length() - suffix.length());
      }
    }
    return name;
  }

  /** Returns the module to look at; every image has it. */
  static Library.Source module(Library library) {
    for (Library.Source source : library.files()) {
      if (source.name().equals(MODULE) || source.name().equals(TESTDATA_MODULE)) {
        return source;
      }
    }
    // Python 2 has neither.
    return library.files().get(library.files().size() / 2);
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

  private static Path path(String name, Library library) throws IOException {
    String setting = System.getProperty(FOLDER);
    Path folder = setting != null ? Path.of(setting) : target().resolve("corpus");
    Files.createDirectories(folder);
    String base = base(name);
    boolean isFilled = base.equals(SMALL) || base.equals(LARGE) || base.equals(HUGE);
    String label = isFilled ? base + '-' + library.label() : library.label();
    label += name.substring(base.length());
    return folder.resolve(
        label + "-v" + HeaderLayout.VERSION + '-' + library.fingerprint() + ".img");
  }

  private static void buildApart(String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(WRITER_OPTIONS);
    for (String property : new String[] {FOLDER, Interpreter.PYTHONS, "user.home"}) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + '=' + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Corpus.class.getName());
    command.add(name);
    int status;
    try {
      status = new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making the image " + name, e);
    }
    if (status != 0) {
      throw new IOException("could not make the image " + name + ": status=" + status);
    }
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
    long start = System.nanoTime();
    ImageSummary summary;
    int width = name.equals(base(name)) ? HeaderLayout.COMPACT_WIDTH : HeaderLayout.ADDRESS_WIDTH;
    try (ImageWriter writer = ImageWriter.create().pointerWidth(width)) {
      switch (base(name)) {
        case STDLIB:
        case IMPORTS:
        case IMPORTS_2:
        case IMPORTER:
          for (Library.Source source : library.files()) {
            add(writer, source);
          }
          summary = writer.write(target);
          break;
        case SMALL:
          summary = buildFilled(writer, library, SMALL_LENGTH, SMALL_FILLER_LENGTH, target);
          break;
        case LARGE:
          summary = buildFilled(writer, library, LARGE_LENGTH, LARGE_FILLER_LENGTH, target);
          break;
        case HUGE:
          requireRoom(target, 2 * HUGE_LENGTH + SPARE_LENGTH);
          summary = buildFilled(writer, library, HUGE_LENGTH, LARGE_FILLER_LENGTH, target);
          break;
        default:
          throw new IllegalArgumentException("no such image: " + name);
      }
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

  private static ImageSummary buildFilled(
      ImageWriter writer, Library library, long length, int fillerLength, Path target)
      throws IOException {
    Library.Source first = module(library);
    add(writer, first);
    long added = first.length();
    for (Library.Source source : library.files()) {
      if (added >= MODULES_LENGTH) {
        break;
      }
      if (source != first) {
        add(writer, source);
        added += source.length();
      }
    }
    // Only the writer knows what the modules come to.
    Path modulesAlone = target.resolveSibling(target.getFileName() + ".part");
    long filled = writer.write(modulesAlone).length();
    Files.delete(modulesAlone);
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] bytes = new byte[fillerLength];
    for (int i = 0; filled + fillerLength <= length; i++) {
      random.nextBytes(bytes);
      writer.add(String.format("filler.%05d", i), BytesValue.of(bytes));
      filled += fillerLength;
    }
    return writer.write(target);
  }

  private static void add(ImageWriter writer, Library.Source source) throws IOException {
    writer.addModule(source.name(), PycFile.read(source.file()), source.isPackage());
  }
}
