package org.marshalimage.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.stream.PycFile;

/**
 * Chooses the file of a module among those that have its name. All of them are decoded, so that one
 * that cannot be read takes nothing from one that can; those of one module at a time are in memory.
 */
final class PycChoice {
  private static final int MAGIC_LENGTH = 4;

  /** How many modules with files of several Pythons are named; a library may have thousands. */
  private static final int MAX_NAMED = 20;

  private final @Nullable PythonVersion python;
  private final List<String> bad = new ArrayList<>();
  private final List<String> conflicts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int severalVersions;
  private int otherVersions;

  /**
   * A file that was read.
   *
   * @param input where it was found
   * @param bytes its bytes
   * @param pyc what they say
   */
  record Read(PycInputs.Input input, byte[] bytes, PycFile pyc) {}

  /**
   * Makes a choice.
   *
   * @param python the only Python whose files are taken; null for any
   */
  PycChoice(@Nullable PythonVersion python) {
    this.python = python;
  }

  /** Returns the file of a module; null if there is none to take, and what is said of it. */
  @Nullable Read choose(String module, List<PycInputs.Input> inputs) {
    List<Read> good = new ArrayList<>();
    for (PycInputs.Input input : inputs) {
      try {
        byte[] bytes = input.content().read();
        if (isOtherVersion(input, bytes)) {
          otherVersions++;
        } else {
          good.add(new Read(input, bytes, parse(input, bytes)));
        }
      } catch (MarshalFormatException | IOException e) {
        bad.add(Main.describe(e));
      }
    }
    if (good.size() < 2) {
      return good.isEmpty() ? null : good.get(0);
    }
    if (good.stream().map(read -> read.pyc.version()).distinct().count() > 1) {
      refuseVersions(module, good);
      return null;
    }
    good = withoutHidden(good);
    for (Read read : good) {
      if (!isSame(read, good.get(0))) {
        conflicts.add(
            "two files for module "
                + module
                + ": "
                + good.get(0).input.file()
                + " and "
                + read.input.file()
                + "; name one of them or --exclude the other");
        return null;
      }
    }
    return good.get(0);
  }

  private static boolean isSame(Read left, Read right) {
    return left.input.name().isPackage() == right.input.name().isPackage()
        && Arrays.equals(left.bytes, right.bytes);
  }

  private boolean isOtherVersion(PycInputs.Input input, byte[] bytes) {
    return python != null
        && !input.name().isCached()
        && bytes.length >= MAGIC_LENGTH
        && bytes[2] == '\r'
        && bytes[3] == '\n'
        && PythonVersion.ofMagicNumber((bytes[0] & 0xff) | (bytes[1] & 0xff) << Byte.SIZE)
            != python;
  }

  private static PycFile parse(PycInputs.Input input, byte[] bytes) {
    PycFile pyc = PycFile.parse(bytes, input.file());
    String named = input.name().python();
    if (named != null && !named.equals(pyc.version().toString())) {
      // No interpreter loads it: the one that looks for the name refuses the number.
      throw new MarshalStreamException(
          "name and magic number disagree: the name says Python "
              + named
              + ", the magic number "
              + pyc.version(),
          0,
          input.file());
    }
    if (pyc.root().typeCode() != TypeCode.CODE) {
      throw new MarshalStreamException(
          "not a module: expected a code object, found a " + TypeCode.nameOf(pyc.root().typeCode()),
          pyc.version().headerLength(),
          input.file());
    }
    return pyc;
  }

  private void refuseVersions(String module, List<Read> good) {
    severalVersions++;
    if (severalVersions > MAX_NAMED) {
      return;
    }
    conflicts.add(
        "files of several Pythons for module "
            + module
            + ": "
            + good.stream()
                .map(read -> read.input.file() + " (" + read.pyc.version() + ")")
                .collect(Collectors.joining(" and "))
            + "; choose with "
            + good.stream()
                .map(read -> read.pyc.version())
                .distinct()
                .sorted()
                .map(version -> "--python " + version)
                .collect(Collectors.joining(" or ")));
  }

  /** As the import system does: a package hides a module of its name, if in the same folder. */
  private List<Read> withoutHidden(List<Read> good) {
    List<Read> left = new ArrayList<>(good);
    for (Read read : good) {
      if (!read.input.name().isPackage()) {
        good.stream()
            .map(other -> other.input)
            .filter(other -> other.name().isPackage())
            .filter(other -> other.name().root().equals(read.input.name().root()))
            .findFirst()
            .ifPresent(
                winner -> {
                  left.remove(read);
                  notes.add(read.input.file() + " is hidden by the package " + winner.file());
                });
      }
    }
    return left;
  }

  /** Returns what is wrong with files, a line each. */
  List<String> bad() {
    return bad;
  }

  /** Returns modules that have several files of which none is wrong, a line each. */
  List<String> conflicts() {
    List<String> all = new ArrayList<>(conflicts);
    if (severalVersions > MAX_NAMED) {
      all.add("files of several Pythons for " + (severalVersions - MAX_NAMED) + " more modules");
    }
    return all;
  }

  /** Returns what a user may want to know, a line each. */
  List<String> notes() {
    return notes;
  }

  /** Returns how many files without a tag are of another Python than the one asked for. */
  int otherVersions() {
    return otherVersions;
  }
}
