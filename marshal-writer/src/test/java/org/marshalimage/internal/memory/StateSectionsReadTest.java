package org.marshalimage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.TypeCode;

/** Types of records and externals at the edges of their sections, which lie anywhere in a file. */
class StateSectionsReadTest {
  private static final int START = 64;

  private final ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
  private final ImageBytes image = ImageBytes.of(Path.of("x.img"), bytes, null);

  private static void assertCorrupt(ThrowingCallable call, String problem, long offset) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptImageException.class,
            e -> {
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.offset()).isEqualTo(offset);
            });
  }

  private static int entry(int index) {
    return START + (int) RecordTypesLayout.entry(index);
  }

  /** Puts types of version 1; returns the length of the section. */
  private int putTypes(String... names) {
    bytes.putInt(START + RecordTypesLayout.COUNT_START, names.length);
    int at = entry(names.length);
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      bytes.putInt(entry(i) + RecordTypesLayout.NAME_LENGTH_OFFSET, name.length);
      bytes.putInt(entry(i) + RecordTypesLayout.VERSION_OFFSET, 1);
      bytes.put(at, name);
      at += name.length;
    }
    return (at - START + 7) / 8 * 8;
  }

  @Test
  void namesOfTypesEndWithTheirSection() {
    int length = putTypes("abc", "defgh");
    RecordTypes types = new RecordTypes(image, START, length, false);
    assertThat(types.count()).isEqualTo(2);
    assertThat(types.name(1)).isEqualTo("defgh");
    assertThat(types.describe(0)).isEqualTo("abc version 1");
    assertThat(types.handleOffset(1)).isEqualTo(entry(1));
    int field = entry(1) + RecordTypesLayout.NAME_LENGTH_OFFSET;
    bytes.putInt(field, 6);
    assertCorrupt(
        () -> new RecordTypes(image, START, length, false),
        "bad length of the name of a type of record: found=6",
        field);
    bytes.putInt(field, 4);
    int end = entry(2) + 7;
    assertCorrupt(
        () -> new RecordTypes(image, START, length, false),
        "bad padding of types of records: expected=0, found=104",
        end);
    bytes.put(end, (byte) 0);
    assertThat(new RecordTypes(image, START, length, false).name(1)).isEqualTo("defg");
    assertCorrupt(
        () -> new RecordTypes(image, START, length + 8, false),
        "bytes behind the last type of record",
        end);
  }

  @Test
  void headOfTheSectionOfTypesIsHeld() {
    int length = putTypes("abcdefgh");
    for (int bad : new int[] {0, -1, 2, RecordTypesLayout.MAX_TYPES + 1}) {
      bytes.putInt(START, bad);
      assertCorrupt(
          () -> new RecordTypes(image, START, length, false),
          "number of types of records is absurd: found=" + Integer.toUnsignedString(bad),
          START);
    }
    bytes.putInt(START, 1);
    assertCorrupt(
        () -> new RecordTypes(image, START, 0, false),
        "number of types of records is absurd: found=0",
        START);
    bytes.putInt(START + 4, 9);
    assertCorrupt(
        () -> new RecordTypes(image, START, length, false),
        "bad reserved field: expected=0, found=9",
        START + 4);
    assertThat(new RecordTypes(image, 0, 0, false).count()).isZero();
  }

  @Test
  void typesOfOneNameStandInTheOrderOfTheirVersions() {
    int length = putTypes("ab", "ab", "b");
    int version = entry(1) + RecordTypesLayout.VERSION_OFFSET;
    for (int bad : new int[] {0, 1}) {
      bytes.putInt(version, bad);
      assertCorrupt(
          () -> new RecordTypes(image, START, length, false),
          "types of records are not in order",
          entry(1));
    }
    bytes.putInt(version, 2);
    RecordTypes types = new RecordTypes(image, START, length, false);
    assertThat(types.name(1)).isEqualTo("ab");
    assertThat(types.version(1)).isEqualTo(2);
    assertThat(types.name(2)).isEqualTo("b");
  }

  @Test
  void handlesOfTypesAreNoTypeCodes() {
    int length = putTypes("a");
    int handle = entry(0) + RecordTypesLayout.HANDLE_OFFSET;
    for (long bad : new long[] {0, 1, TypeCode.LIMIT - 1}) {
      bytes.putLong(handle, bad);
      assertCorrupt(
          () -> new RecordTypes(image, START, length, true),
          "bad handle of a type of record: found=0x" + Long.toHexString(bad),
          handle);
    }
    for (long good : new long[] {TypeCode.LIMIT, -1, Long.MIN_VALUE}) {
      bytes.putLong(handle, good);
      assertThat(new RecordTypes(image, START, length, true).handle(0)).isEqualTo(good);
      assertCorrupt(
          () -> new RecordTypes(image, START, length, false),
          "bad handle of a type of record: found=0x" + Long.toHexString(good),
          handle);
    }
  }

  /** Puts externals; returns the length of the section. */
  private int putExternals(String... names) {
    bytes.putInt(START + ExternalsLayout.COUNT_OFFSET, names.length);
    int text = START + (int) ExternalsLayout.textOffset(names.length);
    int at = text;
    long sum = 0;
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      bytes.put(at, name);
      at += name.length;
      bytes.putInt(START + ExternalsLayout.ENDS_OFFSET + 4 * i, at - text);
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(names[i], 0));
    }
    bytes.putLong(START + ExternalsLayout.FINGERPRINT_OFFSET, sum);
    return (at - START + 7) / 8 * 8;
  }

  private Externals externals(int length) {
    return new Externals(image, START, length, null);
  }

  @Test
  void namesOfExternalsEndWithTheirSection() {
    // So that they need no padding.
    int text = (int) ExternalsLayout.textOffset(2);
    String last = "b".repeat(16 - text % 8 - 1);
    int length = putExternals("a", last);
    assertThat(length).isEqualTo(text + 1 + last.length());
    Externals externals = externals(length);
    externals.check();
    assertThat(externals.count()).isEqualTo(2);
    assertThat(externals.name(0)).isEqualTo("a");
    assertThat(externals.name(1)).isEqualTo(last);
    for (int bad : new int[] {-1, 2}) {
      assertThatThrownBy(() -> externals.name(bad))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("no such item: index=" + bad + ", size=2");
    }
    assertCorrupt(
        () -> externals(length + 8).check(),
        "bytes behind the last name of an external",
        START + length);
    int end = START + ExternalsLayout.ENDS_OFFSET + 4;
    bytes.putInt(end, 1 + last.length() + 1);
    assertCorrupt(
        () -> externals(length).name(1),
        "bad end of the name of an external: from=1, found=" + (last.length() + 2),
        end);
  }

  @Test
  void namesOfExternalsStandOnceAndInOrder() {
    int length = putExternals("a", "a");
    assertCorrupt(
        () -> externals(length).check(),
        "names of externals are not in order",
        START + ExternalsLayout.ENDS_OFFSET + 4);
  }

  @Test
  void headOfTheSectionOfExternalsIsHeld() {
    int length = putExternals("abc");
    int reserved = START + ExternalsLayout.RESERVED_OFFSET;
    bytes.putInt(reserved, 7);
    assertCorrupt(
        () -> externals(length).check(), "bad reserved field: expected=0, found=7", reserved);
    bytes.putInt(reserved, 0);
    externals(length).check();
    for (int bad : new int[] {0, -1, Integer.MAX_VALUE}) {
      bytes.putInt(START + ExternalsLayout.COUNT_OFFSET, bad);
      assertCorrupt(
          () -> externals(length),
          "number of externals is absurd: found=" + Integer.toUnsignedString(bad),
          START);
    }
    // Names have to begin within the section; whether they are there is seen when they are read.
    bytes.putInt(START + ExternalsLayout.COUNT_OFFSET, 1);
    int least = (int) ExternalsLayout.textOffset(1);
    assertThat(externals(least).count()).isEqualTo(1);
    assertCorrupt(() -> externals(least - 1), "number of externals is absurd: found=1", START);
    assertCorrupt(() -> externals(0), "number of externals is absurd: found=0", START);
    assertThat(new Externals(image, 0, 0, null).count()).isZero();
    assertThat(new Externals(image, 0, 0, null).fingerprint()).isZero();
  }

  @Test
  void objectThatIsResolvedFirstStays() {
    int length = putExternals("a");
    List<Object> made = new ArrayList<>();
    Externals[] externals = new Externals[1];
    Function<String, Object> resolver =
        name -> {
          // As another thread may ask meanwhile.
          if (made.isEmpty()) {
            made.add("being made");
            made.add(externals[0].resolve(0));
          }
          return new String(name);
        };
    externals[0] = new Externals(image, START, length, resolver);
    Object outer = externals[0].resolve(0);
    assertThat(outer).isEqualTo("a").isSameAs(made.get(1)).isSameAs(externals[0].resolve(0));
  }

  @Test
  void nameThatHasNoObjectIsAskedForAgain() {
    int length = putExternals("a");
    List<String> asked = new ArrayList<>();
    Externals externals =
        new Externals(
            image,
            START,
            length,
            name -> {
              asked.add(name);
              return asked.size() < 2 ? null : "found";
            });
    assertThat(externals.resolve(0)).isNull();
    assertThat(externals.resolve(0)).isEqualTo("found");
    assertThat(externals.resolve(0)).isEqualTo("found");
    assertThat(asked).containsExactly("a", "a");
  }
}
