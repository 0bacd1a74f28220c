package org.marshalimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * A named root of an image. Mostly it is a module, the root being its code object; but any graph
 * may have a name: {@link #isCode()} tells.
 *
 * <p>Immutable, safe for use by many threads.
 */
public final class ImageModule {
  private final MarshalImage image;
  private final long segment;
  private final String name;

  ImageModule(MarshalImage image, long segment, String name) {
    this.image = image;
    this.segment = segment;
    this.name = name;
  }

  /**
   * Returns the name.
   *
   * @return for example {@code "http.client"}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the image.
   *
   * @return the one that the module was found in
   */
  public MarshalImage image() {
    return image;
  }

  /**
   * Tells whether the root is a code object, so that this is a module. The root is neither linked
   * for it, nor are checksums compared.
   *
   * @return whether {@link #code()} returns it
   */
  public boolean isCode() {
    return rootKind() == TypeCode.CODE;
  }

  /**
   * Returns the type of the root, without making a view of it or linking it.
   *
   * @return a {@link TypeCode}
   */
  public int rootKind() {
    return image.rootKind(segment);
  }

  /**
   * Tells whether the module is a package.
   *
   * @return whether its code is that of an {@code __init__}
   */
  public boolean isPackage() {
    return hasFlag(ModuleLayout.FLAG_PACKAGE);
  }

  /**
   * Returns the module's code object.
   *
   * @return a new view
   * @throws IllegalStateException if the root is of another type; {@link #root()} returns it
   */
  public CodeView code() {
    ImageBytes bytes = image.bytes();
    long root = rootOffset();
    int kind = ObjectChecks.kind(bytes, root);
    if (kind != TypeCode.CODE) {
      throw Failures.notCode(bytes, name, kind, root);
    }
    return new CodeView(bytes, root);
  }

  /**
   * Returns the root, of whatever type.
   *
   * @return a new view
   */
  public ImageObject root() {
    return Views.at(image.bytes(), rootOffset());
  }

  /**
   * Returns the offset of the root, for {@link ImageCursor#moveTo(long)}; makes no object.
   *
   * @return bytes from the start of the image
   */
  public long rootOffset() {
    return image.rootOffset(segment, name);
  }

  /**
   * Returns the Python whose {@code .pyc} file the module came from.
   *
   * @return nothing if the root came from a program, or from a Python that this library does not
   *     know
   */
  public Optional<PythonVersion> pythonVersion() {
    return Optional.ofNullable(PythonVersion.ofMagicNumber(magicNumber()));
  }

  private int magicNumber() {
    return image.bytes().getInt(entry() + ModuleLayout.MAGIC_OFFSET) & 0xFFFF;
  }

  /**
   * Returns what the {@code .pyc} file recorded of its source.
   *
   * @return nothing if the root came from a program
   */
  public Optional<PycHeader> source() {
    if (!hasFlag(ModuleLayout.FLAG_PYC)) {
      return Optional.empty();
    }
    long source = image.bytes().getLong(entry() + ModuleLayout.SOURCE_OFFSET);
    if (hasFlag(ModuleLayout.FLAG_HASH)) {
      PycHeader.Kind kind =
          hasFlag(ModuleLayout.FLAG_CHECK_SOURCE)
              ? PycHeader.Kind.CHECKED_HASH
              : PycHeader.Kind.UNCHECKED_HASH;
      return Optional.of(new PycHeader(kind, 0, 0, source));
    }
    long size = hasFlag(ModuleLayout.FLAG_SOURCE_SIZE) ? source >>> Integer.SIZE : 0;
    return Optional.of(new PycHeader(PycHeader.Kind.TIMESTAMP, source & 0xFFFFFFFFL, size, 0));
  }

  /**
   * Tells whether a source is still the one that the module was compiled from, by what the {@code
   * .pyc} file recorded of it: modification time (seconds modulo 2^32) and, from Python 3 on, size
   * (bytes modulo 2^32), or the hash of its bytes (PEP 552). Reads the source only for a hash.
   *
   * <p>An unchecked hash is compared too: CPython would take the module without a look at the
   * source, but a caller who asks wants the answer. {@link #source()} tells the kinds apart.
   *
   * @param source the Python source; of a link what it leads to
   * @return whether what was recorded is what is found
   * @throws java.nio.file.NoSuchFileException if there is no source
   * @throws IOException if it cannot be read, is no regular file, or is too large to be hashed
   * @throws IllegalStateException if the root came from a program, so that nothing is recorded
   * @throws org.marshalimage.format.CorruptImageException if the image does not name a known
   *     Python, or records a hash for one whose files hold none
   */
  public boolean isCurrent(Path source) throws IOException {
    PycHeader recorded = source().orElseThrow(this::noSource);
    PythonVersion version = requirePythonVersion();
    checkKind(recorded, version);
    return recorded.equals(PycHeader.ofSource(source, recorded.kind(), version));
  }

  private void checkKind(PycHeader recorded, PythonVersion version) {
    if (recorded.kind() != PycHeader.Kind.TIMESTAMP && !version.hasPycFlags()) {
      throw Failures.corrupt(
          image.bytes(),
          "source hash in a module of Python " + version,
          entry() + ModuleLayout.FLAGS_OFFSET);
    }
  }

  private IllegalStateException noSource() {
    return new IllegalStateException(
        "no source recorded, the root came from a program: root="
            + name
            + ", image="
            + image.bytes().file());
  }

  /**
   * Makes the module's {@code .pyc} file again.
   *
   * @return nothing if the root came from a program. {@link PycFile#toByteArray()} may still refuse
   *     it: the graph of an image may be one that no {@code .pyc} file holds
   * @throws org.marshalimage.format.CorruptImageException if the image does not name a known
   *     Python, records a hash for one whose files hold none, or has code of another one as root
   */
  public Optional<PycFile> toPycFile() {
    return source().map(this::toPycFile);
  }

  private PycFile toPycFile(PycHeader header) {
    PythonVersion version = requirePythonVersion();
    checkKind(header, version);
    Value root = root().toValue();
    if (root instanceof CodeValue code && code.version() != version) {
      throw Failures.corrupt(
          image.bytes(),
          "code object of Python " + code.version() + " in a module of Python " + version,
          rootOffset() + CodeLayout.MAGIC_OFFSET);
    }
    return new PycFile(version, header, root);
  }

  private PythonVersion requirePythonVersion() {
    return pythonVersion()
        .orElseThrow(
            () ->
                Failures.corrupt(
                    image.bytes(),
                    "module of an unknown Python" + PythonVersion.hintOnUnknown(magicNumber()),
                    entry() + ModuleLayout.MAGIC_OFFSET));
  }

  /**
   * Returns where the segment starts that holds what this module alone uses; of a module that a
   * start touches in an image laid out by it, where its hot stretch does.
   *
   * @return bytes from the start of the image, a multiple of 8
   */
  public long segmentOffset() {
    return segment;
  }

  /**
   * Returns the bytes of the segment that holds what this module alone uses.
   *
   * @return bytes of both its stretches if it has two, at least 0
   * @throws org.marshalimage.format.CorruptImageException if it lies where none may
   */
  public long segmentLength() {
    return image.header().checkSegment(entry());
  }

  /**
   * Returns where the second stretch of the segment starts: of a module that a start touches, in an
   * image laid out by it, what that start does not need.
   *
   * @return bytes from the start of the image, a multiple of 8; 0 if the segment is one stretch
   */
  public long coldOffset() {
    return image.bytes().getLong(entry() + ModuleLayout.COLD_OFFSET);
  }

  /**
   * Returns the bytes of the second stretch of the segment.
   *
   * @return bytes, at least 0; 0 if it has none
   * @throws org.marshalimage.format.CorruptImageException if it lies where none may
   */
  public long coldLength() {
    image.header().checkSegment(entry());
    return image.bytes().getLong(entry() + ModuleLayout.COLD_LENGTH_OFFSET);
  }

  /**
   * Returns the number of code objects in the module.
   *
   * @return code objects, at least 0
   */
  public int codeCount() {
    return image.bytes().getInt(entry() + ModuleLayout.CODE_COUNT_OFFSET);
  }

  @Override
  public String toString() {
    return "module " + name;
  }

  /** Returns the entry of the module table, which finding a module does not touch. */
  private long entry() {
    return image.entryOf(segment);
  }

  private boolean hasFlag(int flag) {
    return (image.bytes().getInt(entry() + ModuleLayout.FLAGS_OFFSET) & flag) != 0;
  }
}
