package org.marshalimage.writer.internal;

import java.util.List;
import org.agrona.collections.IntArrayList;

/**
 * What an image is made of, before it is known where anything lies.
 *
 * @param nodes all objects
 * @param roots sorted by name
 * @param table interned strings that get the first numbers, in their order
 * @param properties what stands behind the section table
 * @param recordTypes the section RECORD_TYPES; empty if there is none
 * @param typePlaces by the number that records have for their type, which entry it is
 * @param externals the section EXTERNALS; empty if there is none
 * @param externalPlaces by the number that externals have, which name is theirs
 */
record ImageContent(
    NodeTable nodes,
    List<Root> roots,
    IntArrayList table,
    byte[] properties,
    byte[] recordTypes,
    int[] typePlaces,
    byte[] externals,
    int[] externalPlaces) {

  /**
   * A root.
   *
   * @param name by which it is found
   * @param nameNode the str of that
   * @param node what it is
   * @param source where it came from
   */
  record Root(String name, int nameNode, int node, RootSource source) {}

  /** Returns the same with another table. */
  ImageContent withTable(IntArrayList other) {
    return new ImageContent(
        nodes, roots, other, properties, recordTypes, typePlaces, externals, externalPlaces);
  }
}
