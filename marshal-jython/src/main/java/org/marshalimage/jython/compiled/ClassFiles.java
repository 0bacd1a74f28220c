package org.marshalimage.jython.compiled;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.python.core.ClasspathPyImporter;
import org.python.core.Py;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * Finds class files where Jython's own importers do: in folders, in archives, and by way of class
 * loaders.
 */
final class ClassFiles {
  private ClassFiles() {}

  /**
   * Returns the bytes of a file, of where it was when the reference was made, else of where {@code
   * sys.path} leads to.
   *
   * @throws IOException if it is nowhere, or only with other contents
   */
  static byte[] read(CompiledFile file) throws IOException {
    byte[] contents = file.contents();
    if (contents != null) {
      if (!file.has(contents)) {
        throw new IOException(
            "compiled text is damaged: expected="
                + file.describe()
                + ", found="
                + CompiledFile.describe(contents)
                + ", class="
                + file.className());
      }
      return contents;
    }
    byte[] there = readAt(file.path());
    if (there != null && file.has(there)) {
      return there;
    }
    String elsewhere = there == null ? null : file.path();
    for (PyObject entry : Py.getSystemState().path.asIterable()) {
      String path = path(entry, file);
      byte[] found = readAt(path);
      if (found != null && file.has(found)) {
        return found;
      }
      if (there == null && found != null) {
        there = found;
        elsewhere = path;
      }
    }
    if (there == null) {
      throw new IOException(
          "compiled code is missing: class file="
              + file.path()
              + ", also looked for as "
              + file.relativePath()
              + " on sys.path");
    }
    throw new IOException(
        "compiled code has changed since it was referred to: expected="
            + file.describe()
            + ", found="
            + CompiledFile.describe(there)
            + ", class file="
            + elsewhere);
  }

  private static String path(PyObject entry, CompiledFile file) {
    String folder = Py.fileSystemDecode(entry);
    return folder.isEmpty() || folder.endsWith("/")
        ? folder + file.relativePath()
        : folder + "/" + file.relativePath();
  }

  /**
   * Returns the bytes of a file in a folder, an archive or on the class path; null if not there.
   */
  static byte @Nullable [] readAt(String path) throws IOException {
    PySystemState state = Py.getSystemState();
    if (path.startsWith(ClasspathPyImporter.PYCLASSPATH_PREFIX)) {
      return readResource(state, path.substring(ClasspathPyImporter.PYCLASSPATH_PREFIX.length()));
    }
    File file = new File(state.getPath(path));
    if (file.isFile()) {
      // No channel: one is closed when its thread is interrupted.
      try (InputStream in = new FileInputStream(file)) {
        return in.readAllBytes();
      }
    }
    File archive = archive(file);
    return archive == null ? null : readEntry(archive, entry(file, archive));
  }

  /** Returns the file that a path goes on in; null if there is none. */
  static @Nullable File archive(File path) {
    File at = path.getParentFile();
    while (at != null && !at.isFile()) {
      at = at.getParentFile();
    }
    return at;
  }

  /** Returns the name of what a path leads to in an archive. */
  static String entry(File path, File archive) {
    return path.getPath()
        .substring(archive.getPath().length() + 1)
        .replace(File.separatorChar, '/');
  }

  /** Returns a path that does not depend on where the process is. */
  static String absolute(String path) {
    return path.startsWith(ClasspathPyImporter.PYCLASSPATH_PREFIX)
        ? path
        : Py.getSystemState().getPath(path);
  }

  private static byte @Nullable [] readEntry(File archive, String name) throws IOException {
    try (ZipFile zip = new ZipFile(archive)) {
      ZipEntry entry = zip.getEntry(name);
      return entry == null ? null : zip.getInputStream(entry).readAllBytes();
    }
  }

  private static byte @Nullable [] readResource(PySystemState state, String name)
      throws IOException {
    ClassLoader set = state.getClassLoader();
    ClassLoader loader = set != null ? set : imp.getParentClassLoader();
    if (loader == null) {
      return null;
    }
    try (InputStream in = loader.getResourceAsStream(name)) {
      return in == null ? null : in.readAllBytes();
    }
  }
}
