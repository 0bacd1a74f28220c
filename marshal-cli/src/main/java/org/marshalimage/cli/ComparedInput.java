package org.marshalimage.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.Side;

/** What {@code diff} compares: an image, or whatever {@code build} makes one of. */
final class ComparedInput implements AutoCloseable {
  private final InputFile input;
  private final PycInputs pycs;
  private final PycChoice choice;
  private final boolean isOneFile;
  private final @Nullable MarshalImage image;

  private ComparedInput(Path path, PycInputs.Options which) throws IOException {
    input = InputFile.of(path);
    pycs = new PycInputs(which);
    choice = new PycChoice(which.python());
    try {
      if (!Files.isDirectory(path) && input.isImage()) {
        image = input.map();
        isOneFile = false;
      } else {
        image = null;
        pycs.add(input.module());
        isOneFile = InputFile.isPipe(path) || path.toString().endsWith(".pyc");
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens a file, folder or pipe.
   *
   * @throws BadInputException if something is wrong with it; a line for each fault
   */
  static ComparedInput open(Path path, PycOptions options, PycInputs.Options which)
      throws IOException {
    ComparedInput opened = new ComparedInput(path, which);
    List<String> faults = new ArrayList<>(opened.pycs.faults());
    if (opened.image == null && faults.isEmpty() && opened.pycs.byModule().isEmpty()) {
      faults.addAll(opened.pycs.notes());
      faults.add(options.noneLeft(which) + " to compare: " + path);
    }
    if (!faults.isEmpty()) {
      opened.close();
      throw new BadInputException(String.join("\n", faults));
    }
    return opened;
  }

  /** Returns the roots. */
  Side side() {
    return image == null ? new PycSide(null) : Side.of(image);
  }

  /**
   * Returns the roots for a comparison with another input. Two {@code .pyc} files are compared with
   * one another, whatever they are called.
   */
  Side sideBeside(ComparedInput other) {
    return isOnePyc() && other.isOnePyc() ? new PycSide(other.pycs.byModule().firstKey()) : side();
  }

  private boolean isOnePyc() {
    return isOneFile && pycs.byModule().size() == 1;
  }

  /** Returns what a user may want to know, a line each; complete when all is compared. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(pycs.notes());
    notes.addAll(choice.notes());
    return notes;
  }

  /** Returns what was wrong with single files, a line each; complete when all is compared. */
  List<String> bad() {
    List<String> bad = new ArrayList<>(choice.bad());
    bad.addAll(choice.conflicts());
    return bad;
  }

  /** Files that are read one after the other. */
  private final class PycSide implements Side {
    private final @Nullable String onlyName;

    PycSide(@Nullable String onlyName) {
      this.onlyName = onlyName;
    }

    @Override
    public SortedSet<String> names() {
      return onlyName == null
          ? new TreeSet<>(pycs.byModule().keySet())
          : new TreeSet<>(List.of(onlyName));
    }

    @Override
    public @Nullable Root read(String name) {
      String module = onlyName == null ? name : pycs.byModule().firstKey();
      PycChoice.Read read = choice.choose(module, pycs.byModule().get(module));
      if (read == null) {
        return null;
      }
      boolean isPackage = read.input().name().isPackage();
      return new Root(read.pyc().root(), isPackage, Optional.of(read.pyc().header()));
    }
  }

  @Override
  public void close() throws IOException {
    if (image != null) {
      image.close();
    }
    pycs.close();
    input.close();
  }
}
