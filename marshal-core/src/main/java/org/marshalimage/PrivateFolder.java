package org.marshalimage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A folder in which nobody but the user, and root, can put or change anything. Where the file
 * system has no POSIX permissions, as on Windows, it is as private as the folder that it is made
 * in: that of a user is.
 */
final class PrivateFolder {
  /** On Linux owned by whom the process runs as. */
  private static final Path SELF = Path.of("/proc/self");

  private static final String ROOT = "root";
  private static final LinkOption[] NO_LINKS = {LinkOption.NOFOLLOW_LINKS};

  /** Bit of {@code st_mode}: of what lies in the folder, others can rename only what is theirs. */
  private static final int STICKY = 01000;

  private final Path path;
  private final boolean isPosix;

  private PrivateFolder(Path path, boolean isPosix) {
    this.path = path;
    this.isPosix = isPosix;
  }

  /**
   * Makes a folder with mode 0700, and those above it, or checks one that is there.
   *
   * @throws IOException if it cannot be made, or is one in which others may write
   */
  static PrivateFolder of(Path folder) throws IOException {
    boolean isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    Path absolute = folder.toAbsolutePath();
    if (!Files.isDirectory(absolute)) {
      Files.createDirectories(absolute, isPosix ? mode("rwx------") : mode());
    }
    PrivateFolder made = new PrivateFolder(absolute.toRealPath(), isPosix);
    if (isPosix) {
      made.check();
    }
    return made;
  }

  private static FileAttribute<?>[] mode(String... permissions) {
    FileAttribute<?>[] attributes = new FileAttribute<?>[permissions.length];
    for (int i = 0; i < permissions.length; i++) {
      attributes[i] =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions[i]));
    }
    return attributes;
  }

  private void check() throws IOException {
    PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class);
    if (!isOwn(found)) {
      throw new IOException(
          "cache folder is not private: expected mode 0700 and owner "
              + user().getName()
              + ", found "
              + PosixFilePermissions.toString(found.permissions())
              + " and "
              + found.owner().getName()
              + ", folder="
              + path);
    }
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      boolean isOpen =
          Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_WRITE);
      if (isOpen && ((int) Files.getAttribute(above, "unix:mode") & STICKY) == 0) {
        throw new IOException(
            "cache folder is not private, anyone can replace it: folder="
                + path
                + ", below="
                + above);
      }
    }
  }

  private static boolean isOwn(PosixFileAttributes found) throws IOException {
    Set<PosixFilePermission> permissions = found.permissions();
    return !permissions.contains(PosixFilePermission.GROUP_WRITE)
        && !permissions.contains(PosixFilePermission.OTHERS_WRITE)
        && (found.owner().equals(user()) || found.owner().getName().equals(ROOT));
  }

  private static UserPrincipal user() throws IOException {
    return Files.exists(SELF)
        ? Files.getOwner(SELF)
        : SELF.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Tells whether a regular file is there that nobody else can have written. */
  boolean isOwn(Path file) {
    try {
      return isPosix
          ? isRegular(Files.readAttributes(file, PosixFileAttributes.class, NO_LINKS))
          : Files.isRegularFile(file, NO_LINKS);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isRegular(PosixFileAttributes found) throws IOException {
    return found.isRegularFile() && isOwn(found);
  }

  /**
   * Opens a file of mode 0600 to write it.
   *
   * @param create whether it may be there
   */
  FileChannel open(Path file, StandardOpenOption create) throws IOException {
    return FileChannel.open(
        file,
        Set.of(create, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        isPosix ? mode("rw-------") : mode());
  }
}
