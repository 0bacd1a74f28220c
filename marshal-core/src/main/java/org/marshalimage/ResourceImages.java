package org.marshalimage;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.UnsupportedImageVersionException;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Verifier;

/**
 * Maps images that are resources. One in a jar is unpacked into a folder of the user's, under its
 * id: once, however many processes ask for it at the same time.
 *
 * <p>Who unpacks holds a lock on a file of the folder, which the system releases when the process
 * ends in whatever way. It writes a temporary file, checks that, and renames it. So the file of the
 * image is whole whenever it is there, and what a killed process has left is replaced by the next.
 * All the same, a file is only mapped if it is found to be the image.
 */
final class ResourceImages {
  private static final String LOCK_NAME = "marshalimage.lock";
  private static final int COPY_SIZE = 1 << 16;
  private static final int MOST_HEADER_BYTES =
      HeaderLayout.SECTIONS_OFFSET
          + HeaderLayout.MAX_SECTIONS * SectionLayout.SIZE
          + PropertiesLayout.MAX_LENGTH;

  /**
   * Held with the lock of the file, which is one for all threads of a JVM. It is a text, of which
   * the JVM has one however many loaders have loaded this class.
   */
  private static final String JVM_LOCK = "org.marshalimage: unpacks an image";

  private final URL resource;

  /** Header and section table of the resource. */
  private final byte[] header;

  private final PrivateFolder folder;
  private final boolean isThorough;

  private ResourceImages(URL resource, byte[] header, PrivateFolder folder, boolean isThorough) {
    this.resource = resource;
    this.header = header;
    this.folder = folder;
    this.isThorough = isThorough;
  }

  static MarshalImage map(URL resource, Path cacheFolder, MapOptions options) throws IOException {
    if (resource == null) {
      throw new IllegalArgumentException("no resource: its URL is null");
    }
    if (cacheFolder == null) {
      throw new IllegalArgumentException("no cache folder");
    }
    ImageBytes.toFile(cacheFolder);
    if (resource.getProtocol().equals("file")) {
      return MarshalImage.map(toPath(resource), options);
    }
    byte[] header;
    try (InputStream in = open(resource)) {
      header = readHeader(in, resource);
    }
    PrivateFolder folder = PrivateFolder.of(cacheFolder);
    Path file = new ResourceImages(resource, header, folder, options.checksums()).find();
    return MarshalImage.map(file, options);
  }

  private static Path toPath(URL resource) {
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      // Made by hand, with spaces in it. By way of a File, which takes "/C:/a b" for a path.
      return new File(resource.getPath()).toPath();
    }
  }

  /** Opens a resource. A jar is closed with it: the JDK would else keep it open, to share it. */
  private static InputStream open(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  /** Reads as much as a header and a section table have, which is checked when it is mapped. */
  private static byte[] readHeader(InputStream in, URL resource) throws IOException {
    byte[] start = in.readNBytes(HeaderLayout.SECTIONS_OFFSET);
    if (start.length < HeaderLayout.SECTIONS_OFFSET
        || wrap(start).getLong(HeaderLayout.MAGIC_OFFSET) != HeaderLayout.MAGIC) {
      throw corrupt(resource, "not an image");
    }
    int length = wrap(start).getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    if (length < start.length || length > MOST_HEADER_BYTES) {
      throw corrupt(resource, "bad header length: found=" + Integer.toUnsignedString(length));
    }
    long imageLength = wrap(start).getLong(HeaderLayout.LENGTH_OFFSET);
    if (imageLength < length || imageLength > Integer.MAX_VALUE) {
      throw corrupt(resource, "bad length: found=" + imageLength + ", max=" + Integer.MAX_VALUE);
    }
    byte[] header = Arrays.copyOf(start, length);
    int rest = length - start.length;
    if (in.readNBytes(header, start.length, rest) < rest) {
      throw corrupt(resource, "image is cut in its header");
    }
    return header;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static CorruptImageException corrupt(URL resource, String problem) {
    return new CorruptImageException(
        problem, MarshalFormatException.NO_OFFSET, resource.toString());
  }

  /** Returns the file of the image, which is unpacked if it is not there. */
  private Path find() throws IOException {
    Path target = folder.resolve(name());
    if (isImage(target)) {
      return target;
    }
    synchronized (JVM_LOCK) {
      try (FileChannel lock = folder.open(folder.resolve(LOCK_NAME), StandardOpenOption.CREATE)) {
        lock.lock();
        // Another process may have unpacked it meanwhile.
        if (!isImage(target)) {
          unpack(target);
        }
      } catch (IOException e) {
        throw cannotUnpack(target, Failures.writing(target, e));
      }
    }
    return target;
  }

  /**
   * Returns the name of the file: the image id. It is the same however an image is prelinked, so
   * that of a prelinked one the checksum of the header follows, which is not.
   */
  private String name() {
    ByteBuffer fields = wrap(header);
    byte[] id = new byte[HeaderLayout.IMAGE_ID_LENGTH];
    fields.get(HeaderLayout.IMAGE_ID_OFFSET, id);
    boolean isPrelinked =
        fields.getLong(HeaderLayout.LINK_BASE_OFFSET) != 0
            || fields.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0;
    HexFormat hex = HexFormat.of();
    return hex.formatHex(id)
        + (isPrelinked ? "-" + hex.toHexDigits(fields.getLong(HeaderLayout.CHECKSUM_OFFSET)) : "")
        + ".img";
  }

  /** Tells whether a file is there, nobody else's, and the image. */
  private boolean isImage(Path file) {
    if (!folder.isOwn(file)) {
      return false;
    }
    try {
      check(file, isThorough);
      return true;
    } catch (MarshalFormatException | InternalError | IOException e) {
      // Damaged, cut while it was read, or gone: it is unpacked anew, and what is wrong then is
      // told.
      return false;
    }
  }

  /**
   * Holds a file against the header of the resource, which has a checksum of each section and the
   * id.
   *
   * @param byId whether the id is computed too: of 60 MB that takes 0.4 s of CPU, checksums 20 ms
   */
  private void check(Path file, boolean byId) throws IOException {
    try (ImageBytes bytes = ImageBytes.map(file, ImageBytes.hasArenas())) {
      byte[] found = new byte[header.length];
      bytes.checkRange(0, found.length);
      bytes.getBytes(0, found, 0, found.length);
      if (!Arrays.equals(found, header)) {
        throw Failures.notAnImage(bytes, "header is not that of the resource");
      }
      new Checksums(bytes, new ImageHeader(bytes)).checkSections();
      if (byId) {
        Verifier.checkId(bytes.again());
      }
      bytes.raisePendingFault();
    }
  }

  private void unpack(Path target) throws IOException {
    Path temporary = folder.resolve(target.getFileName() + ".tmp");
    // What a killed process has left.
    Files.deleteIfExists(temporary);
    try {
      try (InputStream in = open(resource);
          FileChannel out = folder.open(temporary, StandardOpenOption.CREATE_NEW)) {
        copy(in, out);
      }
      check(temporary, true);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (UnsupportedImageVersionException e) {
      throw new UnsupportedImageVersionException(e.problem(), e.offset(), resource.toString());
    } catch (MarshalFormatException e) {
      throw new CorruptImageException(e.problem(), e.offset(), resource.toString());
    } finally {
      // After the move there is none.
      Files.deleteIfExists(temporary);
    }
  }

  /** Copies the resource, which must be as long as its header says. */
  private void copy(InputStream in, FileChannel out) throws IOException {
    long length = wrap(header).getLong(HeaderLayout.LENGTH_OFFSET);
    byte[] part = new byte[COPY_SIZE];
    long done = 0;
    for (int count = in.read(part); count >= 0; count = in.read(part)) {
      done += count;
      if (done > length) {
        throw corrupt(resource, "image has grown: expected length=" + length);
      }
      ByteBuffer left = ByteBuffer.wrap(part, 0, count);
      while (left.hasRemaining()) {
        out.write(left);
      }
    }
    if (done < length) {
      throw corrupt(resource, "image is cut: expected length=" + length + ", found length=" + done);
    }
  }

  private IOException cannotUnpack(Path target, IOException cause) {
    if (cause.getClass() != IOException.class) {
      return cause;
    }
    return new IOException(
        "cannot unpack the image: "
            + cause.getMessage()
            + ", length="
            + wrap(header).getLong(HeaderLayout.LENGTH_OFFSET)
            + ", resource="
            + resource
            + ", file="
            + target,
        cause);
  }
}
