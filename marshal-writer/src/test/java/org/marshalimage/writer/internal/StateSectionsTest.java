package org.marshalimage.writer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.ExternalsLayout;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.PropertiesLayout;
import org.marshalimage.format.RecordTypesLayout;
import org.marshalimage.format.model.RecordType;

/** Types of records, externals and properties as the file has them: by the bytes of their names. */
class StateSectionsTest {
  /** In UTF-16 the second would come first. */
  private static final String BMP = "\uff5e";

  private static final String BEYOND = "\ud83d\ude00";

  private static ByteBuffer buffer(byte[] section) {
    return ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  private static RecordType type(String name, int version) {
    return new RecordType(name, version, 2, 3, false);
  }

  @Test
  void typesStandInTheOrderOfTheirBytesAndVersions() {
    RecordTypeTable table = new RecordTypeTable();
    RecordType[] types = {
      type(BEYOND, 1), type("b", 2), type("b", 1), type(BMP, 1), new RecordType("a", 7, 5, 6, true)
    };
    table.begin();
    for (int i = 0; i < types.length; i++) {
      assertThat(table.number(types[i])).isEqualTo(i);
      assertThat(table.number(types[i])).isEqualTo(i);
    }
    table.keep();
    assertThat(table.number(types[1])).isEqualTo(1);
    assertThat(table.places()).containsExactly(4, 2, 1, 3, 0);
    byte[] section = table.toBytes();
    ByteBuffer bytes = buffer(section);
    assertThat(bytes.getInt(RecordTypesLayout.COUNT_START)).isEqualTo(5);
    int entry = (int) RecordTypesLayout.entry(0);
    assertThat(bytes.getInt(entry + RecordTypesLayout.NAME_LENGTH_OFFSET)).isEqualTo(1);
    assertThat(bytes.getInt(entry + RecordTypesLayout.VERSION_OFFSET)).isEqualTo(7);
    assertThat(bytes.getInt(entry + RecordTypesLayout.FIXED_SLOTS_OFFSET)).isEqualTo(5);
    assertThat(bytes.getInt(entry + RecordTypesLayout.REPEATED_SLOTS_OFFSET)).isEqualTo(6);
    assertThat(bytes.getInt(entry + RecordTypesLayout.FLAGS_OFFSET))
        .isEqualTo(RecordTypesLayout.FLAG_BYTES);
    int last = (int) RecordTypesLayout.entry(4);
    assertThat(bytes.getInt(last + RecordTypesLayout.NAME_LENGTH_OFFSET)).isEqualTo(4);
    assertThat(bytes.getInt(last + RecordTypesLayout.FLAGS_OFFSET)).isZero();
    int names = (int) RecordTypesLayout.entry(5);
    assertThat(text(section, names, 10)).isEqualTo("abb" + BMP + BEYOND);
    assertThat(section).hasSize((names + 10 + 7) / 8 * 8);
  }

  @Test
  void typesThatAreNotKeptAreForgotten() {
    RecordTypeTable table = new RecordTypeTable();
    assertThat(table.toBytes()).isEmpty();
    table.begin();
    table.number(type("a", 1));
    table.begin();
    assertThat(table.toBytes()).isEmpty();
    // Of another shape, since the first was never kept.
    int kept = table.number(new RecordType("a", 1, 9, 9, true));
    table.keep();
    table.begin();
    table.number(type("b", 1));
    table.begin();
    assertThat(buffer(table.toBytes()).getInt(RecordTypesLayout.COUNT_START)).isEqualTo(1);
    assertThat(table.places()[kept]).isZero();
    assertThatThrownBy(() -> table.number(type("a", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "two types of records of one name and version: a version 1 (fixed slots=9, repeated=9,"
                + " bytes=true) and a version 1 (fixed slots=2, repeated=3, bytes=false)");
  }

  @Test
  void typesAreNoMoreThanAnImageMayHave() {
    RecordTypeTable table = new RecordTypeTable();
    for (int i = 0; i < RecordTypesLayout.MAX_TYPES; i++) {
      table.number(type("a", i));
      if (i == 100) {
        table.keep();
      }
    }
    assertThat(table.number(type("a", 5))).isEqualTo(5);
    assertThatThrownBy(() -> table.number(type("b", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("too many types of records: max=65535");
  }

  @Test
  void externalsStandInTheOrderOfTheirBytes() {
    ExternalTable table = new ExternalTable();
    assertThat(table.toBytes()).isEmpty();
    table.begin();
    String[] names = {BEYOND, "bc", BMP, "b"};
    for (int i = 0; i < names.length; i++) {
      assertThat(table.number(names[i])).isEqualTo(i);
      assertThat(table.number(names[i])).isEqualTo(i);
    }
    table.keep();
    assertThat(table.number("bc")).isEqualTo(1);
    assertThat(table.places()).containsExactly(3, 1, 2, 0);
    byte[] section = table.toBytes();
    ByteBuffer bytes = buffer(section);
    assertThat(bytes.getInt(ExternalsLayout.COUNT_OFFSET)).isEqualTo(4);
    int[] ends = {1, 3, 6, 10};
    for (int i = 0; i < 4; i++) {
      assertThat(bytes.getInt(ExternalsLayout.ENDS_OFFSET + 4 * i)).isEqualTo(ends[i]);
    }
    int text = (int) ExternalsLayout.textOffset(4);
    assertThat(text(section, text, 10)).isEqualTo("bbc" + BMP + BEYOND);
    assertThat(section).hasSize((text + 10 + 7) / 8 * 8);
    long sum = 0;
    for (String name : new String[] {"b", "bc", BMP, BEYOND}) {
      sum = HashLayout.foldChecksum(sum, HashLayout.hash(name, 0));
    }
    assertThat(bytes.getLong(ExternalsLayout.FINGERPRINT_OFFSET)).isEqualTo(sum);
  }

  @Test
  void externalsThatAreNotKeptAreForgotten() {
    ExternalTable table = new ExternalTable();
    table.begin();
    table.number("a");
    table.begin();
    assertThat(table.toBytes()).isEmpty();
    int kept = table.number("b");
    table.keep();
    table.begin();
    assertThat(buffer(table.toBytes()).getInt(ExternalsLayout.COUNT_OFFSET)).isEqualTo(1);
    assertThat(table.places()[kept]).isZero();
  }

  @Test
  void propertiesStandInTheOrderOfTheirBytes() {
    PropertyTable table = new PropertyTable();
    assertThat(table.toBytes()).isEmpty();
    table.add(BEYOND, "x");
    table.add(BMP, "");
    table.add("a", "\u00e9");
    byte[] section = table.toBytes();
    ByteBuffer bytes = buffer(section);
    assertThat(bytes.getInt()).isEqualTo(3);
    for (String[] each : new String[][] {{"a", "\u00e9"}, {BMP, ""}, {BEYOND, "x"}}) {
      byte[] name = each[0].getBytes(StandardCharsets.UTF_8);
      byte[] text = each[1].getBytes(StandardCharsets.UTF_8);
      assertThat(bytes.getInt()).isEqualTo(name.length);
      assertThat(bytes.getInt()).isEqualTo(text.length);
      byte[] found = new byte[name.length + text.length];
      bytes.get(found);
      assertThat(text(found, 0, found.length)).isEqualTo(each[0] + each[1]);
    }
    assertThat(bytes.remaining()).isLessThan(8);
    assertThat(section.length % 8).isZero();
    assertThat(Arrays.copyOfRange(section, bytes.position(), section.length)).containsOnly(0);
  }

  @Test
  void propertiesAreNoLongerThanAnImageMayHaveThem() {
    int room = PropertiesLayout.MAX_LENGTH - 4 - 8 - 1;
    PropertyTable table = new PropertyTable();
    assertThatThrownBy(() -> table.add("a", "x".repeat(room + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "properties are too long: name=a, bytes="
                + (PropertiesLayout.MAX_LENGTH + 1)
                + ", max="
                + PropertiesLayout.MAX_LENGTH);
    table.add("a", "x".repeat(room));
    assertThat(table.toBytes()).hasSize(PropertiesLayout.MAX_LENGTH);
    assertThatThrownBy(() -> table.add("b", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("properties are too long: name=b, bytes=");
    assertThatThrownBy(() -> table.add("a", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("property is set twice: a");
    assertThatThrownBy(() -> table.add("", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name of a property is empty");
  }
}
