package org.marshalimage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive and the {@code .pyc} files in it. What makes a file one is its end, so that it may
 * be called anything and have a script before it.
 *
 * <p>Source: APPNOTE.TXT of PKWARE, 4.3.16 for the end and 4.4.4 and appendix D for the names.
 */
final class PycArchive implements AutoCloseable {
  /** What archives are called: said of one that is none. */
  private static final List<String> SUFFIXES =
      List.of(".zip", ".jar", ".whl", ".egg", ".pyz", ".pyzw", ".pex");

  /**
   * How many times as long as an archive what is unpacked from it may be; .pyc files are about
   * three times. An archive that unpacks to less than {@link PycBytes#MAX_LENGTH} is taken anyhow.
   */
  private static final long MAX_RATIO = 100;

  /**
   * What names are in that are not marked as UTF-8. It has a character for each byte, so that no
   * name makes an archive unreadable. A small runtime may lack it; there only ASCII is read so.
   */
  private static final Charset NAMES =
      Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.UTF_8;

  /**
   * A file in the archive.
   *
   * @param name its path in the archive
   * @param file the archive and the path, for messages
   * @param content reads its bytes
   */
  record Entry(String name, String file, PycInputs.Content content) {}

  private final Path path;
  private final ZipFile zip;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * Opens an archive.
   *
   * @throws ZipException if it is none
   */
  PycArchive(Path path) throws IOException {
    this.path = path;
    this.zip = new ZipFile(path.toFile(), NAMES);
    try {
      find();
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Tells whether a file is called as archives are. */
  static boolean isNamedSo(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  private void find() throws IOException {
    List<ZipEntry> found = new ArrayList<>();
    try {
      for (Enumeration<? extends ZipEntry> each = zip.entries(); each.hasMoreElements(); ) {
        ZipEntry entry = each.nextElement();
        if (!entry.isDirectory() && entry.getName().endsWith(".pyc")) {
          found.add(entry);
        }
      }
    } catch (IllegalArgumentException e) {
      // How the JDK ends on a name that is marked as UTF-8 and is not, if it has not met it before.
      faults.add("not a zip archive: name of an entry: " + e.getMessage() + ", file=" + path);
      return;
    }
    if (found.isEmpty()) {
      faults.add("no .pyc files in archive: " + path);
    }
    found.sort(Comparator.comparing(ZipEntry::getName));
    long unpacked = 0;
    for (ZipEntry entry : found) {
      // What an entry declares is what is read of it: no more is unpacked in all.
      unpacked += Math.min(Math.max(0, entry.getSize()), PycBytes.MAX_LENGTH);
    }
    if (unpacked > Math.max(PycBytes.MAX_LENGTH, MAX_RATIO * Files.size(path))) {
      faults.add(
          "archive unpacks to more than "
              + MAX_RATIO
              + " times its length: bytes="
              + unpacked
              + ", file="
              + path);
      return;
    }
    for (int i = 0; i < found.size(); i++) {
      ZipEntry entry = found.get(i);
      String file = Main.oneLine(path + "!/" + entry.getName());
      String problem = problem(entry);
      if (i > 0 && entry.getName().equals(found.get(i - 1).getName())) {
        // Refused above, with the first of its name.
        continue;
      }
      if (i + 1 < found.size() && entry.getName().equals(found.get(i + 1).getName())) {
        // Which of them counts is not the same for all who unpack it.
        problem = "two entries of one name";
      }
      if (problem == null) {
        entries.add(new Entry(entry.getName(), file, () -> read(entry, file)));
      } else {
        faults.add(problem + ", file=" + file);
      }
    }
  }

  /** Says why an entry is not taken; null if it is. */
  private static @Nullable String problem(ZipEntry entry) {
    String name = entry.getName();
    List<String> parts = Arrays.asList(name.split("/", -1));
    if (name.startsWith("/") || parts.contains("..")) {
      return "entry leaves its archive";
    }
    if (name.contains("\\")) {
      // It parts names on one system and is a character of them on another.
      return "entry has a backslash in its name, where the format has '/'";
    }
    if (parts.contains("")
        || parts.contains(".")
        || name.chars().anyMatch(Character::isISOControl)) {
      return "entry has a name that is no path";
    }
    if (entry.getSize() < 0 || entry.getSize() > PycBytes.MAX_LENGTH) {
      return "entry is too long for a .pyc: length="
          + entry.getSize()
          + ", max="
          + PycBytes.MAX_LENGTH;
    }
    return null;
  }

  /** Unpacks an entry, which must be what it declares. */
  private byte[] read(ZipEntry entry, String file) throws IOException {
    int length = (int) entry.getSize();
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      if (in == null) {
        throw new ZipException("not found");
      }
      bytes = in.readNBytes(length + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("entry cannot be unpacked: " + e.getMessage() + ", file=" + file, e);
    }
    if (bytes.length != length) {
      throw new IOException(
          "entry is not as long as it declares: expected="
              + length
              + ", found "
              + (bytes.length > length ? "more" : bytes.length)
              + ", file="
              + file);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (entry.getCrc() >= 0 && crc.getValue() != entry.getCrc()) {
      throw new IOException(
          "checksum of an entry is off: expected=0x"
              + Long.toHexString(entry.getCrc())
              + ", found=0x"
              + Long.toHexString(crc.getValue())
              + ", file="
              + file);
    }
    return bytes;
  }

  /** Returns the {@code .pyc} files by name. */
  List<Entry> entries() {
    return entries;
  }

  /** Returns what is wrong with the archive, a line each. */
  List<String> faults() {
    return faults;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
