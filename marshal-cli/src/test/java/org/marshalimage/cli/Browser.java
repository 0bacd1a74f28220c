package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window. The setting {@code marshalimage.chromium} names another one. */
final class Browser implements AutoCloseable {
  /** Kept, since a logger that nobody holds loses its level. It warns of the browser's version. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private static final String[] NAMES = {"chromium", "chromium-browser", "google-chrome", "chrome"};

  private static final long MOST_NANOS = 20_000_000_000L;

  final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts one; the test is skipped without. */
  static Browser start() {
    String set = System.getProperty("marshalimage.chromium", "");
    Path browser = set.isBlank() ? onPath(NAMES) : Path.of(set);
    Path service = onPath("chromedriver");
    if (browser == null || service == null) {
      String reason =
          "no Chromium with chromedriver: install both, or name -Dmarshalimage.chromium";
      System.out.println(reason);
      return abort(reason);
    }
    SELENIUM.setLevel(Level.SEVERE);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    // Root has no sandbox; nothing here asks another machine.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1000");
    return new Browser(
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(service.toFile())
                .usingAnyFreePort()
                .build(),
            options));
  }

  private static Path onPath(String... names) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      for (String name : names) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return null;
  }

  /** Opens a page; returns after how many milliseconds it said that it is ready. */
  int open(Path page) {
    driver.get(page.toUri().toString());
    return Integer.parseInt(run("return document.documentElement.dataset.ready || '-1'"));
  }

  /** Runs a script; returns what it returns, as text. */
  String run(String script) {
    return String.valueOf(driver.executeScript(script));
  }

  /** Waits until a script returns true. */
  void waitUntil(String script) {
    long start = System.nanoTime();
    while (!run(script).equals("true")) {
      assertThat(System.nanoTime() - start).as(script).isLessThan(MOST_NANOS);
    }
  }

  /** Gives the page keys, as one by one. */
  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** Changes the colours that pages are asked for: light or dark. */
  void scheme(String name) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
  }

  void screenshot(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** Returns what the browser has complained of since it was last asked. */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        complaints.add(entry.getMessage());
      }
    }
    return complaints;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
