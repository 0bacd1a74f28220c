package org.marshalimage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.model.ValuePath;

/**
 * Finds ways from roots to objects. Iterative; beside the path at hand it needs a bit for each 8
 * bytes of the image.
 */
final class ObjectPaths {
  private static final String[] SLICE_FIELDS = {"start", "stop", "step"};

  private final ImageCursor cursor;
  private final Set<Long> wanted;
  private final Map<Long, String> found = new HashMap<>();
  private final BitSet seen = new BitSet();

  /** Bytes of objects that are still looked at; more would be objects that overlap. */
  private long bytesLeft;

  private final List<Step> path = new ArrayList<>();

  /** An object on the way, and the slot that is being followed. */
  private static final class Step {
    final long offset;
    final Kind kind;
    final int slots;
    int slot = -1;

    Step(long offset, Kind kind, int slots) {
      this.offset = offset;
      this.kind = kind;
      this.slots = slots;
    }
  }

  private ObjectPaths(MarshalImage image, Set<Long> wanted) {
    this.cursor = image.cursor();
    this.wanted = wanted;
    this.bytesLeft = image.info().length();
  }

  /** Returns a way to each of some objects that roots lead to. */
  static Map<Long, String> find(MarshalImage image, Set<Long> wanted) {
    ObjectPaths paths = new ObjectPaths(image, wanted);
    for (int i = 0; i < image.moduleCount() && paths.found.size() < wanted.size(); i++) {
      try {
        ImageModule module = image.modules().get(i);
        String name = module.name();
        paths.walk(name.isEmpty() ? "module without a name" : name, module.rootOffset());
      } catch (MarshalFormatException e) {
        // A root that cannot be found is reported as such.
      }
    }
    return paths.found;
  }

  private void walk(String name, long root) {
    open(name, root);
    while (!path.isEmpty()) {
      Step step = path.get(path.size() - 1);
      if (++step.slot == step.slots) {
        path.remove(path.size() - 1);
        continue;
      }
      try {
        long target = cursor.moveTo(step.offset).slot(step.slot);
        if (target != 0) {
          open(name, target);
        }
      } catch (MarshalFormatException e) {
        // Reported as what is wrong with this object.
      }
    }
  }

  private void open(String name, long offset) {
    int bit = (int) (offset / Long.BYTES);
    if (seen.get(bit)) {
      return;
    }
    seen.set(bit);
    if (wanted.contains(offset)) {
      found.put(offset, describe(name));
    }
    try {
      cursor.moveTo(offset);
    } catch (MarshalFormatException e) {
      return;
    }
    bytesLeft -= cursor.length();
    if (cursor.slotCount() > 0 && bytesLeft >= 0) {
      path.add(new Step(offset, Kind.of(cursor.kind()), cursor.slotCount()));
    }
  }

  private String describe(String name) {
    StringBuilder text = new StringBuilder();
    for (Step step : path) {
      append(step, text);
    }
    if (text.length() == 0) {
      return name;
    }
    return name + ": " + ValuePath.shorten(text.substring(text.charAt(0) == '.' ? 1 : 0));
  }

  private static StringBuilder append(Step step, StringBuilder text) {
    int slot = step.slot;
    return switch (step.kind) {
      case CODE -> text.append('.').append(CodeLayout.slotName(slot));
      case SLICE -> text.append('.').append(SLICE_FIELDS[slot]);
      case DICT, FROZENDICT ->
          text.append(slot % 2 == 0 ? ".key[" : ".value[").append(slot / 2).append(']');
      case RECORD -> text.append(".slot[").append(slot).append(']');
      case TUPLE, LIST, SET, FROZENSET -> text.append('[').append(slot).append(']');
      case NONE,
          TRUE,
          FALSE,
          ELLIPSIS,
          STOP_ITERATION,
          INT,
          LONG,
          FLOAT,
          COMPLEX,
          BYTES,
          STR,
          EXTERNAL ->
          throw new AssertionError("no container: " + step.kind);
    };
  }
}
