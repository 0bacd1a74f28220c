package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Imports each module of {@code modules-2.7.txt}: those of CPython 2.7's library but for tests,
 * IDLE, 2to3, the tables of {@code encodings}, what is about a C extension that Jython has not
 * (bsddb, curses, ctypes, hotshot, multiprocessing, sqlite3), compilers and installers of other
 * platforms, programs, and jokes. With the profile "sweep" also in Jython's own loop, and those of
 * CPython's own library.
 */
class ModuleListIT {
  private static final boolean SWEEP = Boolean.getBoolean("marshalimage.sweep");

  private static final Path LIST =
      Libraries.module().resolve("src/test/resources/org/marshalimage/jython/modules-2.7.txt");

  /** Imports all; what became of each, and where it came from. */
  private static Map<String, List<String>> importAll(List<String> jython) throws Exception {
    Processes.Result result = Processes.run(Libraries.folder(), 300, jython);
    assertThat(result.code()).as(result.err()).isEqualTo(0);
    Map<String, List<String>> found = new TreeMap<>();
    result
        .out()
        .lines()
        .map(line -> line.split("\t"))
        .forEach(fields -> found.put(fields[0], List.of(fields[1], fields[2])));
    assertThat(found).hasSize(328);
    return found;
  }

  private static String[] script() {
    return new String[] {
      Libraries.module().resolve("src/test/python/import_all.py").toString(), LIST.toString()
    };
  }

  private static List<String> imported(Map<String, List<String>> modules) {
    return modules.entrySet().stream()
        .filter(each -> each.getValue().get(0).equals("ok"))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static long of(Map<String, List<String>> modules, String origin) {
    return modules.values().stream().filter(each -> each.get(1).equals(origin)).count();
  }

  @Test
  void jythonsLibraryImportsAsItDoesFromSources() throws Exception {
    Path image = Libraries.jythonImage();
    Map<String, List<String>> stock =
        importAll(Processes.jythonAlone(Libraries.folder(), script()));
    for (String loop : SWEEP ? List.of("mapped", "stock") : List.of("mapped")) {
      Map<String, List<String>> mapped = importAll(Processes.jythonOn(image, loop, script()));
      report("Jython's library, loop " + loop, mapped);
      assertThat(imported(mapped)).hasSizeGreaterThanOrEqualTo(287).isEqualTo(imported(stock));
      // CPython does not compile it: a method is called "print".
      assertThat(mapped.get("pydoc")).containsExactly("ok", "elsewhere");
      assertThat(of(mapped, "elsewhere")).isEqualTo(1);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "marshalimage.sweep", matches = "true")
  void cpythonsOwnLibraryImports() throws Exception {
    Path image = Libraries.cpythonImage();
    Map<String, List<String>> mapped = importAll(Processes.jythonOn(image, "mapped", script()));
    report("CPython's library", mapped);
    assertThat(imported(mapped)).hasSizeGreaterThanOrEqualTo(291);
    assertThat(of(mapped, "elsewhere")).isEqualTo(0);
  }

  private static void report(String what, Map<String, List<String>> modules) {
    System.out.printf(
        "%s: %d of %d modules imported, %d from the image, %d built in, %d from elsewhere%n",
        what,
        imported(modules).size(),
        modules.size(),
        of(modules, "image"),
        of(modules, "builtin"),
        of(modules, "elsewhere"));
    modules.forEach(
        (name, result) -> {
          if (!result.get(0).equals("ok")) {
            System.out.println("  " + name + ": " + result.get(0));
          }
        });
  }
}
