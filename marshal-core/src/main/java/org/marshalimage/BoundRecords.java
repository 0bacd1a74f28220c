package org.marshalimage;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.internal.memory.RecordHandles;

/** The types of records of a {@link TypeTable}. Immutable once its table is made. */
final class BoundRecords implements RecordHandles {
  private final Map<Key, Binding> bindings = new TreeMap<>();

  /** What a record has whose type is not bound by name; its handle is 0 if there is nothing. */
  private Binding others = new Binding(0, null);

  /** A type of record. */
  record Key(String name, int version) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = name.compareTo(other.name);
      return order != 0 ? order : Integer.compare(version, other.version);
    }
  }

  /** What an interpreter has for it. */
  record Binding(long handle, @Nullable Object type) {}

  BoundRecords copy(long otherHandle, @Nullable Object otherType) {
    BoundRecords copy = new BoundRecords();
    copy.bindings.putAll(bindings);
    copy.others = new Binding(otherHandle, otherType);
    return copy;
  }

  void put(Key key, Binding binding) {
    bindings.put(key, binding);
  }

  boolean isNamed(Key key) {
    return bindings.containsKey(key);
  }

  Map<Key, Binding> named() {
    return bindings;
  }

  private Binding binding(String name, int version) {
    // Most tables bind none by name: no key is made for these.
    Binding found = bindings.isEmpty() ? null : bindings.get(new Key(name, version));
    return found == null ? others : found;
  }

  @Override
  public long handle(String name, int version) {
    return binding(name, version).handle;
  }

  @Nullable Object type(String name, int version) {
    return binding(name, version).type;
  }

  /** Folds those that are bound by name into a fingerprint. */
  long fold(long fingerprint) {
    long sum = fingerprint;
    for (Map.Entry<Key, Binding> each : bindings.entrySet()) {
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(each.getKey().name, 0));
      sum = HashLayout.foldChecksum(sum, each.getKey().version);
      sum = HashLayout.foldChecksum(sum, each.getValue().handle);
    }
    return sum;
  }
}
