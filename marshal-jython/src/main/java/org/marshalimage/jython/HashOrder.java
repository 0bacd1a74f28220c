package org.marshalimage.jython;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.DictView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.SetView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.python.core.PyBoolean;
import org.python.core.PyFloat;
import org.python.core.PyInteger;
import org.python.core.PyLong;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.PyUnicode;

/**
 * The order of Jython's dicts and sets: that of a hash table, where keys of the same place stand in
 * the order in which they came. Keys whose hash is the same in each process are described in the
 * order that they have; whoever enters them in this order, into a table of the same size, has it
 * again. A table that grows meanwhile would turn around what is in one place.
 */
final class HashOrder {
  /** As Jython makes them. */
  private static final int LEAST_TABLE = 32;

  private static final float LOAD_FACTOR = 0.75f;
  private static final int CONCURRENCY = 2;

  /** Up to here no table has grown; nor is one larger that was made of another one. */
  private static final int FITS_LEAST = 21;

  /** A table that was made of another one, or from which much was deleted. */
  private static final int LARGER_AT_MOST = 4;

  private HashOrder() {}

  /** Tells whether the hash of a key is the same in each process. */
  static boolean isPlain(Object key) {
    if (key.getClass() == PyTuple.class) {
      for (PyObject each : ((PyTuple) key).getArray()) {
        if (!isPlain(each)) {
          return false;
        }
      }
      return true;
    }
    return key instanceof String
        || key.getClass() == PyString.class
        || key.getClass() == PyUnicode.class
        || key.getClass() == PyInteger.class
        || key.getClass() == PyBoolean.class
        || key.getClass() == PyLong.class
        || key.getClass() == PyFloat.class;
  }

  private static boolean isPlain(ImageObject key) {
    if (key instanceof TupleView tuple) {
      for (int i = 0; i < tuple.size(); i++) {
        if (!isPlain(tuple.get(i))) {
          return false;
        }
      }
      return true;
    }
    return key instanceof BytesView
        || key instanceof StrView
        || key instanceof IntView
        || key instanceof FloatView;
  }

  /**
   * Returns an empty table for what a dict or a set of an image has; null if any will do.
   *
   * @param container a {@link DictView} or a {@link SetView}; by its type, as the first lambda of a
   *     process takes some milliseconds
   */
  static <V> @Nullable ConcurrentMap<PyObject, V> table(
      MappedLibrary library, ImageObject container) {
    DictView dict = container instanceof DictView view ? view : null;
    SetView set = container instanceof SetView view ? view : null;
    int size = dict != null ? dict.size() : set != null ? set.size() : 0;
    if (size <= FITS_LEAST) {
      return null;
    }
    int[] hashes = new int[size];
    for (int i = 0; i < size; i++) {
      ImageObject key = dict != null ? dict.key(i) : set.get(i);
      if (!isPlain(key)) {
        return null;
      }
      int hash = library.filled(key).hashCode();
      hashes[i] = hash ^ hash >>> 16;
    }
    int table = LEAST_TABLE;
    while (size >= table * LOAD_FACTOR) {
      table <<= 1;
    }
    for (int at = table; at > 0 && at <= table * LARGER_AT_MOST; at <<= 1) {
      if (isInOrder(hashes, at)) {
        return new ConcurrentHashMap<>((int) (at * LOAD_FACTOR) - 1, LOAD_FACTOR, CONCURRENCY);
      }
    }
    return null;
  }

  private static boolean isInOrder(int[] hashes, int table) {
    int mask = table - 1;
    for (int i = 1; i < hashes.length; i++) {
      if ((hashes[i] & mask) < (hashes[i - 1] & mask)) {
        return false;
      }
    }
    return true;
  }
}
