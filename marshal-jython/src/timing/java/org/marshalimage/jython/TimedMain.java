package org.marshalimage.jython;

import java.nio.file.Path;
import java.util.Arrays;
import org.marshalimage.MarshalImage;
import org.python.core.PyObject;
import org.python.util.jython;

/**
 * Jython's command line with an importer that times: {@code TimedMain WAY PATH ARGUMENT...}, the
 * way being one of {@link CodeSource} or a loop. At the end it writes the times in nanoseconds to
 * standard error.
 */
final class TimedMain {
  private TimedMain() {}

  public static void main(String[] args) throws Exception {
    LoadClock clock = new LoadClock();
    Path path = Path.of(args[1]);
    PyObject importer =
        switch (args[0]) {
          case "mapped", "stock" -> {
            // A part of loading, unlike the classes that the importer's own class needs.
            clock.start();
            MarshalImage image = MarshalImage.map(path);
            clock.stopImport();
            yield new ImageImporter(image, new TimedLibrary(image, args[0], clock));
          }
          default -> new FileImporter(CodeSource.valueOf(args[0]), path, clock);
        };
    ImageInitializer.use(importer);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.println(clock)));
    jython.main(Arrays.copyOfRange(args, 2, args.length));
  }
}
