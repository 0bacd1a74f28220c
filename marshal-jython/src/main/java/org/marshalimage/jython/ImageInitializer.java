package org.marshalimage.jython;

import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.python.core.JythonInitializer;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.core.adapter.ExtensiblePyObjectAdapter;

/**
 * What Jython calls when it starts, as {@code META-INF/services} says: it puts an importer in place
 * before the first module is imported, which is {@code site}.
 */
public final class ImageInitializer implements JythonInitializer {
  private static volatile @Nullable PyObject importer;

  /** Makes an initializer; Jython does. */
  public ImageInitializer() {}

  /**
   * Sets what Jython is to import from. To be called before Jython starts.
   *
   * @param next the importer, of a kind that {@code sys.meta_path} and {@code sys.path_hooks} take
   */
  public static void use(PyObject next) {
    importer = next;
  }

  /** Returns what Jython imports from, as it was set last. */
  static @Nullable PyObject importer() {
    return importer;
  }

  @Override
  public void initialize(
      Properties preProperties,
      Properties postProperties,
      String[] argv,
      ClassLoader classLoader,
      ExtensiblePyObjectAdapter adapter) {
    PySystemState state =
        PySystemState.doInitialize(preProperties, postProperties, argv, classLoader, adapter);
    PyObject first = importer;
    if (first != null) {
      state.meta_path.append(first);
      state.path_hooks.append(first);
      if (first instanceof ImageImporter image) {
        image.start(state);
      }
    }
  }
}
