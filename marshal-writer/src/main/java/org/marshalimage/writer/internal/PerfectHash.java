package org.marshalimage.writer.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.marshalimage.format.HashLayout;

/**
 * Builds the tables of {@link HashLayout}: hash and displace. Texts whose bucket they share get a
 * seed of their own that spreads them over free places; the largest buckets choose first.
 */
final class PerfectHash {
  private final long[] hashes;
  private final int[] redirects;
  private final int[] indexes;
  private final long seed;

  /** Hashes the text of an index. */
  interface TextHash {
    long hash(int index, long seed);
  }

  PerfectHash(int count, int buckets, TextHash texts) {
    hashes = new long[count];
    redirects = new int[buckets];
    indexes = new int[count];
    seed = hashAll(texts);
    int[] byBucket = sortedByBucket(buckets);
    int[] starts = new int[buckets + 1];
    for (int index : byBucket) {
      starts[HashLayout.bucket(hashes[index], buckets) + 1]++;
    }
    int largest = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      largest = Math.max(largest, starts[bucket + 1]);
      starts[bucket + 1] += starts[bucket];
    }
    boolean[] taken = new boolean[count];
    for (int size = largest; size > 1; size--) {
      for (int bucket = 0; bucket < buckets; bucket++) {
        if (starts[bucket + 1] - starts[bucket] == size) {
          redirects[bucket] = spread(byBucket, starts[bucket], size, taken);
        }
      }
    }
    int nextFree = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      if (starts[bucket + 1] - starts[bucket] == 1) {
        while (taken[nextFree]) {
          nextFree++;
        }
        indexes[nextFree] = byBucket[starts[bucket]];
        redirects[bucket] = -1 - nextFree++;
      }
    }
  }

  /** Hashes all texts, no two alike; returns the least seed that does. */
  private long hashAll(TextHash texts) {
    long[] sorted = new long[hashes.length];
    for (long candidate = 0; ; candidate++) {
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = texts.hash(i, candidate);
        sorted[i] = hashes[i];
      }
      Arrays.sort(sorted);
      boolean distinct = true;
      for (int i = 1; i < sorted.length; i++) {
        distinct &= sorted[i] != sorted[i - 1];
      }
      if (distinct) {
        return candidate;
      }
    }
  }

  private int[] sortedByBucket(int buckets) {
    long[] keys = new long[hashes.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) HashLayout.bucket(hashes[i], buckets) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = (int) keys[i];
    }
    return sorted;
  }

  private int spread(int[] byBucket, int from, int size, boolean[] taken) {
    int count = hashes.length;
    int[] places = new int[size];
    for (int redirect = 1; redirect > 0; redirect++) {
      int placed = 0;
      while (placed < size) {
        int place = HashLayout.place(hashes[byBucket[from + placed]], redirect, count);
        if (taken[place]) {
          break;
        }
        taken[place] = true;
        places[placed++] = place;
      }
      if (placed == size) {
        for (int i = 0; i < size; i++) {
          indexes[places[i]] = byBucket[from + i];
        }
        return redirect;
      }
      while (placed > 0) {
        taken[places[--placed]] = false;
      }
    }
    throw new IllegalStateException("no seed spreads " + size + " texts of one bucket");
  }

  /** Writes the lower half of the hash of each text, in the order of their values. */
  void putChecks(ByteBuffer target, int start) {
    for (int i = 0; i < indexes.length; i++) {
      target.putInt(start + i * Integer.BYTES, (int) hashes[indexes[i]]);
    }
  }

  /**
   * Writes the table.
   *
   * @param values what it has for the text of an index
   */
  void put(ByteBuffer target, int start, IntUnaryOperator values) {
    int buckets = redirects.length;
    target.putLong(start + HashLayout.SEED_OFFSET, seed);
    for (int i = 0; i < buckets; i++) {
      target.putInt((int) (start + HashLayout.redirectOffset(i)), redirects[i]);
    }
    for (int i = 0; i < indexes.length; i++) {
      target.putInt(
          (int) (start + HashLayout.valueOffset(i, buckets)), values.applyAsInt(indexes[i]));
    }
  }
}
