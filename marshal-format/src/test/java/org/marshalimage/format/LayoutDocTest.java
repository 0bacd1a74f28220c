package org.marshalimage.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the tables of the specification against the constants. */
class LayoutDocTest {
  private static final Pattern TABLE =
      Pattern.compile("<caption>(.*?)</caption>(.*?)</table>", Pattern.DOTALL);
  private static final Pattern CLASS =
      Pattern.compile("org\\.marshalimage\\.format\\.(\\w+Layout)");
  private static final Pattern ROW =
      Pattern.compile("<tr><td>(\\d+)</td><td>([^<]*(?:&lt;[^<]*)*)</td><td>(\\w+)</td><td>");

  private static final Pattern SLOT_ROW =
      Pattern.compile("<tr><td>(\\d+)</td><td>([A-Z_]+)</td><td>[^<]*</td></tr>");

  private record Row(int offset, String length, String field) {}

  private static String text() throws IOException {
    return Files.readString(
        TestData.root()
            .resolve("marshal-format/src/main/java/org/marshalimage/format/package-info.java"));
  }

  private static Map<String, List<Row>> tables() throws Exception {
    Map<String, List<Row>> tables = new TreeMap<>();
    Matcher table = TABLE.matcher(text());
    while (table.find()) {
      Matcher name = CLASS.matcher(table.group(1));
      assertThat(name.find()).as("class in caption: " + table.group(1)).isTrue();
      Matcher row = ROW.matcher(table.group(2));
      while (row.find()) {
        tables
            .computeIfAbsent(name.group(1), key -> new ArrayList<>())
            .add(new Row(Integer.parseInt(row.group(1)), row.group(2), row.group(3)));
      }
    }
    return tables;
  }

  private static int constant(Class<?> type, String name) throws Exception {
    return ((Number) type.getField(name).get(null)).intValue();
  }

  /** A field may be named by a constant of its own or by that of the layout it continues. */
  @Test
  void everyRowEqualsItsConstant() throws Exception {
    int rows = 0;
    for (Map.Entry<String, List<Row>> table : tables().entrySet()) {
      Class<?> type = Class.forName("org.marshalimage.format." + table.getKey());
      for (Row row : table.getValue()) {
        assertThat(constant(type, row.field + "_OFFSET"))
            .as(table.getKey() + "." + row.field)
            .isEqualTo(row.offset);
        rows++;
      }
    }
    assertThat(rows).isGreaterThan(60);
  }

  @Test
  void everyOffsetConstantHasItsRow() throws Exception {
    Map<String, List<Row>> tables = tables();
    for (String name :
        List.of(
            "HeaderLayout",
            "SectionLayout",
            "ModuleLayout",
            "SegmentLayout",
            "ObjectLayout",
            "LongLayout",
            "BytesLayout",
            "StrLayout",
            "CodeLayout",
            "RecordLayout",
            "RecordTypesLayout",
            "ExternalsLayout",
            "RelocationsLayout")) {
      Class<?> type = Class.forName("org.marshalimage.format." + name);
      TreeSet<String> documented = new TreeSet<>();
      tables.get(name).forEach(row -> documented.add(row.field + "_OFFSET"));
      TreeSet<String> declared = new TreeSet<>();
      for (Field field : type.getFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getName().endsWith("_OFFSET")) {
          declared.add(field.getName());
        }
      }
      assertThat(documented).as(name).isEqualTo(declared);
    }
  }

  /** Fields of a table follow each other without gap or overlap. */
  @Test
  void rowsOfFixedLengthFollowEachOther() throws Exception {
    for (Map.Entry<String, List<Row>> table : tables().entrySet()) {
      if (table.getKey().equals("ObjectLayout")) {
        continue;
      }
      Row previous = null;
      for (Row row : table.getValue()) {
        if (previous != null && previous.length.matches("\\d+")) {
          assertThat(row.offset)
              .as(table.getKey() + "." + row.field)
              .isEqualTo(previous.offset + Integer.parseInt(previous.length));
        }
        previous = row;
      }
    }
  }

  @Test
  void sizesEqualTheEndOfTheirTables() throws Exception {
    Map<String, List<Row>> tables = tables();
    assertThat(end(tables.get("SectionLayout"))).isEqualTo(SectionLayout.SIZE);
    assertThat(end(tables.get("ModuleLayout"))).isEqualTo(ModuleLayout.SIZE);
    assertThat(end(tables.get("RecordTypesLayout"))).isEqualTo(RecordTypesLayout.SIZE);
  }

  /** The slots of a code object have a table of their own: number and name. */
  @Test
  void slotsOfCodeEqualTheirConstants() throws Exception {
    Matcher row = SLOT_ROW.matcher(text());
    int slots = 0;
    while (row.find()) {
      assertThat(Integer.parseInt(row.group(1))).isEqualTo(slots++);
      assertThat(constant(CodeLayout.class, row.group(2) + "_SLOT")).isEqualTo(slots - 1);
    }
    assertThat(slots).isEqualTo(CodeLayout.SLOTS);
    assertThat(CodeLayout.recordSize(HeaderLayout.COMPACT_WIDTH)).isEqualTo(88);
    assertThat(CodeLayout.recordSize(HeaderLayout.ADDRESS_WIDTH)).isEqualTo(128);
  }

  private static int end(List<Row> rows) {
    Row last = rows.get(rows.size() - 1);
    return last.offset + Integer.parseInt(last.length);
  }
}
