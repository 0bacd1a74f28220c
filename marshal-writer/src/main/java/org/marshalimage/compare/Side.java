package org.marshalimage.compare;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycHeader;

/** One of two sets of named roots that are compared. */
public interface Side {
  /**
   * A root.
   *
   * @param value the graph
   * @param isPackage whether it is the code of a package
   * @param source what is recorded of its source; empty if it came from no {@code .pyc} file
   */
  record Root(Value value, boolean isPackage, Optional<PycHeader> source) {}

  /**
   * Returns the names of all roots.
   *
   * @return in the order in which they are compared
   */
  SortedSet<String> names();

  /**
   * Reads a root. It is asked once for each that both sides have, in their order.
   *
   * @param name of a root
   * @return the root; null if it cannot be read and is to be passed over, of which this side tells
   *     whom it may concern
   * @throws IOException if a file cannot be read; the comparison ends
   */
  @Nullable Root read(String name) throws IOException;

  /**
   * Returns what is said of the roots together.
   *
   * @return properties of an image; null where there can be none, so that they are not compared
   */
  default @Nullable Map<String, String> properties() {
    return null;
  }

  /**
   * Names the slots of records, for paths, unless the caller does.
   *
   * @return a snapshot's own names; {@link SlotNames#NONE} if it has none
   */
  default SlotNames slotNames() {
    return SlotNames.NONE;
  }

  /**
   * Makes a side of an image. A code object is copied with its graph when its turn comes; all other
   * roots at once, when the first of them is asked for, and what several of them lead to is one
   * value.
   *
   * @param image read until the comparison is over
   * @return all its named roots
   */
  static Side of(MarshalImage image) {
    return new ImageSide(image);
  }

  /**
   * Makes a side of graphs.
   *
   * @param roots by name; each is asked for once. A value that several of them lead to is the same
   *     object only if neither root is a code object
   * @return the roots, none of them a package
   */
  static Side of(SortedMap<String, ? extends Supplier<? extends Value>> roots) {
    return new Side() {
      @Override
      public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(roots.keySet()));
      }

      @Override
      public Root read(String name) {
        return new Root(roots.get(name).get(), false, Optional.empty());
      }
    };
  }
}
