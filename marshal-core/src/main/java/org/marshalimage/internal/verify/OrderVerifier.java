package org.marshalimage.internal.verify;

import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.StrLayout;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.FoundObjects.Stretch;

/**
 * Checks that something leads to each object, and that those of SHARED and of each segment stand in
 * the order that the specification has. Not thread-safe.
 */
final class OrderVerifier {
  private static final int SLOTTED = 0;
  private static final int DATA = 1;
  private static final int COLD = 2;

  /** Interned strings of an older image's table, which nothing leads to. */
  private static final int KEPT = 3;

  private static final String[] GROUPS = {
    "objects with slots", "other objects", "line and exception tables", "strings that nothing names"
  };

  private final ImageBytes image;
  private final ImageHeader header;
  private final FoundObjects objects;
  private final SlotVerifier slots;
  private final Findings findings;

  OrderVerifier(
      ImageBytes image,
      ImageHeader header,
      FoundObjects objects,
      SlotVerifier slots,
      Findings findings) {
    this.image = image;
    this.header = header;
    this.objects = objects;
    this.slots = slots;
    this.findings = findings;
  }

  void verify() {
    // The names of the roots, whose order has been checked, stand before all groups.
    int at = objects.next(0);
    for (int i = 0; i < header.moduleCount() && at >= 0; i++) {
      at = objects.next(at + 1);
    }
    if (objects.sharedHot() < objects.sharedEnd() && !objects.isStart(header.sharedHot())) {
      findings.add(
          HeaderLayout.SHARED_HOT_OFFSET,
          "header",
          "hot part of SHARED starts with no object",
          null,
          header.sharedHot());
    }
    at = range(at, objects.sharedHot(), true);
    at = hotRange(at, objects.sharedEnd());
    for (Stretch stretch : objects.stretches()) {
      at = stretch.isHot() ? hotRange(at, stretch.end()) : range(at, stretch.end(), false);
    }
  }

  /** Checks the objects from one on, which may have any order, up to a word. */
  private int hotRange(int start, int end) {
    int at = start;
    for (; at >= 0 && at < end; at = objects.next(at + 1)) {
      group(objects.offset(at), objects.rank(at), false);
    }
    return at;
  }

  /** Checks the objects from one on up to a word; returns the next one, or -1. */
  private int range(int start, int end, boolean isShared) {
    int last = SLOTTED;
    boolean isFound = false;
    int at = start;
    for (; at >= 0 && at < end; at = objects.next(at + 1)) {
      long offset = objects.offset(at);
      int group = group(offset, objects.rank(at), isShared);
      if (group < last && !isFound) {
        // Once: whatever follows the object that is too early is then behind it.
        isFound = true;
        findings.addObject(offset, offset, "object out of order", GROUPS[last], GROUPS[group]);
      }
      last = Math.max(last, group);
    }
    return at;
  }

  private int group(long offset, int rank, boolean isShared) {
    int kind = objects.kind(offset);
    if (!slots.isNamed(rank)) {
      if (isShared && isInterned(offset, kind)) {
        return KEPT;
      }
      findings.addObject(offset, offset, "nothing leads to the object", null, null);
    }
    boolean hasSlots = objects.slotCount(offset, kind) > 0;
    return hasSlots ? SLOTTED : slots.isHot(rank) ? DATA : COLD;
  }

  private boolean isInterned(long offset, int kind) {
    return (kind == TypeCode.STR || kind == TypeCode.BYTES)
        && (image.getInt(offset + StrLayout.NUMBER_OFFSET) & StrLayout.FLAG_INTERNED) != 0;
  }
}
