package org.marshalimage.jython;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.Visitproc;

/**
 * A namespace whose values are made when they are first looked up. Python sees a {@code stringmap},
 * as it does of any other namespace of Jython's: what looks up a name finds it here first; what
 * looks at all names at once, be it by a method that Python asks for, has all values made before.
 *
 * <p>A value that was stored or deleted since is never brought back. No lock is held while a value
 * is made, as that may lead to any other namespace.
 */
// Jython's own methods give less than their types say.
@SuppressWarnings("unchecked")
class Namespace extends PyStringMap {
  /** Values that were not looked up yet. */
  interface Source {
    /**
     * Returns the names, interned; null where there is none.
     *
     * @return not to be changed
     */
    String[] names();

    /**
     * Makes a value.
     *
     * @param index of its name
     * @return the same object each time
     */
    PyObject value(int index);

    /**
     * Tells whether the calling thread is making objects: what it gets then may be given up, and
     * made again.
     */
    default boolean isMaking() {
      return false;
    }
  }

  /** Nothing once all values are there. */
  private volatile @Nullable Source source;

  /** Open hashing by {@link String#hashCode}: index of a name, plus 1; 0 if nothing is there. */
  private int @Nullable [] table;

  private String @Nullable [] names;

  /** For each name whether its value is still to be made. */
  private boolean @Nullable [] pending;

  /** How many are. */
  private int open;

  Namespace(Source source) {
    this.source = source;
  }

  /** Where what is not looked up yet comes from. */
  final @Nullable Source source() {
    return source;
  }

  private synchronized void readNames() {
    Source from = source;
    if (names != null || from == null) {
      return;
    }
    String[] all = from.names();
    boolean[] toMake = new boolean[all.length];
    int[] slots = new int[Math.max(4, Integer.highestOneBit(all.length) << 2)];
    int mask = slots.length - 1;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == null) {
        continue;
      }
      int at = spread(all[i]) & mask;
      while (slots[at] != 0) {
        at = at + 1 & mask;
      }
      slots[at] = i + 1;
      toMake[i] = true;
      open++;
    }
    table = slots;
    pending = toMake;
    names = all;
  }

  private static int spread(String name) {
    int hash = name.hashCode();
    return hash ^ hash >>> 16;
  }

  /** Returns the index of a name whose value is to be made; -1 if there is none. */
  private synchronized int find(String name) {
    int index = source == null ? -1 : indexOf(name);
    return index >= 0 && pending[index] ? index : -1;
  }

  /** Tells whether the source has a name, be it that its value was made or replaced since. */
  final synchronized boolean isOfSource(String name) {
    return indexOf(name) >= 0;
  }

  private int indexOf(String name) {
    readNames();
    String[] all = names;
    if (all == null) {
      return -1;
    }
    int[] slots = table;
    int mask = slots.length - 1;
    for (int at = spread(name) & mask; slots[at] != 0; at = at + 1 & mask) {
      int index = slots[at] - 1;
      if (all[index].equals(name)) {
        return index;
      }
    }
    return -1;
  }

  /** Makes a value that is not there yet; null if there is none of that name. */
  private @Nullable PyObject make(String name, boolean isForGood) {
    Source from = source;
    int index = from == null ? -1 : find(name);
    if (index < 0) {
      return super.__finditem__(name);
    }
    PyObject made = from.value(index);
    if (!isForGood && from.isMaking()) {
      return made;
    }
    synchronized (this) {
      if (pending[index]) {
        super.__setitem__(name, made);
        close(index);
        return made;
      }
    }
    // Another thread was faster, with this or another value, or has deleted it.
    return super.__finditem__(name);
  }

  /** A value is not to be made any more. With the last one nothing is left of what was read. */
  private void close(int index) {
    pending[index] = false;
    open--;
    if (open == 0) {
      source = null;
    }
  }

  /** Has all values made. */
  final void complete() {
    if (source == null) {
      return;
    }
    readNames();
    String[] all = names;
    if (all != null) {
      for (String name : all) {
        if (name != null && find(name) >= 0) {
          make(name, true);
        }
      }
    }
    source = null;
  }

  /** A value is stored or deleted: what the image has for it is not wanted any more. */
  private void forget(String name) {
    if (source == null) {
      return;
    }
    synchronized (this) {
      int index = find(name);
      if (index >= 0) {
        close(index);
      }
    }
  }

  private boolean isPending(PyObject key) {
    return source != null && key instanceof PyString text && find(text.internedString()) >= 0;
  }

  @Override
  public @Nullable PyObject __finditem__(String key) {
    PyObject found = super.__finditem__(key);
    return found != null || source == null || key == null ? found : make(key, false);
  }

  @Override
  public void __setitem__(String key, PyObject value) {
    if (source != null) {
      synchronized (this) {
        forget(key);
        super.__setitem__(key, value);
      }
    } else {
      super.__setitem__(key, value);
    }
  }

  @Override
  public void __setitem__(PyObject key, PyObject value) {
    if (key instanceof PyString text) {
      __setitem__(text.internedString(), value);
    } else {
      super.__setitem__(key, value);
    }
  }

  @Override
  public void __delitem__(String key) {
    if (source != null) {
      // So that deleting what is pending is no KeyError.
      __finditem__(key);
    }
    super.__delitem__(key);
  }

  /** Methods that Python asks for go to the table of the superclass. */
  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    complete();
    return super.__findattr_ex__(name);
  }

  @Override
  public boolean has_key(String key) {
    return super.has_key(key) || source != null && find(key) >= 0;
  }

  @Override
  public boolean has_key(PyObject key) {
    return super.has_key(key) || isPending(key);
  }

  @Override
  public boolean __contains__(PyObject key) {
    return super.__contains__(key) || isPending(key);
  }

  @Override
  public ConcurrentMap<Object, PyObject> getMap() {
    complete();
    return super.getMap();
  }

  @Override
  public int __len__() {
    complete();
    return super.__len__();
  }

  @Override
  public boolean __nonzero__() {
    complete();
    return super.__nonzero__();
  }

  @Override
  public PyObject __iter__() {
    complete();
    return super.__iter__();
  }

  @Override
  public void clear() {
    synchronized (this) {
      source = null;
      super.clear();
    }
  }

  @Override
  public String toString() {
    complete();
    return super.toString();
  }

  @Override
  public int __cmp__(PyObject other) {
    complete();
    if (other instanceof Namespace namespace) {
      namespace.complete();
    }
    return super.__cmp__(other);
  }

  @Override
  public PyStringMap copy() {
    Source from = source;
    if (from == null) {
      return super.copy();
    }
    synchronized (this) {
      if (names == null && super.__len__() == 0) {
        return new Namespace(from);
      }
    }
    complete();
    return super.copy();
  }

  @Override
  public void update(PyObject other) {
    complete();
    super.update(other);
  }

  @Override
  public void merge(PyObject other, boolean override) {
    complete();
    super.merge(other, override);
  }

  @Override
  public PyObject setdefault(PyObject key, PyObject value) {
    complete();
    return super.setdefault(key, value);
  }

  @Override
  public PyObject popitem() {
    complete();
    return super.popitem();
  }

  @Override
  public PyObject pop(PyObject key, PyObject value) {
    complete();
    return super.pop(key, value);
  }

  @Override
  public PyList items() {
    complete();
    return super.items();
  }

  @Override
  public PyList keys() {
    complete();
    return super.keys();
  }

  @Override
  public PyList values() {
    complete();
    return super.values();
  }

  @Override
  public PyObject iteritems() {
    complete();
    return super.iteritems();
  }

  @Override
  public PyObject iterkeys() {
    complete();
    return super.iterkeys();
  }

  @Override
  public PyObject itervalues() {
    complete();
    return super.itervalues();
  }

  @Override
  public Set<PyObject> pyKeySet() {
    complete();
    return super.pyKeySet();
  }

  @Override
  public Set<? extends Map.Entry<?, ?>> entrySet() {
    complete();
    return super.entrySet();
  }

  @Override
  public PyObject viewkeys() {
    complete();
    return super.viewkeys();
  }

  @Override
  public PyObject viewitems() {
    complete();
    return super.viewitems();
  }

  @Override
  public PyObject viewvalues() {
    complete();
    return super.viewvalues();
  }

  /** What is not made yet leads nowhere. */
  @Override
  public int traverse(Visitproc visitor, Object argument) {
    return super.traverse(visitor, argument);
  }

  /** Returns a value without making it, for who looks at what is there. */
  final @Nullable PyObject peek(String key) {
    return super.__finditem__(key);
  }
}
