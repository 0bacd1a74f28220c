package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Path;
import org.python.core.Py;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PySystemState;

/**
 * An image that Jython imports from, for applications that embed Jython:
 *
 * <pre>{@code
 * JythonImage.use(Path.of("jython.img"));
 * PythonInterpreter python = new PythonInterpreter();
 * }</pre>
 *
 * <p>An application that gives Jython properties or arguments does so first, by {@code
 * PythonInterpreter.initialize}; the first interpreter imports {@code site}, and comes after. It
 * does not matter which class loaders have Jython and which this library, as long as this one sees
 * Jython.
 *
 * <p>If the image is a snapshot, these interpreters start from it; not those that have imported
 * modules before, nor those with a state of their own: for them all modules are executed.
 *
 * <p>Interpreters that are made without a {@code PySystemState} share one, with its modules, and so
 * the image; one of its own is told of the image by {@link #addTo}. The image stays open as long as
 * the JVM runs: what has not been used yet is still in it. {@code PythonInterpreter.cleanup} does
 * nothing to it.
 *
 * <p>Safe for use by many threads.
 */
public final class JythonImage {
  private final ImageImporter importer;

  private JythonImage(ImageImporter importer) {
    this.importer = importer;
  }

  /**
   * Maps an image and has Jython import from it, after {@code sys.meta_path} and before {@code
   * sys.path}. Starts Jython, if nobody has.
   *
   * @param image file that {@code marshal build} or {@code marshal-jython --snapshot} wrote
   * @return the image, for further interpreters
   * @throws IOException if the file cannot be read
   * @throws org.marshalimage.format.MarshalFormatException if it is no image, or a damaged one; the
   *     message is one line for a user
   */
  public static JythonImage use(Path image) throws IOException {
    ImageImporter importer =
        ImageImporter.of(image, System.getProperty("marshalimage.loop", "mapped"));
    PySystemState.initialize();
    PySystemState state = Py.getSystemState();
    if (!hasImported(state)) {
      importer.start(state);
    } else if (Fit.isSnapshot(importer.image())) {
      System.err.println(
          "marshal-jython: snapshot is not used, all modules are executed: an interpreter has"
              + " imported modules already, image="
              + image);
    }
    JythonImage used = new JythonImage(importer);
    used.addTo(state);
    return used;
  }

  /** Modules of a snapshot would not be those that are there. */
  private static boolean hasImported(PySystemState state) {
    for (PyObject module : state.modules.invoke("values").asIterable()) {
      if (module instanceof PyModule && module.__findattr__("__file__") != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has interpreters of another system state import from this image.
   *
   * @param state before the first {@code PythonInterpreter} is made with it
   */
  public void addTo(PySystemState state) {
    state.meta_path.append(importer);
    state.path_hooks.append(importer);
  }
}
