package org.marshalimage.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.ImageObject;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.internal.layout.HandleCodes;
import org.marshalimage.internal.memory.ImageBytes;

/** Counts of references, read-only and in place. */
class CountsTest {
  private static final int GREATEST = ~ObjectLayout.PINNED;

  @TempDir Path directory;

  private static ImageBytes image(int count) {
    // Off the heap as a mapping is: newer JDKs write atomically nowhere else.
    ByteBuffer bytes = ByteBuffer.allocateDirect(32).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(16, count);
    return ImageBytes.of(Path.of("x.img"), bytes, null);
  }

  @Test
  void eitherOfThePinnedBitsPins() {
    for (int count : new int[] {0xC0000000, 0xC0000007, 0x80000001, 0x40000001, -1}) {
      ImageBytes image = image(count);
      assertThat(Counts.isPinned(image, 16)).isTrue();
      Counts.retain(image, 16);
      Counts.release(image, 16);
      assertThat(image.getInt(16)).isEqualTo(count);
    }
  }

  @Test
  void countOfAReadOnlyImageThatIsNotPinnedIsDamage() {
    for (int count : new int[] {0, 1, GREATEST}) {
      ImageBytes image = image(count);
      assertThat(Counts.isPinned(image, 16)).isFalse();
      String message = "count is not pinned: found=" + count + ", offset=0x10, file=x.img";
      assertThatThrownBy(() -> Counts.retain(image, 16))
          .isInstanceOf(CorruptImageException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> Counts.release(image, 16))
          .isInstanceOf(CorruptImageException.class)
          .hasMessage(message);
      assertThat(image.getInt(16)).isEqualTo(count);
    }
  }

  @Test
  void countThatWouldPinOrFreeIsRefused() {
    ImageBytes image = image(5);
    for (int count : new int[] {0, -1, Integer.MIN_VALUE, GREATEST + 1, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> Counts.set(image, 16, count))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("count is not 1 to 2^30 - 1: found=" + count);
    }
    assertThat(image.getInt(16)).isEqualTo(5);
    Counts.set(image, 16, 1);
    assertThat(image.getInt(16)).isEqualTo(1);
    Counts.set(image, 16, GREATEST);
    assertThat(image.getInt(16)).isEqualTo(GREATEST);
  }

  /** As if it was mapped so, by a linker that links nothing. */
  private static void setInPlace(ImageBytes image) {
    image.setInPlace(new HandleCodes(new long[TypeCode.LIMIT], new long[0]), image.linkBase());
  }

  @Test
  void countThatIsPinnedOrOfAReadOnlyImageIsNone() {
    ImageBytes readOnly = image(5);
    assertThat(Counts.get(readOnly, 16)).isZero();
    setInPlace(readOnly);
    assertThat(Counts.get(readOnly, 16)).isEqualTo(5);
    ImageBytes pinned = image(ObjectLayout.PINNED | 5);
    setInPlace(pinned);
    assertThat(Counts.get(pinned, 16)).isZero();
  }

  @Test
  void countsInPlaceGoUpAndDownBetweenOneAndTheirEnd() throws IOException {
    Path path = Files.copy(TestData.path("compat/v1/small.img"), directory.resolve("x.img"));
    try (MarshalImage image = MarshalImage.map(path, MapOptions.builder().inPlace().build())) {
      ImageObject object = image.modules().get(0).root();
      image.retain(object);
      assertThat(image.isPinned(object)).isTrue();
      image.setCount(object, 1);
      assertThat(image.isPinned(object)).isFalse();
      assertCountDown(image, object, 0);
      for (int i = 0; i < 3; i++) {
        image.retain(object);
      }
      assertCountDown(image, object, 3);
      // What is counted beyond its end is pinned from then on.
      image.setCount(object, GREATEST);
      image.release(object);
      image.retain(object);
      assertThat(image.isPinned(object)).isFalse();
      image.retain(object);
      assertThat(image.isPinned(object)).isTrue();
      image.release(object);
      assertThat(image.isPinned(object)).isTrue();
    }
  }

  /** Releases an object until that changes nothing, and so tells what its count was. */
  private static void assertCountDown(MarshalImage image, ImageObject object, int above) {
    for (int i = 0; i <= above; i++) {
      assertThatThrownBy(object::objectNumber)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("count=" + (1 + above - i) + ",");
      image.release(object);
    }
    assertThatThrownBy(object::objectNumber).hasMessageContaining("count=1,");
  }
}
