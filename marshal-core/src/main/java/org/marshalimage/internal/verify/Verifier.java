package org.marshalimage.internal.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.ModuleLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SectionLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.StringsLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.TypesLayout;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.HandleCodes;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.layout.ImageTypes;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.layout.Properties;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;

/**
 * Checks all that the specification says of an image. Iterative; beside a few words it needs two
 * bits for each 8 bytes of objects, and some for each module, string and code object. Not
 * thread-safe.
 */
public final class Verifier {
  private static final int KNOWN_FLAGS =
      ModuleLayout.FLAG_PACKAGE
          | ModuleLayout.FLAG_PYC
          | ModuleLayout.FLAG_MTIME
          | ModuleLayout.FLAG_SOURCE_SIZE
          | ModuleLayout.FLAG_HASH
          | ModuleLayout.FLAG_CHECK_SOURCE;

  private final ImageBytes image;
  private final ImageHeader header;
  private final Findings findings;
  private final FoundObjects objects;

  /** Whether sections follow each other and have the bytes that were written. */
  private boolean areSectionsSound = true;

  /** Whether the names of the modules lie one behind the other, so that to read all is linear. */
  private boolean areNamesSound = true;

  private Verifier(
      ImageBytes image, ImageHeader header, @Nullable HandleCodes handleCodes, Findings findings) {
    this.image = image;
    this.header = header;
    this.findings = findings;
    this.objects = new FoundObjects(image, header, handleCodes);
  }

  /**
   * Checks an image.
   *
   * @param image mapped read-only, its header not yet read
   * @return number of objects that were looked at
   */
  public static long verify(ImageBytes image, Findings findings) {
    ImageHeader header;
    try {
      header = new ImageHeader(image);
    } catch (MarshalFormatException e) {
      findings.add(e, "header");
      return 0;
    }
    HandleCodes handleCodes = null;
    try {
      ImageTypes types = new ImageTypes(image, header);
      handleCodes = types.isPrelinked() ? types.codes() : null;
    } catch (MarshalFormatException e) {
      findings.add(e, section(SectionLayout.TYPES));
    }
    return new Verifier(image, header, handleCodes, findings).verify();
  }

  /**
   * Computes the image id. Of an image that is prelinked, all else is checked on the way.
   *
   * @param image mapped read-only, its header not yet read
   * @throws org.marshalimage.format.CorruptImageException if the id is not that of the content
   * @throws org.marshalimage.format.UnsupportedImageVersionException if the image is of a kind that
   *     this library does not read
   */
  public static void checkId(ImageBytes image) {
    Findings findings = new Findings(1);
    ImageHeader header = new ImageHeader(image);
    Verifier verifier = new Verifier(image, header, null, findings);
    if (image.getLong(HeaderLayout.TYPES_FINGERPRINT_OFFSET) != 0
        || image.getLong(HeaderLayout.LINK_BASE_OFFSET) != 0) {
      // The id is that of the objects as they were: these have to be found first.
      verify(image.again(), findings);
    } else {
      verifier.run("header", verifier::sections);
      if (verifier.areSectionsSound) {
        verifier.imageId();
      }
    }
    if (findings.total() > 0) {
      Findings.Item first = findings.items().get(0);
      throw Failures.corrupt(image, first.describe(), first.offset());
    }
  }

  private long verify() {
    run("header", this::sections);
    run("properties", () -> Properties.read(image));
    run(section(SectionLayout.MODULES), this::modules);
    run(
        section(SectionLayout.RECORD_TYPES),
        () -> objects.setRecordTypes(image.state().recordTypes()));
    run(section(SectionLayout.EXTERNALS), () -> image.state().externals().check());
    ObjectVerifier each = new ObjectVerifier(image, header, objects, findings);
    each.verifyShared();
    each.verifySegments();
    each.verifyCounts();
    objects.rank();
    run(
        section(SectionLayout.RELOCATIONS),
        new RelocationVerifier(image, header, objects, findings)::verify);
    SlotVerifier slots = new SlotVerifier(image, header, objects, findings);
    slots.verify();
    if (areNamesSound) {
      run(section(SectionLayout.DIRECTORY), this::directory);
    }
    if (!objects.isBroken()) {
      new OrderVerifier(image, header, objects, slots, findings).verify();
      run(section(SectionLayout.TYPES), this::types);
      run(section(SectionLayout.STRINGS), this::strings);
      new DuplicateVerifier(image, objects, slots, findings).verify();
      if (areSectionsSound) {
        imageId();
      }
    }
    return each.count();
  }

  /** Runs a check that may meet damage which another one reports, too. */
  private void run(String part, Runnable check) {
    try {
      check.run();
    } catch (MarshalFormatException e) {
      findings.add(e, part);
    }
  }

  private static String section(int kind) {
    return "section " + SectionLayout.nameOf(kind);
  }

  /** Sections follow each other without gaps, and their bytes are those that were written. */
  private void sections() {
    int count = image.getInt(HeaderLayout.SECTION_COUNT_OFFSET);
    long end = image.getInt(HeaderLayout.HEADER_LENGTH_OFFSET);
    for (int i = 0; i < count; i++) {
      long entry = HeaderLayout.SECTIONS_OFFSET + (long) i * SectionLayout.SIZE;
      int kind = image.getInt(entry + SectionLayout.KIND_OFFSET);
      String name = section(kind);
      if (kind <= 0 || kind > SectionLayout.LAST) {
        areSectionsSound = false;
        findings.add(entry, name, "unknown section", null, kind);
      }
      long start = image.getLong(entry + SectionLayout.START_OFFSET);
      long length = image.getLong(entry + SectionLayout.LENGTH_OFFSET);
      if (start != end) {
        areSectionsSound = false;
        findings.add(entry, name, "section does not start where the one before ends", end, start);
      }
      end = start + length;
      long found = Checksums.crc(image, start, length);
      long recorded = image.getLong(entry + SectionLayout.CHECKSUM_OFFSET);
      if (recorded != found) {
        areSectionsSound = false;
        findings.addHex(start, name, "checksum is off", recorded, found);
      }
    }
    if (end != image.length()) {
      areSectionsSound = false;
      findings.add(end, "end of the file", "bytes behind the last section", end, image.length());
    }
  }

  /** Of an image whose checksums are off, the id cannot be right, which would say nothing more. */
  private void imageId() {
    byte[] recorded = new byte[HeaderLayout.IMAGE_ID_LENGTH];
    image.getBytes(HeaderLayout.IMAGE_ID_OFFSET, recorded, 0, recorded.length);
    byte[] found = ImageId.of(image, header, objects);
    if (!Arrays.equals(recorded, found)) {
      findings.add(
          HeaderLayout.IMAGE_ID_OFFSET,
          "header",
          "image id is not the hash of the content",
          HexFormat.of().formatHex(found),
          HexFormat.of().formatHex(recorded));
    }
  }

  /** Entries of the module table, and the segments. */
  private void modules() {
    SegmentVerifier segments = new SegmentVerifier(image, header, objects, findings);
    boolean isByStart = header.sharedHot() != 0;
    List<String> names = new ArrayList<>();
    long name = image.objectsStart();
    String previous = null;
    for (int i = 0; i < header.moduleCount(); i++) {
      long entry = header.sectionStart(SectionLayout.MODULES) + (long) i * ModuleLayout.SIZE;
      String part = "module " + i;
      long nameOffset = image.getLong(entry + ModuleLayout.NAME_OFFSET);
      if (nameOffset != name) {
        areNamesSound = false;
        findings.addHex(
            entry + ModuleLayout.NAME_OFFSET,
            part,
            "name is not the next in SHARED",
            name,
            nameOffset);
      }
      String text = objects.text(name);
      if (text == null) {
        areNamesSound = false;
        findings.add(name, part, "no str where the name should be", null, null);
        break;
      }
      part = "module " + text;
      if (text.isEmpty()) {
        findings.add(name, part, "name is empty", null, null);
      }
      name +=
          StrLayout.recordSize(
              ObjectChecks.strLength(image, name), ObjectChecks.strWidthShift(image, name));
      if (previous != null && previous.compareTo(text) >= 0) {
        findings.add(entry, part, "names are not in order", null, previous);
      }
      previous = text;
      source(entry, part);
      if (isByStart) {
        names.add(text);
      } else {
        segments.verify(i, text);
      }
    }
    if (isByStart && name > header.sharedHot()) {
      findings.add(
          HeaderLayout.SHARED_HOT_OFFSET,
          "header",
          "hot part of SHARED starts before the names end",
          name,
          header.sharedHot());
    }
    if (isByStart) {
      segments.verifyByStart(names);
    }
    segments.verifyEnd();
  }

  private void checkEqual(long at, String part, String field, int expected) {
    int found = image.getInt(at);
    if (found != expected) {
      findings.add(at, part, field, expected, found);
    }
  }

  /** What an entry records of the .pyc file that its root came from. */
  private void source(long entry, String part) {
    int flags = image.getInt(entry + ModuleLayout.FLAGS_OFFSET);
    long source = image.getLong(entry + ModuleLayout.SOURCE_OFFSET);
    int magic = image.getInt(entry + ModuleLayout.MAGIC_OFFSET);
    boolean isPyc = (flags & ModuleLayout.FLAG_PYC) != 0;
    boolean hasMtime = (flags & ModuleLayout.FLAG_MTIME) != 0;
    boolean hasHash = (flags & ModuleLayout.FLAG_HASH) != 0;
    boolean hasSize = (flags & ModuleLayout.FLAG_SOURCE_SIZE) != 0;
    boolean isChecked = (flags & ModuleLayout.FLAG_CHECK_SOURCE) != 0;
    boolean isConsistent =
        (flags & ~KNOWN_FLAGS) == 0
            && isPyc == (hasMtime || hasHash)
            && !(hasMtime && hasHash)
            && !(hasSize && !hasMtime)
            && !(isChecked && !hasHash);
    if (!isConsistent) {
      findings.addHex(entry + ModuleLayout.FLAGS_OFFSET, part, "flags make no sense", null, flags);
    }
    if (!isPyc) {
      checkEqual(entry + ModuleLayout.MAGIC_OFFSET, part, "magic number of no .pyc", 0);
      if (source != 0) {
        findings.addHex(entry + ModuleLayout.SOURCE_OFFSET, part, "source of no .pyc", 0L, source);
      }
      return;
    }
    PythonVersion version = PythonVersion.ofMagicNumber(magic & 0xFFFF);
    if (version == null) {
      findings.addHex(
          entry + ModuleLayout.MAGIC_OFFSET, part, unknownPython(magic & 0xFFFF), null, magic);
      return;
    }
    if (magic != version.magicWord()) {
      findings.addHex(
          entry + ModuleLayout.MAGIC_OFFSET, part, "magic number", version.magicWord(), magic);
    }
    if (hasHash && !version.hasPycFlags()) {
      findings.addHex(
          entry + ModuleLayout.FLAGS_OFFSET,
          part,
          "source hash in a module of Python " + version,
          null,
          flags);
    }
    if (hasMtime && hasSize == version.isPython2()) {
      findings.addHex(
          entry + ModuleLayout.FLAGS_OFFSET,
          part,
          "size of the source in a module of Python " + version,
          null,
          flags);
    }
    if (hasMtime && !hasSize && source >>> Integer.SIZE != 0) {
      findings.addHex(
          entry + ModuleLayout.SOURCE_OFFSET,
          part,
          "source of a modification time alone",
          source & 0xFFFFFFFFL,
          source);
    }
  }

  /** Says what is wrong with a magic number that is not known. */
  static String unknownPython(int magicNumber) {
    return "magic number of no known Python" + PythonVersion.hintOnUnknown(magicNumber);
  }

  private void directory() {
    int count = header.moduleCount();
    long table = header.sectionStart(SectionLayout.DIRECTORY);
    hash(
        table,
        count,
        count,
        section(SectionLayout.DIRECTORY),
        (index, seed) -> {
          long entry = header.sectionStart(SectionLayout.MODULES) + index * ModuleLayout.SIZE;
          String name = objects.text(image.getLong(entry + ModuleLayout.NAME_OFFSET));
          return name == null ? 0 : HashLayout.hash(name, seed);
        },
        index -> {
          long entry =
              header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
          return image.getLong(entry + ModuleLayout.SEGMENT_OFFSET) / HeaderLayout.ALIGNMENT;
        });
    checks(table, count);
  }

  /** Each place of DIRECTORY has the lower half of the hash of its text. */
  private void checks(long table, int count) {
    String part = section(SectionLayout.DIRECTORY);
    long seed = image.getLong(table + HashLayout.SEED_OFFSET);
    for (int index = 0; index < count; index++) {
      long entry = header.sectionStart(SectionLayout.MODULES) + (long) index * ModuleLayout.SIZE;
      String name = objects.text(image.getLong(entry + ModuleLayout.NAME_OFFSET));
      if (name == null) {
        continue;
      }
      long hash = HashLayout.hash(name, seed);
      long value;
      try {
        value = ObjectChecks.probe(image, table, hash, count, count);
      } catch (MarshalFormatException e) {
        // Said of the hash.
        continue;
      }
      if (value >= 0) {
        checkEqual(value + HashLayout.checkDistance(count), part, "check of a name", (int) hash);
      }
    }
    if (count % 2 != 0) {
      long end = table + HashLayout.directoryLength(count);
      checkEqual(end - Integer.BYTES, part, "padding is not zero", 0);
    }
  }

  /**
   * Every text leads to its value, and nothing else leads anywhere.
   *
   * @param texts hashes the text of an index with a seed
   */
  private void hash(
      long table,
      int buckets,
      int count,
      String part,
      LongBinaryOperator texts,
      IntToLongFunction values) {
    long seed = image.getLong(table + HashLayout.SEED_OFFSET);
    int[] sizes = new int[buckets];
    for (int index = 0; index < count; index++) {
      long hash = texts.applyAsLong(index, seed);
      sizes[HashLayout.bucket(hash, buckets)]++;
      long value;
      try {
        value = ObjectChecks.probe(image, table, hash, buckets, count);
      } catch (MarshalFormatException e) {
        findings.add(e, part);
        continue;
      }
      long expected = values.applyAsLong(index);
      long found = value < 0 ? -1 : image.getInt(value) & 0xFFFFFFFFL;
      if (found != expected) {
        findings.add(
            value < 0 ? table : value, part, "text leads to another value", expected, found);
      }
    }
    for (int bucket = 0; bucket < buckets; bucket++) {
      long at = table + HashLayout.redirectOffset(bucket);
      int redirect = image.getInt(at);
      if (sizes[bucket] == 0 && redirect != 0 || sizes[bucket] > 1 && redirect <= 0) {
        findings.add(at, part, "redirect of a bucket of " + sizes[bucket], null, redirect);
      }
    }
    if ((buckets + count) % 2 != 0) {
      long last = table + HashLayout.valueOffset(count, buckets);
      checkEqual(last, part, "padding is not zero", 0);
    }
  }

  private void types() {
    long start = header.sectionStart(SectionLayout.TYPES);
    long end = start + header.sectionLength(SectionLayout.TYPES);
    long at = start;
    String part = section(SectionLayout.TYPES);
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      int expected = objects.count(code);
      if (expected == 0) {
        continue;
      }
      if (at + TypesLayout.SIZE > end
          || image.getInt(at + TypesLayout.CODE_OFFSET) != code
          || image.getInt(at + TypesLayout.OBJECTS_OFFSET) != expected) {
        findings.add(
            at,
            part,
            "entry of " + TypeCode.nameOf(code),
            expected + " objects",
            at + TypesLayout.SIZE > end
                ? "none"
                : image.getInt(at + TypesLayout.OBJECTS_OFFSET)
                    + " of "
                    + TypeCode.nameOf(image.getInt(at + TypesLayout.CODE_OFFSET)));
        return;
      }
      at += TypesLayout.SIZE;
    }
    if (at != end) {
      findings.add(at, part, "entry of a type that no object has", null, null);
    }
  }

  private void strings() {
    int count = header.internedCount();
    long table = header.sectionStart(SectionLayout.STRINGS);
    String part = section(SectionLayout.STRINGS);
    long expected = StringsLayout.sectionLength(count);
    if (header.sectionLength(SectionLayout.STRINGS) != expected) {
      findings.add(table, part, "length", expected, header.sectionLength(SectionLayout.STRINGS));
      return;
    }
    for (int number = 0; number < count; number++) {
      long at = table + StringsLayout.offsetOffset(number, count);
      long offset = (image.getInt(at) & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT;
      if (!objects.isString(offset, number)) {
        findings.addHex(at, part, "not the string of number " + number, null, offset);
        return;
      }
    }
    long end = table + StringsLayout.offsetOffset(count, count);
    if (count % 2 != 0) {
      checkEqual(end, part, "padding is not zero", 0);
    }
    hash(
        table,
        StringsLayout.bucketCount(count),
        count,
        part,
        (index, seed) -> {
          long at = table + StringsLayout.offsetOffset((int) index, count);
          return objects.textHash((image.getInt(at) & 0xFFFFFFFFL) * HeaderLayout.ALIGNMENT, seed);
        },
        number -> number);
  }
}
