package org.marshalimage.snapshot;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.Value;

/**
 * Takes what one object is. An object that a slot leads to is another one of the interpreter's, a
 * {@link Value}, which is written as it is, with all it leads to, or one of the roots, which is
 * written as an external reference of the name {@value SnapshotBuilder#ROOT_PREFIX} and the root's.
 *
 * <p>The name of an edge is for people: messages and reports spell by it how an object is reached.
 * It goes into a path with a dot before it, or as it is if it starts with a bracket: {@code
 * defaults}, {@code ['x']}. Where there is none, the path has the number of the slot.
 */
public interface Description {
  /**
   * The object is a value: a number, a string, a code object, or anything else that has been made
   * of values alone.
   *
   * @param value written as it is; the same one is the same object of the image wherever it occurs
   */
  void value(Value value);

  /**
   * The object is a container: slots for its items follow, of a dict a key and a value in turn.
   *
   * @param kind tuple, list, set, frozenset, dict, frozendict or slice
   * @return this description
   * @throws IllegalArgumentException if the kind is none of these
   */
  Description container(Kind kind);

  /**
   * The object is a record: slots follow, first the fixed ones, then those that repeat, then its
   * bytes, if its type has any.
   *
   * @param type of the record
   * @return this description
   */
  Description record(RecordType type);

  /**
   * The object is made anew when the snapshot is used, out of what the process then has: its
   * environment, its main thread, a new lock. Written as a record is; the report tells such objects
   * apart.
   *
   * @param type of the record
   * @param how in a few words, for the report: {@code "from the process's environment"}
   * @return this description
   */
  Description recipe(RecordType type, String how);

  /**
   * The object is one that only the running interpreter has.
   *
   * @param name by which the interpreter finds its own when the snapshot is used
   */
  void external(String name);

  /**
   * The object cannot be kept. A root that leads to it, other than by another root, falls back: it
   * is not written.
   *
   * @param kind what it is, in a few words: {@code "open file"}
   * @param remedy what whoever makes the snapshot can do: {@code "close it, or --reimport log"}
   */
  void refuse(String kind, String remedy);

  /**
   * The object belongs to a root: where that falls back, so do all that lead to this object. An
   * object that belongs to no root falls with none.
   *
   * @param root name of a root; one that the builder does not have counts as fallen
   * @return this description
   */
  Description ownedBy(String root);

  /**
   * The object belongs to a root, which leads to it, and which has it under a name of its own.
   * Where that root falls back, or the object itself cannot be kept, what leads to the object is
   * kept nevertheless: with an external reference in its place, by which the interpreter finds what
   * the root has under that name once it has made the root in its own way. For what is the same
   * then to whoever has it: a function, a class.
   *
   * @param root name of a root; with one that the builder does not have this is {@link
   *     #ownedBy(String)}
   * @param external the name of the external reference
   * @return this description
   */
  Description ownedBy(String root, String external);

  /**
   * The object cannot be kept if a root is not: what made the object has changed something there
   * that is lost with the root. Any number of such roots may be told.
   *
   * @param root name of a root; of one that the builder does not have nothing follows
   * @return this description
   */
  Description fallsWith(String root);

  /**
   * Adds a slot.
   *
   * @param edge its name for people; null for its number
   * @param target what it leads to; null if it is empty, which only a record's may be
   * @return this description
   */
  Description slot(@Nullable String edge, @Nullable Object target);

  /**
   * Adds a slot for something that may be missing: a registry's entry, a cache's. If what it leads
   * to cannot be kept, its owner is kept without it: an item, an entry of a dict or a repetition is
   * left out as a whole, a fixed slot of a record is empty.
   *
   * @param edge its name for people; null for its number
   * @param target what it leads to
   * @return this description
   */
  Description optional(@Nullable String edge, Object target);

  /**
   * Gives a record its bytes; the last call for it.
   *
   * @param bytes copied
   */
  void bytes(byte[] bytes);
}
