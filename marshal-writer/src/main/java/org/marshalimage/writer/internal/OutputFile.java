package org.marshalimage.writer.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written. It has a name of its own, beside its target, until it is complete:
 * who opens the target finds the old file or the new one, whole. It is locked meanwhile, so that
 * the next writer of the target can tell what a killed one has left, and delete it.
 *
 * <p>A target that is a symbolic link stays one; the file that it leads to is replaced, or made if
 * it is not there. What is no regular file is refused. The new file has permission bits, group and
 * owner of the old one, as far as the process may set them, and until then nobody else can open it.
 */
public final class OutputFile implements AutoCloseable {
  private static final String SUFFIX = ".tmp";

  /** What follows the target's name in that of its temporary file: process, number. */
  private static final String OWN_PART = "[0-9]+-[0-9]+\\.tmp";

  private static final Pattern LEFTOVER = Pattern.compile("\\..*\\." + OWN_PART);

  /** Of the group and of all others, from reading on. */
  private static final PosixFilePermission[][] GROUP_AND_OTHERS = {
    {PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ},
    {PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE},
    {PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE}
  };

  /**
   * Temporary files that this process is writing. Closing a file gives up every lock on it that the
   * process has, so these must not be opened to see whether they are locked.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path file;
  private final String kind;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private OutputFile(Path target, Path file, String kind, Path temporary, FileChannel channel) {
    this.target = target;
    this.file = file;
    this.kind = kind;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Finds the file that is replaced or made when a target is written.
   *
   * @param target where to write
   * @return the target, or what it leads to if it is a symbolic link
   * @throws IOException if something else than a regular file is there, or no directory for one
   */
  public static Path check(Path target) throws IOException {
    Path file = followLinks(target);
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          target.toString(), null, "no such directory: " + directory + ", cannot write the file");
    }
    return file;
  }

  private static Path followLinks(Path target) throws IOException {
    BasicFileAttributes found = attributes(target);
    if (found == null) {
      // Nothing, or links that lead to nothing. What leads round in circles was refused above.
      Path file = target;
      while (Files.isSymbolicLink(file)) {
        file = file.resolveSibling(Files.readSymbolicLink(file));
      }
      return file;
    }
    if (found.isDirectory()) {
      throw new FileSystemException(target.toString(), null, "is a directory, expected a file");
    }
    if (!found.isRegularFile()) {
      throw noRegularFile(target);
    }
    return Files.isSymbolicLink(target) ? target.toRealPath() : target;
  }

  private static @Nullable BasicFileAttributes attributes(Path target) throws IOException {
    try {
      return Files.readAttributes(target, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static FileSystemException noRegularFile(Path target) {
    return new FileSystemException(
        target.toString(), null, "is no regular file and will not be replaced");
  }

  /**
   * Opens a file, and deletes what killed writers of the same target have left.
   *
   * @param target where to write
   * @param kind what it is, for messages: "image", "file"
   * @throws IOException if it is refused, or cannot be made
   */
  public static OutputFile create(Path target, String kind) throws IOException {
    return create(target, kind, leftovers(directory(check(target))));
  }

  /**
   * Opens a file.
   *
   * @param target where to write
   * @param kind what it is, for messages: "image", "file"
   * @param leftovers of {@link #leftovers}, of the directory; those of this target are deleted
   * @throws IOException if it is refused, or cannot be made
   */
  public static OutputFile create(Path target, String kind, List<Path> leftovers)
      throws IOException {
    Path file = check(target);
    String prefix = prefix(file);
    for (Path leftover : leftovers) {
      String name = leftover.getFileName().toString();
      if (name.startsWith(prefix) && name.substring(prefix.length()).matches(OWN_PART)) {
        deleteUnlocked(leftover);
      }
    }
    // Nobody else may open what replaces a file before it has the permissions of that.
    boolean isPrivate =
        Files.exists(file)
            && Files.getFileAttributeView(file, PosixFileAttributeView.class) != null;
    for (int attempt = 0; ; attempt++) {
      Path temporary =
          directory(file).resolve(prefix + ProcessHandle.current().pid() + "-" + attempt + SUFFIX);
      if (!OPEN.add(temporary)) {
        continue;
      }
      try {
        FileChannel channel = open(temporary, isPrivate);
        return new OutputFile(target, file, kind, temporary, channel);
      } catch (FileAlreadyExistsException e) {
        OPEN.remove(temporary);
      } catch (FileSystemException e) {
        OPEN.remove(temporary);
        throw new FileSystemException(
            target.toString(), null, "cannot write beside the " + kind + " (" + reason(e) + ")");
      } catch (IOException | RuntimeException e) {
        OPEN.remove(temporary);
        throw e;
      }
    }
  }

  private static FileChannel open(Path temporary, boolean isPrivate) throws IOException {
    FileAttribute<?>[] attributes =
        isPrivate
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            attributes);
    try {
      channel.lock();
    } catch (IOException e) {
      if (!channel.isOpen()) {
        Files.deleteIfExists(temporary);
        throw e;
      }
      // A file system without locks: then no other writer gets one, and deletes nothing.
    }
    return channel;
  }

  private static Path directory(Path file) {
    return file.toAbsolutePath().getParent();
  }

  private static String prefix(Path file) {
    return "." + file.getFileName() + ".";
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }

  /**
   * Finds what killed writers may have left in a directory.
   *
   * @param directory where files are to be written
   * @return files whose names are those of temporary files, what is locked among them is in use;
   *     none if the directory cannot be listed
   */
  public static List<Path> leftovers(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> LEFTOVER.matcher(file.getFileName().toString()).matches())
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  private static void deleteUnlocked(Path leftover) {
    if (OPEN.contains(leftover)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(leftover, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(leftover);
      }
    } catch (IOException e) {
      // Gone meanwhile, or another user's: nothing that keeps the file from being written.
    }
  }

  /** Returns what the content is written to. */
  public FileChannel channel() {
    return channel;
  }

  /** Writes bytes behind those that are there. */
  public void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Names the target, which the system does not. An exception of a kind of its own stays. */
  public IOException cannotWrite(IOException e) {
    return e.getClass() == IOException.class
        ? new IOException("cannot write the " + kind + ": " + e.getMessage() + ": " + target, e)
        : e;
  }

  /** Puts the complete file under its name. */
  public void commit() throws IOException {
    takeAttributes();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw noRegularFile(target);
    }
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system cannot rename in one step: " + target, e);
    } catch (FileSystemException e) {
      throw new FileSystemException(
          target.toString(), null, "cannot replace the " + kind + " (" + reason(e) + ")");
    }
    committed = true;
  }

  /** Gives the new file group, permissions and owner of the old one, if there is one. */
  private void takeAttributes() throws IOException {
    PosixFileAttributeView from =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView to = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
    if (from == null || to == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    PosixFileAttributes old = from.readAttributes();
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(old.permissions());
    PosixFileAttributes own = to.readAttributes();
    try {
      if (!own.group().equals(old.group())) {
        to.setGroup(old.group());
      }
    } catch (IOException e) {
      // The bits of the old group are for another one now, which gets what all others get.
      for (PosixFilePermission[] each : GROUP_AND_OTHERS) {
        if (!permissions.contains(each[1])) {
          permissions.remove(each[0]);
        }
      }
    }
    try {
      to.setPermissions(permissions);
      if (!own.owner().equals(old.owner())) {
        to.setOwner(old.owner());
      }
    } catch (IOException e) {
      // Not allowed: the file stays this process's own, and is no more open than the old one.
    }
  }

  /** Makes the new name last; where directories cannot be opened, the system sees to it. */
  public void syncDirectory() {
    try (FileChannel opened = FileChannel.open(directory(file), StandardOpenOption.READ)) {
      opened.force(true);
    } catch (IOException e) {
      // Not a file that can be opened on this system.
    }
  }

  /** Deletes what is not complete. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (!committed) {
        Files.deleteIfExists(temporary);
      }
    } finally {
      OPEN.remove(temporary);
    }
  }
}
