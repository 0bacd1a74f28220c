package org.marshalimage.writer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each package is a room; what it may import is listed here, and nothing else is allowed. */
class RoomsTest {
  private static final String ALL = "org.marshalimage..";
  private static final String FORMAT = "org.marshalimage.format";
  private static final String FORMAT_INTERNAL = "org.marshalimage.format.internal";
  private static final String MODEL = "org.marshalimage.format.model";
  private static final String STREAM = "org.marshalimage.format.stream";
  private static final String BYTECODE = "org.marshalimage.format.bytecode";
  private static final String MEMORY = "org.marshalimage.internal.memory";
  private static final String LAYOUT = "org.marshalimage.internal.layout";
  private static final String LINK = "org.marshalimage.internal.link";
  private static final String VERIFY = "org.marshalimage.internal.verify";
  private static final String API = "org.marshalimage";
  private static final String COMPARE = "org.marshalimage.compare";
  private static final String TRACE = "org.marshalimage.trace";
  private static final String WRITER = "org.marshalimage.writer";
  private static final String SNAPSHOT = "org.marshalimage.snapshot";
  private static final String WRITER_INTERNAL = "org.marshalimage.writer.internal";

  /** Each room with the rooms that it may import. */
  private static final Map<String, String[]> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(FORMAT, rooms()),
              Map.entry(FORMAT_INTERNAL, rooms()),
              Map.entry(MODEL, rooms(FORMAT, FORMAT_INTERNAL)),
              Map.entry(STREAM, rooms(FORMAT, FORMAT_INTERNAL, MODEL)),
              Map.entry(BYTECODE, rooms(FORMAT, MODEL)),
              Map.entry(MEMORY, rooms(FORMAT)),
              Map.entry(LAYOUT, rooms(FORMAT, BYTECODE, MEMORY)),
              Map.entry(LINK, rooms(FORMAT, MEMORY, LAYOUT)),
              Map.entry(VERIFY, rooms(FORMAT, MODEL, STREAM, MEMORY, LAYOUT)),
              Map.entry(API, rooms(FORMAT, MODEL, STREAM, BYTECODE, MEMORY, LAYOUT, LINK, VERIFY)),
              Map.entry(SNAPSHOT, rooms(FORMAT, MODEL, STREAM, WRITER, WRITER_INTERNAL, COMPARE)),
              Map.entry(COMPARE, rooms(FORMAT, MODEL, STREAM, BYTECODE, API)),
              Map.entry(TRACE, rooms(FORMAT, API, WRITER_INTERNAL)),
              Map.entry(WRITER, rooms(FORMAT, MODEL, STREAM, MEMORY, LINK, API, WRITER_INTERNAL)),
              Map.entry(
                  WRITER_INTERNAL,
                  rooms(FORMAT, FORMAT_INTERNAL, MODEL, STREAM, MEMORY, LAYOUT, LINK, API))));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_PACKAGE_INFOS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(API);

  private static String[] rooms(String... rooms) {
    return rooms;
  }

  @TestFactory
  Iterable<DynamicTest> roomImportsOnlyWhatItMay() {
    return ROOMS.entrySet().stream()
            .map(
                room ->
                    DynamicTest.dynamicTest(
                        room.getKey(), () -> checkImports(room.getKey(), room.getValue())))
        ::iterator;
  }

  private static void checkImports(String room, String[] allowed) {
    assertThat(CLASSES.that(resideInAPackage(room))).as("classes of %s", room).isNotEmpty();
    noClasses()
        .that(resideInAPackage(room))
        .should()
        .dependOnClassesThat(
            resideInAPackage(ALL)
                .and(resideOutsideOfPackage(room))
                .and(com.tngtech.archunit.base.DescribedPredicate.not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void everyClassIsInARoom() {
    classes().should().resideInAnyPackage(ROOMS.keySet().toArray(String[]::new)).check(CLASSES);
  }

  @Test
  void reflectionStaysWhereNewerJdksAreReached() {
    noClasses()
        .that(resideOutsideOfPackage(MEMORY))
        .and(resideInAPackage(ALL))
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.lang.reflect"))
        .orShould()
        .dependOnClassesThat(resideInAnyPackage("sun.misc"))
        .check(CLASSES);
  }
}
