package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.python.core.PyException;

/**
 * An object cannot be made before a module is imported. Who makes objects has all other threads
 * wait that need any, and one of them may hold Jython's import lock: so what was made is dropped,
 * the module is imported, and then all of it is made again.
 */
final class ImportNeeded extends RuntimeException {
  private final String module;

  ImportNeeded(String module) {
    super("import needed: " + module, null, false, false);
    this.module = module;
  }

  /** Returns the name of the module that a failure asks for; null if it is another failure. */
  static @Nullable String by(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ImportNeeded needed) {
        return needed.module;
      }
      // Where Python's code was between, say a method __hash__.
      if (at instanceof PyException python
          && python.value != null
          && python.value.__tojava__(ImportNeeded.class) instanceof ImportNeeded needed) {
        return needed.module;
      }
    }
    return null;
  }
}
