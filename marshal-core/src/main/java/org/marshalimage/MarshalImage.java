package org.marshalimage;

import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.Properties;
import org.marshalimage.internal.link.Counts;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;

/**
 * A mapped image: one read-only file whose objects are read where they lie.
 *
 * <p>Safe for use by many threads. Views and cursors stay valid until {@link #close()}. An image
 * that is not closed is unmapped when the collector finds that neither it nor a view, a cursor, a
 * table or a buffer of it is left, so that to forget it is no leak. The page {@code
 * help/lifetime.md} tells who owns what, and how an image is replaced while it is in use.
 *
 * <p>The file is to stay as it is while it is mapped. To replace it by another, or to delete it, is
 * harmless: what is mapped is the old one. If bytes are written into it, what is read from then on
 * may be refused, or wrong. If it is cut, on Linux, pages behind its new end cannot be read:
 *
 * <ul>
 *   <li>What reads in bulk throws a {@link org.marshalimage.format.CorruptImageException} that says
 *       so: {@link BytesView#toByteArray()}, {@code toString()} of strings, {@link
 *       ImageObject#toValue()}, linking and checksums; {@link #verify()} has a finding.
 *   <li>Single reads, by any other method of a view or a cursor or by a buffer, throw the JVM's
 *       {@link InternalError}. The JVM throws it late: compiled code goes on with nonsense for
 *       values until it next asks the JVM whether to stop, which is at the end of a method or of a
 *       turn of a loop, or, on JDK 17, until it next comes back from the JVM's runtime, which may
 *       be much later. So the error may come out of any method that the same thread is in by then,
 *       or of one of the bulk reads, as their exception. Close the image then, and keep nothing
 *       that was read of it since the file was cut.
 *   <li>Methods of the JDK for two whole buffers, such as {@link java.nio.ByteBuffer#mismatch} and
 *       {@code equals}, and {@link java.util.zip.CRC32C} of a buffer, may end the process: to copy
 *       first is safe.
 * </ul>
 */
public final class MarshalImage implements AutoCloseable {
  private static final int DEFAULT_FINDINGS = 100;

  private final ImageBytes bytes;
  private final ImageHeader header;
  private final @Nullable Checksums checksums;
  private final @Nullable PrivateMapping mapping;
  private final @Nullable Linker linker;
  private final long mapNanos;

  /** Sees when each root is first asked for; null if nobody wants to know. */
  private final @Nullable FirstUses uses;

  /** Whether a root is prepared before it is read: checked, linked, or noted. */
  private final boolean preparesRoots;

  private @Nullable InternedStrings strings;

  /**
   * Makes an image.
   *
   * @param mapping how it lies in memory; null if read-only
   * @param linker what links it in place; null if read-only
   * @param start {@code System.nanoTime()} when mapping began
   * @param options how it is mapped; null for the defaults
   */
  MarshalImage(
      ImageBytes bytes,
      ImageHeader header,
      @Nullable Checksums checksums,
      @Nullable PrivateMapping mapping,
      @Nullable Linker linker,
      long start,
      @Nullable MapOptions options) {
    this.bytes = bytes;
    this.header = header;
    this.checksums = checksums;
    this.mapping = mapping;
    this.linker = linker;
    this.mapNanos = System.nanoTime() - start;
    this.uses = options == null ? null : FirstUses.of(this, options.observer());
    this.preparesRoots = checksums != null || mapping != null || uses != null;
  }

  /**
   * Maps an image, in constant time: header and section table are checked, nothing else is touched.
   * Of images of less than 512 KiB the first eight of a JVM are read into memory instead, which
   * takes less of a fresh JVM than to map them.
   *
   * @param path the image, below 2 GiB, on the default file system
   * @return the image; the caller closes it, or leaves it to the collector
   * @throws IOException if the file cannot be opened or mapped
   * @throws org.marshalimage.format.CorruptImageException if the file is no image, or is cut
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   * @throws IllegalArgumentException if the path is of another file system
   */
  public static MarshalImage map(Path path) throws IOException {
    if (ImageBytes.isFlightRecorded()) {
      return map(path, MapOptions.defaults());
    }
    long start = System.nanoTime();
    ImageBytes bytes = ImageBytes.map(path);
    try {
      return new MarshalImage(bytes, new ImageHeader(bytes), null, null, null, start, null);
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    } catch (InternalError e) {
      bytes.close();
      throw Failures.unreadable(bytes, e);
    }
  }

  /**
   * Maps an image.
   *
   * @param path the image, below 2 GiB, on the default file system
   * @param options how
   * @return the image; the caller closes it, or leaves it to the collector
   * @throws IOException if the file cannot be opened or mapped
   * @throws org.marshalimage.format.CorruptImageException if the file is no image, or is cut
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   * @throws IllegalArgumentException if the table of types does not bind all types of the image, or
   *     two of them alike in place, or if externals are to be resolved and some are lacking; the
   *     message names them; or if the path is of another file system
   * @throws UnsupportedOperationException if closing the image is to unmap it, on JDK 21 or older
   */
  public static MarshalImage map(Path path, MapOptions options) throws IOException {
    return ImageMapper.map(path, options);
  }

  /**
   * Reads an image that is in memory already: embedded in something else, or mapped or received by
   * the program. As {@link #map(ByteBuffer, MapOptions)} with {@link MapOptions#defaults()}.
   *
   * @param buffer the image, from the buffer's position to its limit
   * @return the image; to close it ends access, and does nothing to the buffer
   * @throws org.marshalimage.format.CorruptImageException if the bytes are no image, or not just
   *     one
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   */
  public static MarshalImage map(ByteBuffer buffer) {
    return map(buffer, MapOptions.defaults());
  }

  /**
   * Reads an image that is in memory already. It is neither copied nor written to, and is checked
   * as a file is.
   *
   * <ul>
   *   <li>The buffer may be direct or on the heap, and read-only. Its bytes from position to limit
   *       are the image. Position, limit and byte order stay as they are, may be anything, and may
   *       be changed later: an image is little-endian whatever the buffer's order is.
   *   <li>The memory need not be aligned. A direct buffer on a multiple of 8 is read as fast as a
   *       file that is mapped. A process that reads images in buffers of both kinds reads all of
   *       them slower, since the JVM then has to tell them apart.
   *   <li>The bytes remain the caller's, who is not to change them while the image is in use, no
   *       more than a file that is mapped. The image, its views and their buffers refer to them:
   *       they stay as long as one of these does. Closing the image ends access to it and releases
   *       nothing. If the memory is that of an arena, which its owner closes, or which belongs to
   *       one thread, reads throw what the JDK throws.
   *   <li>{@link #path()} has no answer; messages say "buffer of N bytes", or name no file.
   * </ul>
   *
   * @param buffer the image
   * @param options how; neither in place nor {@code unmapOnClose}
   * @return the image
   * @throws org.marshalimage.format.CorruptImageException if the bytes are no image, or not just
   *     one
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   * @throws IllegalArgumentException if the table of types does not bind all types of the image;
   *     the message names them; if the image is to be linked in place, which writes into its bytes:
   *     they are the caller's, and others may read them; or if closing is to unmap it
   */
  public static MarshalImage map(ByteBuffer buffer, MapOptions options) {
    return ImageMapper.map(buffer, options);
  }

  /**
   * Maps an image that is a resource, as of a class path. As {@link #mapResource(URL, Path,
   * MapOptions)} with {@link MapOptions#defaults()}.
   *
   * @param resource for example {@code Main.class.getResource("stdlib.img")}
   * @param cacheFolder where an image in a jar is unpacked, on the default file system; made with
   *     mode 0700 if it is not there
   * @return the image; the caller closes it, or leaves it to the collector
   * @throws IOException if the resource cannot be read, or not be unpacked, or if others may write
   *     into the folder; then nothing is left of the image
   * @throws org.marshalimage.format.CorruptImageException if the resource is no image, or damaged
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   */
  public static MarshalImage mapResource(URL resource, Path cacheFolder) throws IOException {
    return mapResource(resource, cacheFolder, MapOptions.defaults());
  }

  /**
   * Maps an image that is a resource. One that is a file, of a {@code file:} URL, is mapped where
   * it lies. Any other, such as one in a jar, is unpacked into the folder, under its image id, if
   * it is not there yet; and that file is mapped, by all processes of the user that ask for it.
   *
   * <ul>
   *   <li>However many processes and threads ask at the same time, one unpacks, and the others wait
   *       for it. One that is killed leaves nothing that another would take for the image.
   *   <li>A file of the folder is used only if it belongs to the user, or to root, if nobody else
   *       may write it, and if its content is that of the resource: its header byte for byte, and
   *       all else by the checksums that the header has. When it is unpacked the image id, which is
   *       a SHA-256, is computed too, and with {@link MapOptions#checksums()} each time. A file
   *       that is not right is replaced.
   *   <li>The folder has to be the user's own, or root's, and closed to others: mode 0700. One in
   *       which the group or others may write is refused, and one below a folder in which anyone
   *       may rename it. Files have mode 0600. Where there are no such modes, as on Windows, the
   *       folder is to lie among the user's own.
   *   <li>Nothing is deleted: an image of an older version of a program stays until the program, or
   *       the user, deletes its file or the folder, which may be done at any time. A file {@code
   *       marshalimage.lock} stays too, without a byte in it.
   * </ul>
   *
   * @param resource for example {@code Main.class.getResource("stdlib.img")}
   * @param cacheFolder where an image in a jar is unpacked, on the default file system; made with
   *     mode 0700 if it is not there
   * @param options how
   * @return the image; the caller closes it, or leaves it to the collector
   * @throws IOException if the resource cannot be read, or not be unpacked, or if others may write
   *     into the folder; then nothing is left of the image. An {@link
   *     java.io.InterruptedIOException} if the thread is interrupted and the image is not there yet
   * @throws org.marshalimage.format.CorruptImageException if the resource is no image, or damaged
   * @throws org.marshalimage.format.UnsupportedImageVersionException if its format version, byte
   *     order or pointer width is not one that this library reads
   * @throws IllegalArgumentException as of {@link #map(Path, MapOptions)}
   * @throws UnsupportedOperationException as of {@link #map(Path, MapOptions)}
   */
  public static MarshalImage mapResource(URL resource, Path cacheFolder, MapOptions options)
      throws IOException {
    return ResourceImages.map(resource, cacheFolder, options);
  }

  /**
   * Checks the whole of an image: header, sections, tables, checksums, image id, and every object
   * with its slots; the specification lists the few things that are left out. Memory for that is
   * about a twentieth of the file, and if immutable containers stand twice 12 bytes for each level
   * that they nest. The time is that of reading the file a few times and of its SHA-256.
   *
   * @param path the image, below 2 GiB
   * @param limit most findings that are reported one by one
   * @return what is wrong, if anything
   * @throws IOException if the file cannot be opened or mapped
   */
  public static VerifyReport verify(Path path, int limit) throws IOException {
    return ImageVerifier.verify(path, limit);
  }

  /**
   * Checks the whole file of this image, as it is on the disk now; what was linked or written in
   * place does not count. Of an image in a buffer, the bytes of that.
   *
   * @return what is wrong, if anything; at most 100 findings one by one
   * @throws IOException if the file cannot be opened or mapped
   * @throws IllegalStateException if the image is that of a buffer, and closed
   */
  public VerifyReport verify() throws IOException {
    Path path = bytes.path();
    return path == null
        ? ImageVerifier.verify(bytes, DEFAULT_FINDINGS)
        : verify(path, DEFAULT_FINDINGS);
  }

  /**
   * Returns the file.
   *
   * @return as it was given to {@code map}; of a resource the file that is mapped
   * @throws UnsupportedOperationException if the image is that of a buffer
   */
  public Path path() {
    Path path = bytes.path();
    if (path == null) {
      throw Failures.noPath(bytes);
    }
    return path;
  }

  /**
   * Returns the module of a name.
   *
   * @param name for example {@code "http.client"}
   * @return the module
   * @throws NoSuchElementException if the image has none; the message names the nearest ones
   */
  public ImageModule module(String name) {
    long segment = find(name);
    if (segment < 0) {
      throw NearestNames.notFound(this, name);
    }
    return new ImageModule(this, segment, name);
  }

  /**
   * Looks for the root of a name, without making an object.
   *
   * @param name the name given to the writer, for example {@code "http.client"}
   * @return offset of the root, for {@link ImageCursor#moveTo(long)}, in bytes from the start of
   *     the image; -1 if the image has no such root
   */
  public long rootOffset(String name) {
    long segment = find(name);
    return segment < 0 ? -1 : rootOffset(segment, name);
  }

  /** Returns the offset of a root, which may be read from now on. */
  long rootOffset(long segment, String name) {
    if (preparesRoots) {
      prepare(segment, name);
    }
    return ObjectChecks.tableTarget(bytes, segment + SegmentLayout.ROOT_OFFSET);
  }

  /**
   * Looks for the module of a name, in constant time.
   *
   * @param name for example {@code "http.client"}
   * @return the module, or the root that is none; or nothing
   */
  public Optional<ImageModule> findModule(String name) {
    long segment = find(name);
    return segment < 0 ? Optional.empty() : Optional.of(new ImageModule(this, segment, name));
  }

  /**
   * Tells whether there is a module of a name; makes no object, reads no module.
   *
   * @param name for example {@code "http.client"}
   * @return whether {@link #findModule} finds one
   */
  public boolean hasModule(String name) {
    return find(name) >= 0;
  }

  /**
   * Returns all modules, sorted by the UTF-16 units of their names. All named roots are among them,
   * those that are no module, too: {@link ImageModule#isCode()} tells, {@link #roots()} lists them.
   *
   * @return an unmodifiable list that reads the image as it is read
   */
  public List<ImageModule> modules() {
    return ModuleList.all(this);
  }

  /**
   * Returns those of {@link #modules()} whose names start with a text: for {@code "json."} all that
   * is below the package json, however deep. Found by binary search; a module is made when it is
   * taken from the list.
   *
   * @param prefix may be empty
   * @return an unmodifiable list, sorted as all modules are, that reads the image as it is read
   */
  public List<ImageModule> modules(String prefix) {
    if (prefix == null) {
      throw new IllegalArgumentException("no prefix");
    }
    return ModuleList.startingWith(this, prefix);
  }

  /**
   * Returns the modules right below a package, as {@code pkgutil.iter_modules} does: of {@code
   * "json"} json.decoder, and nothing below json.decoder. The package itself need not be there.
   * What has no code, as a namespace package (PEP 420), is not listed, nor is a root that is no
   * module. The names below the package are searched, its modules are made when they are taken from
   * the list.
   *
   * @param packageName for example {@code "json"}; empty for the modules with no dot in their names
   * @return an unmodifiable list, sorted as all modules are
   */
  public List<ImageModule> submodules(String packageName) {
    if (packageName == null) {
      throw new IllegalArgumentException("no package");
    }
    return ModuleList.rightBelow(this, packageName);
  }

  /**
   * Returns the roots that are no modules: whatever a program has added under a name and is no code
   * object. The type of each root is read, in time that grows with their number.
   *
   * @return an unmodifiable list, sorted as all modules are
   */
  public List<ImageModule> roots() {
    return ModuleList.otherThanCode(this);
  }

  /**
   * Returns the number of modules, in constant time. All named roots count, those that are no
   * module, too, which {@link #rootCount()} counts alone.
   *
   * @return the size of {@link #modules()}
   */
  public int moduleCount() {
    return header.moduleCount();
  }

  /**
   * Returns the number of roots that are no modules. The type of each root is read.
   *
   * @return the size of {@link #roots()}
   */
  public int rootCount() {
    return roots().size();
  }

  /**
   * Returns the root of a name, of whatever type.
   *
   * @param name the name given to the writer
   * @return the root
   * @throws NoSuchElementException if the image has none; the message names the nearest ones
   */
  public ImageObject root(String name) {
    return module(name).root();
  }

  /**
   * Returns the interned string of a number.
   *
   * @param number 0 to {@code internedCount() - 1}
   * @return a new view; of Python 2's interned strings a view of a bytes object
   * @throws IndexOutOfBoundsException if the image has no such number
   */
  public StrView intern(int number) {
    return strings().at(number);
  }

  /**
   * Looks for the number of an interned string, without making an object.
   *
   * @param text UTF-16; the text of a Python 2 string is its bytes as Latin-1
   * @return the number of the interned str that has this text, or else of the interned bytes object
   *     that has it; -1 if there is neither
   */
  public int internNumber(CharSequence text) {
    return strings().find(text);
  }

  /**
   * Returns the number of interned strings; theirs are the first of all string numbers.
   *
   * @return strings, at least 0
   */
  public int internedCount() {
    return header.internedCount();
  }

  /**
   * Returns the types of records that the image has: by name, in the order of UTF-8, then by
   * version. They are read with each call.
   *
   * @return a new list; empty if the image has no records
   * @throws org.marshalimage.format.CorruptImageException if they break the format
   */
  public List<RecordType> recordTypes() {
    bytes.checkOpen();
    List<RecordType> types = new ArrayList<>();
    for (int i = 0, count = bytes.state().recordTypes().count(); i < count; i++) {
      types.add(RecordView.typeAt(bytes, i));
    }
    return types;
  }

  /**
   * Returns the names of what the image needs of the running interpreter.
   *
   * @return in the order of UTF-8, which is that of their numbers; cannot be changed, and reads the
   *     image as it is read; empty if the image has no externals
   */
  public List<String> externals() {
    bytes.checkOpen();
    return new ExternalNames(bytes.state().externals());
  }

  /**
   * Returns a hash of these names, so that an interpreter which has found once that it has them all
   * can know it the next time.
   *
   * @return 64 bits, as the image says; 0 if there are none
   */
  public long externalsFingerprint() {
    bytes.checkOpen();
    return bytes.state().externals().fingerprint();
  }

  private InternedStrings strings() {
    // Racy on purpose: two threads may each make one, which holds nothing but numbers.
    InternedStrings made = strings;
    if (made == null) {
      made = new InternedStrings(bytes, header);
      strings = made;
    }
    return made;
  }

  /**
   * Returns a cursor, which reads objects without making views of them.
   *
   * @return a new cursor that stands nowhere
   */
  public ImageCursor cursor() {
    return new ImageCursor(bytes);
  }

  /**
   * Returns counts and sizes.
   *
   * @return what the header says
   */
  public ImageInfo info() {
    return ImageInfo.of(bytes, header);
  }

  /**
   * Ends all access. Once this has returned, whatever any thread reads of the image by this object,
   * a view, a cursor or a table throws an {@link IllegalStateException} that says "image is
   * closed". What is known without reading is still answered: names, offsets, sizes, counts. A read
   * that is under way ends as it would have; so may a compiled loop over the elements of one
   * string, bytes object or large int.
   *
   * <p>The collector unmaps the file, when it finds that no buffer over it is left, such as {@link
   * CodeView#bytecode()}, which can be read until then. With {@link
   * MapOptions.Builder#unmapOnClose()} the file is unmapped now: what still reads a buffer over it,
   * or is under way, gets an {@code IllegalStateException} of the JDK. Idempotent.
   *
   * @throws IllegalStateException if the file is to be unmapped now, but a system call is just
   *     reading from a buffer over it; then access has ended, and another call unmaps
   */
  @Override
  public void close() {
    bytes.close();
  }

  @Override
  public String toString() {
    return "image of " + header.moduleCount() + " modules, file=" + bytes.file();
  }

  ImageBytes bytes() {
    return bytes;
  }

  ImageHeader header() {
    return header;
  }

  /** Returns the type code of a root, which is neither checked for it nor linked. */
  int rootKind(long segment) {
    long root = ObjectChecks.tableTarget(bytes, segment + SegmentLayout.ROOT_OFFSET);
    return ObjectChecks.kindWithoutLinking(bytes, root);
  }

  private void prepare(long segment, String name) {
    long start = uses == null ? 0 : System.nanoTime();
    long entry;
    try {
      entry = entryOf(segment);
      bytes.raisePendingFault();
    } catch (InternalError e) {
      throw Failures.unreadable(bytes, e);
    }
    if (checksums != null) {
      checksums.checkModule(entry);
    }
    if (linker != null) {
      linker.linkModule(entry, name);
    }
    if (uses != null) {
      int index = bytes.getInt(segment + SegmentLayout.INDEX_OFFSET);
      long length = header.checkSegment(entry);
      uses.use(bytes, index, name, length, start);
    }
  }

  /**
   * Tells whether an object's count is pinned, so that nothing ever frees the object. It is, unless
   * an interpreter has written another count in place.
   *
   * @param object a view of this image
   * @return whether it is
   */
  public boolean isPinned(ImageObject object) {
    return Counts.isPinned(check(object), object.offset);
  }

  /**
   * Adds one to an object's count, if that is not pinned. Atomic.
   *
   * @param object a view of this image
   */
  public void retain(ImageObject object) {
    Counts.retain(check(object), object.offset);
  }

  /**
   * Takes one from an object's count, if that is not pinned; a count of 1 stays. Atomic.
   *
   * @param object a view of this image
   */
  public void release(ImageObject object) {
    Counts.release(check(object), object.offset);
  }

  /**
   * Returns an object's count.
   *
   * @param object a view of this image
   * @return as {@link #setCount}, {@link #retain} and {@link #release} have left it; 0 if it is
   *     pinned, as all counts of an image that is not mapped in place are
   */
  public int count(ImageObject object) {
    return Counts.get(check(object), object.offset);
  }

  /**
   * Writes an object's count, which is then no longer pinned; its number is lost. In place alone.
   *
   * @param object a view of this image
   * @param count 1 to 2^30 - 1
   * @throws UnsupportedOperationException if the image is mapped read-only
   */
  public void setCount(ImageObject object, int count) {
    ImageBytes checked = check(object);
    requireLinker("writing a count");
    Counts.set(checked, object.offset, count);
  }

  private Linker requireLinker(String operation) {
    if (linker == null) {
      throw Failures.notInPlace(bytes, operation);
    }
    return linker;
  }

  private ImageBytes check(ImageObject object) {
    if (object.bytes != bytes) {
      throw Failures.otherImage(bytes, object.bytes);
    }
    return bytes;
  }

  /**
   * Links all modules now. In place alone.
   *
   * @throws UnsupportedOperationException if the image is mapped read-only
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public void linkAll() {
    requireLinker("linking").linkAll();
  }

  /**
   * Returns where the image lies. In place alone.
   *
   * @return the address of its first byte, which an object's {@link ImageObject#offset()} counts
   *     from; valid until the image is closed, and as long as the program holds it or a view
   * @throws UnsupportedOperationException if the image is mapped read-only
   * @throws IllegalStateException if the image is closed
   */
  public long address() {
    long address = requireLinker("an address").address();
    bytes.checkOpen();
    return address;
  }

  /**
   * Returns what the writer has said of the image: by what it was made, for what. Reads the header
   * alone, anew with each call.
   *
   * @return texts by name, in the order of their UTF-8; empty if there are none; cannot be changed
   * @throws org.marshalimage.format.CorruptImageException if they break the format
   * @throws IllegalStateException if the image is closed
   */
  public Map<String, String> properties() {
    return Properties.read(bytes);
  }

  /**
   * Explains how the image was mapped, and what was linked.
   *
   * @return what has been done up to now
   */
  public LinkReport linkReport() {
    return LinkReport.of(bytes, mapping, linker, mapNanos);
  }

  /** Returns where the segment of a root lies; -1 if there is none of the name. */
  private long find(String name) {
    // Compiled code that is hot throws the JVM's own without a message.
    Objects.requireNonNull(name, "name");
    int count = header.moduleCount();
    if (count == 0) {
      return -1;
    }
    long table = header.sectionStart(SectionLayout.DIRECTORY);
    long hash = HashLayout.hash(name, bytes.getLong(table + HashLayout.SEED_OFFSET));
    long value = ObjectChecks.probe(bytes, table, hash, count, count);
    if (value < 0 || bytes.readInt(value + HashLayout.checkDistance(count)) != (int) hash) {
      return absent(-1);
    }
    long segment = (bytes.getInt(value) & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT;
    header.checkSegmentHead(segment, value);
    return ObjectChecks.isNamed(bytes, segment, name) ? segment : absent(segment);
  }

  /**
   * Returns -1, unless checksums tell that a name is not found because of damage.
   *
   * @param segment of the root that may have had the name; -1 if none may have
   */
  private long absent(long segment) {
    if (checksums != null) {
      checksums.checkFront();
      for (int index = 0; segment >= 0 && index < header.moduleCount(); index++) {
        if (bytes.getLong(entryOffset(index) + ModuleLayout.SEGMENT_OFFSET) == segment) {
          checksums.checkModule(entryOffset(index));
        }
      }
    }
    return -1;
  }

  /** Returns the entry of the module whose segment lies at an offset that has been checked. */
  long entryOf(long segment) {
    int index = bytes.getInt(segment + SegmentLayout.INDEX_OFFSET);
    if (index < 0
        || index >= header.moduleCount()
        || bytes.getLong(entryOffset(index) + ModuleLayout.SEGMENT_OFFSET) != segment) {
      throw Failures.corrupt(bytes, "segment and module table disagree: index=" + index, segment);
    }
    return entryOffset(index);
  }

  private long entryOffset(int index) {
    return header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
  }
}
