package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.writer.ImageWriter;

/**
 * An image whose TYPES has the handles of two types exchanged, and the fingerprint of the table
 * that it was prelinked with: whoever goes by the one reads other values than whoever goes by the
 * other.
 */
class PrelinkedTypesTest {
  private static final Path EXCHANGED =
      TestData.path("unsound/prelinked-with-handles-exchanged.img");

  @TempDir Path directory;

  private static void assertRefused(MapOptions.Builder options) {
    assertThatThrownBy(() -> MarshalImage.map(EXCHANGED, options.build()))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("handle of float is not that of the fingerprint")
        .hasMessageContaining("expected=0x167, found=0x169, offset=0x")
        .hasMessageEndingWith("file=" + EXCHANGED);
  }

  @Test
  void mapRefusesHandlesThatAreNotThoseOfTheFingerprintInPlaceAndReadOnly() {
    TypeTable standard = TypeTable.standard();
    assertRefused(MapOptions.builder().inPlace());
    assertRefused(MapOptions.builder().inPlace().types(standard).linkAll());
    assertRefused(MapOptions.builder().types(standard));
  }

  @Test
  void withAnotherTableInPlaceAndReadOnlyReadTheSame() throws Exception {
    TypeTable.Builder other = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      other.bind(code, 0x7000_0000L + 16L * code);
    }
    MapOptions inPlace = MapOptions.builder().inPlace().types(other.build()).build();
    try (MarshalImage image = MarshalImage.map(EXCHANGED);
        MarshalImage linked = MarshalImage.map(EXCHANGED, inPlace)) {
      ListView list = (ListView) linked.root("r");
      assertThat(list.get(0).kind()).isEqualTo(((ListView) image.root("r")).get(0).kind());
      assertThat(list.get(0).typeHandle()).isEqualTo(0x7000_0000L + 16L * TypeCode.FLOAT);
      assertThat(CanonicalJson.write(list.toValue()))
          .isEqualTo(CanonicalJson.write(image.root("r").toValue()));
    }
  }

  @Test
  void prelinkForTheSameTableDoesNotSignThemAnew() throws Exception {
    Path copy = directory.resolve("copy.img");
    assertThatThrownBy(
            () -> ImageWriter.prelink(EXCHANGED, copy, UnsoundImages.BASE, TypeTable.standard()))
        .isInstanceOf(CorruptImageException.class)
        .hasMessageContaining("handle of float is not that of the fingerprint");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void soundImageThatIsPrelinkedHasTheIdOfItsContent() throws Exception {
    for (String name : new String[] {ImageFiles.SOUND, ImageFiles.COMPACT}) {
      Path image = directory.resolve("x.img");
      Files.copy(TestData.path(name), image);
      for (TypeTable types : new TypeTable[] {TypeTable.standard(), null}) {
        for (long base : new long[] {UnsoundImages.BASE, 0}) {
          ImageWriter.prelink(image, image, base, types);
          assertThat(MarshalImage.verify(image, 10).findings()).isEmpty();
        }
      }
      Files.delete(image);
    }
  }
}
