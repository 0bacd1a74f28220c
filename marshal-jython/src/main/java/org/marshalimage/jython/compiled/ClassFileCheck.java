package org.marshalimage.jython.compiled;

import java.io.File;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.python.core.ClasspathPyImporter;

/** Checks many class files, each archive opened once where its entries follow one another. */
final class ClassFileCheck implements AutoCloseable {
  private @Nullable File opened;
  private @Nullable ZipFile archive;

  /**
   * Requires that a class file is what it was.
   *
   * @throws IOException if not; the message is for a person
   */
  void require(CompiledFile file) throws IOException {
    if (file.contents() == null && !isAsItWas(file)) {
      // Only moved, or touched.
      ClassFiles.read(file);
    }
  }

  private boolean isAsItWas(CompiledFile file) throws IOException {
    if (file.path().startsWith(ClasspathPyImporter.PYCLASSPATH_PREFIX)) {
      return false;
    }
    File path = new File(file.path());
    if (file.modified() != 0) {
      return path.lastModified() == file.modified() && path.length() == file.length();
    }
    File holder = ClassFiles.archive(path);
    if (holder == null) {
      return false;
    }
    ZipEntry entry = open(holder).getEntry(ClassFiles.entry(path, holder));
    return entry != null
        && entry.getSize() == file.length()
        && (int) entry.getCrc() == file.checksum();
  }

  private ZipFile open(File file) throws IOException {
    ZipFile zip = archive;
    if (zip == null || !file.equals(opened)) {
      close();
      zip = new ZipFile(file);
      archive = zip;
      opened = file;
    }
    return zip;
  }

  @Override
  public void close() throws IOException {
    if (archive != null) {
      archive.close();
    }
  }
}
