package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.Value;

/** Ints of any size as they are read and shown. */
class IntViewTest {
  private static final int LARGE_BITS = 8_000_000;

  @TempDir Path directory;

  private MarshalImage image(List<? extends Value> roots) throws Exception {
    return MarshalImage.map(TestImages.of(directory, roots));
  }

  private static long allocatedBy(Supplier<?> work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    work.get();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.get();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void numbersUpTo4096BitsAreShownInDecimal() throws Exception {
    List<BigInteger> numbers = new ArrayList<>();
    Random random = new Random(5);
    for (int bits : new int[] {1, 62, 63, 64, 65, 127, 128, 129, 1000, 4032, 4033, 4095, 4096}) {
      numbers.add(BigInteger.ONE.shiftLeft(bits - 1));
      numbers.add(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE).negate());
      numbers.add(new BigInteger(bits, random).setBit(bits - 1));
    }
    List<IntValue> values = numbers.stream().map(IntValue::of).toList();
    try (MarshalImage image = image(values)) {
      for (int i = 0; i < numbers.size(); i++) {
        IntView view = (IntView) image.root(Integer.toString(i));
        assertThat(view.toString()).isEqualTo(numbers.get(i).toString());
        assertThat(view.bigValue()).isEqualTo(numbers.get(i));
        assertThat(values.get(i).toString()).isEqualTo(view.toString());
      }
    }
  }

  @Test
  void largerNumbersAreShownByTheirEnds() throws Exception {
    BigInteger power = BigInteger.ONE.shiftLeft(4096);
    List<IntValue> values =
        List.of(
            IntValue.of(power),
            IntValue.of(power.add(BigInteger.valueOf(0xABC)).negate()),
            IntValue.of(BigInteger.ONE.shiftLeft(4160).subtract(BigInteger.ONE)),
            IntValue.python2Long(power.shiftLeft(4).add(BigInteger.ONE)));
    List<String> shown =
        List.of(
            "0x1...0000000000000000 (4097 bits)",
            "-0x1...0000000000000abc (4097 bits)",
            "0xffffffffffffffff...ffffffffffffffff (4160 bits)",
            "0x10...0000000000000001 (4101 bits)");
    try (MarshalImage image = image(values)) {
      for (int i = 0; i < values.size(); i++) {
        IntView view = (IntView) image.root(Integer.toString(i));
        assertThat(view.toString()).isEqualTo(shown.get(i));
        assertThat(view.bigValue()).isEqualTo(values.get(i).bigValue());
        assertThat(values.get(i).toString())
            .isEqualTo(shown.get(i) + (view.isPython2Long() ? "L" : ""));
      }
    }
  }

  @Test
  void showingANumberOfAMillionBytesAllocatesLittle() throws Exception {
    BigInteger large = new BigInteger(LARGE_BITS, new Random(7)).setBit(LARGE_BITS - 1);
    IntValue value = IntValue.of(large);
    try (MarshalImage image = image(List.of(value))) {
      IntView view = (IntView) image.root("0");
      assertThat(allocatedBy(view::toString)).isLessThan(10_000);
      assertThat(view.toString()).endsWith(" (8000000 bits)").hasSizeLessThan(80);
      assertThat(view.bigValue()).isEqualTo(large);
      assertThat(allocatedBy(view::bigValue)).isLessThan(3L * LARGE_BITS / Byte.SIZE);
      // Two shifts copy the number once each.
      assertThat(allocatedBy(value::toString)).isLessThan(3L * LARGE_BITS / Byte.SIZE);
      assertThat(value.toString()).isEqualTo(view.toString());
    }
  }
}
