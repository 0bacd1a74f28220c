package org.marshalimage.jython;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.python.core.ClasspathPyImporter;
import org.python.core.JavaImporter;
import org.python.core.Py;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;
import org.python.core.PyType;
import org.python.core.imp;
import org.python.modules.zipimport.zipimporter;

/**
 * Tells that modules can not be imported, without asking Jython's importers, of which that for
 * archives first reads the whole list of what is in them.
 */
final class ModuleProbe {
  private static final String[] FORMS = {".py", "$py.class", "/__init__.py", "/__init__$py.class"};

  private final PySystemState system;

  ModuleProbe(PySystemState system) {
    this.system = system;
  }

  /**
   * Tells whether any of some modules may be there, of names without a dot.
   *
   * @return false only if an import would find nothing
   */
  boolean mayFind(List<String> names) {
    for (PyObject finder : system.meta_path.asIterable()) {
      if (!(finder instanceof ImageImporter image)) {
        return true;
      }
      for (String name : names) {
        if (image.findModule(name) != Py.None) {
          return true;
        }
      }
    }
    for (PyObject hook : system.path_hooks.asIterable()) {
      boolean isKnown =
          hook instanceof ImageImporter
              || hook instanceof JavaImporter
              || hook == PyType.fromClass(JavaImporter.class)
              || hook == zipimporter.TYPE
              || hook == ClasspathPyImporter.TYPE;
      if (!isKnown) {
        return true;
      }
    }
    for (PyObject entry : system.path.asIterable()) {
      if (!(entry instanceof PyString path) || mayFind(path, names)) {
        return true;
      }
    }
    for (String name : names) {
      if (PySystemState.getBuiltin(name) != null || hasKey(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasKey(String name) {
    return system.modules.__contains__(new PyString(name));
  }

  private boolean mayFind(PyString entry, List<String> names) {
    String text = entry.getString();
    boolean isOnClassPath =
        text.equals(JavaImporter.JAVA_IMPORT_PATH_ENTRY)
            || text.startsWith(ClasspathPyImporter.PYCLASSPATH_PREFIX);
    if (isOnClassPath) {
      // These have no list to read.
      PyObject finder = imp.getImporter(entry);
      for (String name : names) {
        if (finder.invoke("find_module", new PyString(name)) != Py.None) {
          return true;
        }
      }
      return false;
    }
    File file = new File(system.getPath(Py.fileSystemDecode(entry)));
    if (file.isDirectory()) {
      return isIn(file, names);
    }
    File archive = archive(file);
    return archive != null && isInArchive(archive, file, names);
  }

  private static boolean isIn(File folder, List<String> names) {
    for (String name : names) {
      for (String form : FORMS) {
        if (new File(folder, name + form).exists()) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable File archive(File path) {
    File at = path;
    while (at != null && !at.isFile()) {
      at = at.getParentFile();
    }
    return at;
  }

  private static boolean isInArchive(File archive, File entry, List<String> names) {
    String inner = entry.getPath().substring(archive.getPath().length());
    String prefix = inner.isEmpty() ? "" : inner.substring(1) + "/";
    try (ZipFile zip = new ZipFile(archive)) {
      for (String name : names) {
        for (String form : FORMS) {
          if (zip.getEntry(prefix + name + form) != null) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      // Jython says what it thinks of such a file.
      return true;
    }
  }
}
