package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.writer.ImageWriter;
import org.openqa.selenium.Keys;

/** The page of {@code report}, used in a browser; {@code target/report} has what it looks like. */
class ReportPageIT {

  private static final Path PICTURES = TestData.root().resolve("marshal-cli/target/report");

  /** Colours of a picture; a chart that is not drawn has one. */
  private static final String COLOURS =
      """
      const canvas = document.querySelector('#%s .chart canvas');
      const copy = Object.assign(document.createElement('canvas'), {
        width: canvas.width, height: canvas.height });
      const pen = copy.getContext('2d', { willReadFrequently: true });
      pen.drawImage(canvas, 0, 0);
      const data = pen.getImageData(0, 0, copy.width, copy.height).data;
      const pixels = new Uint32Array(data.buffer);
      const counts = new Map();
      pixels.forEach(pixel => counts.set(pixel, (counts.get(pixel) || 0) + 1));
      return Array.from(counts.values()).filter(count => count > 40).length;
      """;

  private static Browser browser;

  @TempDir static Path directory;

  private static Path page;

  @BeforeAll
  static void makePage() throws IOException {
    browser = Browser.start();
    Path image = directory.resolve("app.img");
    page = directory.resolve("app.html");
    CommandTest.run("build", "-o", image, TestData.path("pyc/3.13")).ok();
    StartupTrace trace = new StartupTrace();
    try (MarshalImage mapped =
        MarshalImage.map(image, MapOptions.builder().observer(trace.observer()).build())) {
      mapped.module("shop").root().toValue();
      mapped.module("classes").root().toValue();
      trace.write(directory.resolve("app.trace"));
    }
    Path log = directory.resolve("log");
    Files.writeString(
        log,
        """
        import time:      9000 |       9000 |     shop.stock
        import time:     20000 |      29000 |   shop
        import time:      4000 |       4000 |   classes
        import time:     30000 |      63000 | app
        """);
    Path traced = directory.resolve("app.trace");
    CommandTest.run("report", image, "--trace", traced, "--cost", log, "-o", page).ok();
  }

  @AfterAll
  static void quit() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void lightColours() {
    browser.scheme("light");
    assertThat(browser.open(page)).isNotNegative();
  }

  private static String text(String id) {
    return browser.run("return document.getElementById('" + id + "').textContent");
  }

  private static void show(String id) {
    browser.run("document.getElementById('" + id + "').scrollIntoView()");
    browser.waitUntil("return document.querySelector('#" + id + " .chart canvas') !== null");
  }

  private static void focus(String id) {
    browser.run("document.getElementById('" + id + "').focus()");
  }

  private static int colours(String id) {
    // Charts draw with the next frame.
    browser.waitUntil("return Number((function() {" + COLOURS.formatted(id) + "})()) > 3");
    return Integer.parseInt(browser.run(COLOURS.formatted(id)));
  }

  @Test
  void allChartsAreDrawnInLightAndInDark() throws IOException {
    for (String scheme : List.of("light", "dark")) {
      browser.scheme(scheme);
      // What charts are drawn on, as the style has it.
      String back = scheme.equals("light") ? "#f6f7f9" : "#1d2128";
      browser.waitUntil("return treemap.chart.getOption().backgroundColor === '" + back + "'");
      for (String part : List.of("treemap", "pages", "imports", "sharing")) {
        show(part);
        assertThat(colours(part)).as(part).isGreaterThan(3);
        browser.screenshot(PICTURES.resolve(part + "-" + scheme + ".png"));
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void searchShowsTheModulesThatMatch() {
    browser.run("document.body.focus()");
    browser.press("/");
    browser.press("SHOP.");
    browser.waitUntil("return document.getElementById('found').textContent !== ''");
    String rows = "Array.from(document.querySelectorAll('#modules tbody tr'))";
    assertThat(browser.run("return " + rows + ".every(row => row.textContent.includes('shop.'))"))
        .isEqualTo("true");
    assertThat(text("found"))
        .isEqualTo(browser.run("return " + rows + ".length") + " modules")
        .isNotEqualTo("0 modules");
    browser.press(Keys.ESCAPE);
    browser.waitUntil("return document.getElementById('found').textContent === ''");
    assertThat(browser.run("return " + rows + ".some(row => row.textContent.includes('classes'))"))
        .isEqualTo("true");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void chartsAreUsedByKeys() {
    focus("treemap-chart");
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT);
    assertThat(text("treemap-said")).contains(", 1 of ");
    String first = text("treemap-said").split(":")[0];
    browser.press(Keys.ENTER);
    assertThat(text("crumbs")).startsWith("app.img › " + first + " – ");
    browser.press(Keys.ESCAPE);
    assertThat(text("crumbs")).startsWith("app.img – ");

    focus("pages-chart");
    browser.press(Keys.HOME, Keys.ARROW_RIGHT);
    assertThat(text("pages-said")).startsWith("0x1000 to 0x1fff · ");
    browser.press(Keys.END);
    assertThat(text("pages-said")).contains("STRINGS");

    focus("imports-chart");
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    assertThat(text("imports-said"))
        .startsWith("shop · 29.0 ms with what it imported · 20.0 ms itself");
    browser.press(Keys.ENTER);
    assertThat(browser.run("return imports.nameOf(imports.focus)")).isEqualTo("shop");
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_RIGHT);
    assertThat(text("imports-said")).startsWith("classes · 4.00 ms");
    browser.press(Keys.ESCAPE, Keys.ESCAPE);
    assertThat(browser.run("return imports.nameOf(imports.focus)")).isEqualTo("all imports");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void mouseAndTablesLeadToAModule() {
    browser.run("tables.modules.sort(0, false)");
    browser.run("document.querySelector('#modules tbody button').click()");
    String name =
        browser.run("return document.querySelector('#modules tbody').rows[0].textContent");
    assertThat(name).startsWith(browser.run("return treemap.path.at(-1).node.full"));
    assertThat(
            browser.run(
                "return treemap.shown.every(part => KINDS.includes(treemap.viewName(part)))"))
        .isEqualTo("true");
    browser.run("document.querySelector('#crumbs button').click()");
    assertThat(text("crumbs")).startsWith("app.img – ");
    browser.run("document.querySelector('input[name=first][value=kind]').click()");
    assertThat(browser.run("return treemap.viewName(treemap.shown[0])"))
        .isIn("bytecode", "strings");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void namesFromTheImageAreNeverMarkup() throws IOException {
    Path image = directory.resolve("hostile.img");
    String name = "</script><img src=x onerror=\"document.title='taken'\">";
    try (ImageWriter writer = ImageWriter.create()) {
      for (String each : List.of(name, name + "." + name, "{a|b}{b}", "__proto__", "a..b")) {
        writer.add(each, SequenceValue.tuple(StrValue.of(each), StrValue.of(name)));
      }
      writer.write(image);
    }
    CommandTest.run("report", image, "-o", directory.resolve("hostile.html")).ok();
    assertThat(browser.open(directory.resolve("hostile.html"))).isNotNegative();
    browser.run(
        "treemap.openModule(0); tip.show({ clientX: 1, clientY: 1 }, "
            + "treemap.lines(treemap.path.at(-1)))");
    assertThat(text("modules-table")).contains(name, "__proto__", "a..b", "{a|b}{b}");
    assertThat(browser.run("return document.images.length + document.title"))
        .isEqualTo("0hostile.img: image report");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void pageOfManyModulesIsSmallAndUsable() throws IOException {
    Path image = directory.resolve("many.img");
    try (ImageWriter writer = ImageWriter.create()) {
      for (int i = 0; i < 17_000; i++) {
        String name = "application_" + i % 40 + ".component_" + i % 900 + ".module_" + i;
        writer.add(name, SequenceValue.tuple(StrValue.of(name), StrValue.of("shared")));
      }
      writer.write(image);
    }
    Path many = directory.resolve("many.html");
    CommandTest.run("report", image, "-o", many).ok();
    assertThat(Files.size(many)).isLessThan(8_000_000);
    assertUsable(many);
    show("pages");
    browser.screenshot(PICTURES.resolve("many.png"));
  }

  /** With an installed Python 3.13, in the sweep. */
  @Test
  void pageOfALibraryIsSmallAndUsable() throws Exception {
    assumeTrue(Boolean.getBoolean("marshalimage.sweep"));
    Path image = directory.resolve("library.img");
    CommandTest.run("build", "-o", image, "--exclude", "site-packages", library());
    Path whole = directory.resolve("library.html");
    CommandTest.run("report", image, "-o", whole).ok();
    assertThat(Files.size(whole)).isLessThan(3_000_000);
    assertUsable(whole);
    browser.screenshot(PICTURES.resolve("library.png"));
  }

  private static Path library() throws Exception {
    for (Path python : CPythons.interpreters()) {
      Path library = CPythons.library(directory, python);
      if (library.endsWith("python3.13")) {
        return library;
      }
    }
    return abort("no Python 3.13");
  }

  /** How long it takes is printed, and not held to a limit: that is of the machine as well. */
  private static void assertUsable(Path page) throws IOException {
    int millis = browser.open(page);
    System.out.println(
        page.getFileName() + ": " + Files.size(page) + " bytes, usable in " + millis + " ms");
    assertThat(millis).isNotNegative();
    assertThat(browser.complaints()).isEmpty();
  }
}
