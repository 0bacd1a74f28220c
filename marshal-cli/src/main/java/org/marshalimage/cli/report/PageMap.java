package org.marshalimage.cli.report;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;
import org.marshalimage.ImageCursor;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.HeaderLayout;

/**
 * A file as a row of cells of one length: a page each, or more in a large file. Of each cell whose
 * bytes most of it are, how many others have some, when it was first touched, and how much of it.
 */
final class PageMap {
  /** As many as a person may tell apart. */
  private static final int MOST_CELLS = 20_000;

  /** Owner of a cell with nothing of a module, or with nothing but what modules share. */
  static final int NO_OWNER = -2;

  static final int SHARED = -1;

  private final int cellBytes;
  private final int[] owners;
  private final int[] ownerBytes;

  /** Owners beside the one that has most. */
  private final int[] others;

  /** Bytes of the owner at hand, and the cells that have some. */
  private final int[] current;

  private final IntArrayList dirty = new IntArrayList();

  PageMap(long length) {
    int bytes = HeaderLayout.PAGE_SIZE;
    while ((length + bytes - 1) / bytes > MOST_CELLS) {
      bytes *= 2;
    }
    cellBytes = bytes;
    int count = (int) ((length + bytes - 1) / bytes);
    owners = new int[count];
    Arrays.fill(owners, NO_OWNER);
    ownerBytes = new int[count];
    others = new int[count];
    current = new int[count];
  }

  /** Adds an object of the owner at hand. */
  void add(long offset, long length) {
    for (long at = offset; at < offset + length; ) {
      int cell = (int) (at / cellBytes);
      long end = Math.min(offset + length, (cell + 1L) * cellBytes);
      if (current[cell] == 0) {
        dirty.addInt(cell);
      }
      current[cell] += (int) (end - at);
      at = end;
    }
  }

  /** Ends what {@link #add} was told: all of it is this owner's. */
  void endOwner(int owner) {
    for (int i = 0; i < dirty.size(); i++) {
      int cell = dirty.getInt(i);
      others[cell] += owners[cell] == NO_OWNER ? 0 : 1;
      if (current[cell] > ownerBytes[cell]) {
        ownerBytes[cell] = current[cell];
        owners[cell] = owner;
      }
      current[cell] = 0;
    }
    dirty.clear();
  }

  /**
   * Cells as the page takes them.
   *
   * @param cellBytes bytes of a cell
   * @param owners indices of modules, or {@link #SHARED}, or {@link #NO_OWNER}
   * @param others how many more modules have something there
   * @param touched by which place of the trace each was first touched, from 1 on; 0 if never
   * @param touchedBytes bytes of objects that were touched
   */
  record Cells(int cellBytes, int[] owners, int[] others, int[] touched, int[] touchedBytes) {}

  /**
   * Returns the cells.
   *
   * @param touched offsets of the objects that were touched, in order; empty without a trace
   */
  Cells cells(MarshalImage image, long[] touched) {
    int[] first = new int[touched.length == 0 ? 0 : owners.length];
    int[] bytes = new int[first.length];
    ImageCursor cursor = image.cursor();
    int rank = 0;
    for (long offset : touched) {
      long end = offset + cursor.moveTo(offset).length();
      for (long at = offset; at < end; ) {
        int cell = (int) (at / cellBytes);
        long stop = Math.min(end, (cell + 1L) * cellBytes);
        bytes[cell] += (int) (stop - at);
        if (first[cell] == 0) {
          first[cell] = ++rank;
        }
        at = stop;
      }
    }
    return new Cells(cellBytes, owners, others, first, bytes);
  }
}
