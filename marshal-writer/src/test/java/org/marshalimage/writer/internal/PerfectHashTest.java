package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.marshalimage.format.HashLayout;
import org.marshalimage.internal.layout.ObjectChecks;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Forge;

/** Tables as readers probe them. */
class PerfectHashTest {
  private static final int START = 16;

  private static ImageBytes table(int count, int buckets, PerfectHash.TextHash texts) {
    int length = START + (int) HashLayout.length(buckets, count);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    new PerfectHash(count, buckets, texts).put(bytes, START, index -> 1000 + index);
    return ImageBytes.of(Forge.PATH, bytes, null);
  }

  private static void assertFound(
      ImageBytes image, int count, int buckets, PerfectHash.TextHash texts) {
    long seed = image.getLong(START + HashLayout.SEED_OFFSET);
    BitSet values = new BitSet();
    for (int index = 0; index < count; index++) {
      long at = ObjectChecks.probe(image, START, texts.hash(index, seed), buckets, count);
      assertThat(image.getInt(at)).isEqualTo(1000 + index);
      values.set((int) at);
    }
    assertThat(values.cardinality()).isEqualTo(count);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "2,2", "7,2", "50,50", "50,13", "1000,250", "1000,1000"})
  void everyTextLeadsToItsValue(int count, int buckets) {
    PerfectHash.TextHash texts = (index, seed) -> HashLayout.hash("text " + index, seed);
    ImageBytes image = table(count, buckets, texts);
    assertThat(image.getLong(START + HashLayout.SEED_OFFSET)).isZero();
    assertFound(image, count, buckets, texts);
  }

  @Test
  void tableOfNothingIsEmpty() {
    ImageBytes image = table(0, 0, (index, seed) -> 0);
    assertThat(image.length()).isEqualTo(START + Long.BYTES);
    assertThat(image.getLong(START)).isZero();
  }

  @Test
  void bucketsWithoutTextsHaveNoRedirectAndOthersHaveOneOfTheirKind() {
    int count = 40;
    int buckets = 40;
    PerfectHash.TextHash texts = (index, seed) -> HashLayout.hash("text " + index, seed);
    ImageBytes image = table(count, buckets, texts);
    int[] sizes = new int[buckets];
    for (int index = 0; index < count; index++) {
      sizes[HashLayout.bucket(texts.hash(index, 0), buckets)]++;
    }
    for (int bucket = 0; bucket < buckets; bucket++) {
      int redirect = image.getInt(START + HashLayout.redirectOffset(bucket));
      assertThat(Integer.signum(redirect))
          .as("bucket of %d", sizes[bucket])
          .isEqualTo(sizes[bucket] == 0 ? 0 : sizes[bucket] == 1 ? -1 : 1);
    }
    // The redirect of a bucket with one text is its slot; slots are taken from the first on.
    assertFound(image, count, buckets, texts);
  }

  /** Two texts of one hash need another seed, as need two in the last places. */
  @ParameterizedTest
  @CsvSource({"0,1,1", "0,9,3", "8,9,7"})
  void seedIsTheLeastThatTellsAllTextsApart(int one, int other, long least) {
    int count = 10;
    PerfectHash.TextHash texts =
        (index, seed) ->
            HashLayout.hash("text " + (seed < least && index == other ? one : index), seed);
    ImageBytes image = table(count, 3, texts);
    assertThat(image.getLong(START + HashLayout.SEED_OFFSET)).isEqualTo(least);
    assertFound(image, count, 3, texts);
  }

  @Test
  void largestBucketsChooseFirstSoThatAllFindRoom() {
    // A bucket of eight, one of two and some of one, in a table that is full in the end.
    PerfectHash.TextHash texts =
        (index, seed) -> {
          long bucket = index < 8 ? 3 : index < 10 ? 1 : index - 6;
          return (bucket << 29) + index << Integer.SIZE | HashLayout.mix(index) >>> Integer.SIZE;
        };
    int count = 14;
    ImageBytes image = table(count, 8, texts);
    assertFound(image, count, 8, texts);
  }
}
