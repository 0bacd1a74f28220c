package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds, maps and shows what {@code testdata} holds, and times decoding beside mapping. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Builds an image from the .pyc files in testdata, maps it, shows a module, and times"
            + " stream decoding against mapping.")
final class DemoCommand implements Callable<Integer> {
  private static final String PYC_FOLDER = "testdata/pyc/3.13";
  private static final String SHOWN_MODULE = "shop.stock.shelf";
  private static final int ROUNDS = 301;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Keeps the timed work from being optimized away. */
  private long work;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = findFolder();
    Path image = Files.createTempFile("marshal-demo", ".img");
    try {
      out.println("$ marshal build -o demo.img " + PYC_FOLDER);
      List<byte[]> files = build(folder, image, out);
      out.println();
      out.println("$ marshal show demo.img " + SHOWN_MODULE);
      try (MarshalImage mapped = MarshalImage.map(image)) {
        new CodePrinter(out).print(mapped.module(SHOWN_MODULE).code());
      }
      out.println();
      time(image, files, out);
    } finally {
      InputFile.deleteTemporary(image);
    }
    return CommandLine.ExitCode.OK;
  }

  private static List<byte[]> build(Path folder, Path image, PrintWriter out) throws IOException {
    Quiet.prepareForWriter();
    List<byte[]> files = new ArrayList<>();
    long bytesIn = 0;
    try (PycInputs inputs = new PycInputs(PycInputs.Options.DEFAULT);
        ImageWriter writer = ImageWriter.create()) {
      inputs.add(folder);
      for (List<PycInputs.Input> each : inputs.byModule().values()) {
        PycInputs.Input input = each.get(0);
        byte[] bytes = input.content().read();
        PycFile pyc = PycFile.parse(bytes, input.file());
        writer.addModule(input.name().module(), pyc, input.name().isPackage());
        files.add(bytes);
        bytesIn += bytes.length;
      }
      long bytesOut = writer.write(image).length();
      out.printf(
          Locale.ROOT,
          "%d modules, %,d bytes of .pyc, %,d bytes of image%n",
          files.size(),
          bytesIn,
          bytesOut);
    }
    return files;
  }

  /** Median times after as many rounds of warming up. */
  private void time(Path image, List<byte[]> files, PrintWriter out) throws IOException {
    long[] decode = new long[ROUNDS];
    long[] map = new long[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      int place = Math.max(round, 0);
      long start = System.nanoTime();
      for (byte[] file : files) {
        work += PycFile.parse(file, null).root().typeCode();
      }
      decode[place] = System.nanoTime() - start;
      start = System.nanoTime();
      try (MarshalImage mapped = MarshalImage.map(image)) {
        for (ImageModule module : mapped.modules()) {
          CodeView code = module.code();
          work += code.flags() + code.name().length();
        }
      }
      map[place] = System.nanoTime() - start;
    }
    Arrays.sort(decode);
    Arrays.sort(map);
    double decodeMicros = decode[ROUNDS / 2] / 1e3;
    double mapMicros = map[ROUNDS / 2] / 1e3;
    out.printf(Locale.ROOT, "To reach the code of %d modules (median, warm):%n", files.size());
    out.printf(Locale.ROOT, "  decode every .pyc, already in memory %10.1f us%n", decodeMicros);
    out.printf(Locale.ROOT, "  map the image, read every code root  %10.1f us%n", mapMicros);
    out.printf(
        Locale.ROOT, "  ratio                                %10.1f%n", decodeMicros / mapMicros);
  }

  /** Looks for testdata from the current directory upwards, then from the jar upwards. */
  private static Path findFolder() {
    Path fromHere = upwards(Path.of("").toAbsolutePath());
    if (fromHere != null) {
      return fromHere;
    }
    try {
      Path jar =
          Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path fromJar = upwards(jar.toAbsolutePath());
      if (fromJar != null) {
        return fromJar;
      }
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
    throw new BadInputException(
        "no " + PYC_FOLDER + " here or above: run the demo in a checkout of the project");
  }

  private static @Nullable Path upwards(Path start) {
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(PYC_FOLDER))) {
        return folder.resolve(PYC_FOLDER);
      }
    }
    return null;
  }
}
