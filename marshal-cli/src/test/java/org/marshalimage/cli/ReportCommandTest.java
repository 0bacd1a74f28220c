package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.marshalimage.ImageCursor;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.writer.ImageWriter;

/** {@code report}: what the page is given, and that nothing in it can do harm. */
class ReportCommandTest extends CommandTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  private Path page() {
    return directory.resolve("x.html");
  }

  private Path library() {
    run("build", "-o", image(), TestData.path("pyc/3.11")).ok();
    return image();
  }

  private Path trace(String... modules) throws IOException {
    Path file = directory.resolve("x.trace");
    StartupTrace trace = new StartupTrace();
    try (MarshalImage mapped =
        MarshalImage.map(image(), MapOptions.builder().observer(trace.observer()).build())) {
      for (String module : modules) {
        trace.begin(module);
        mapped.module(module).root().toValue();
        trace.end(module);
      }
      trace.write(file);
    }
    return file;
  }

  private JsonNode data() throws IOException {
    Matcher matcher = DATA.matcher(Files.readString(page()));
    assertThat(matcher.find()).isTrue();
    return new ObjectMapper().readTree(matcher.group(1));
  }

  private static long sum(JsonNode numbers) {
    long sum = 0;
    for (JsonNode each : numbers) {
      sum += each.isArray() ? sum(each) : each.asLong();
    }
    return sum;
  }

  @Test
  void bytesOfModulesAndWhatSharingSavedAreThoseOfOtherCommands() throws IOException {
    String said = run("report", library(), "-o", page()).ok().out();
    assertThat(said).contains("x.html: ").endsWith(" bytes\n");
    JsonNode data = data();
    JsonNode modules = data.get("modules");
    JsonNode rows = new ObjectMapper().readTree(run("ls", "--json", image()).ok().out());
    for (int i = 0; i < rows.size(); i++) {
      assertThat(modules.get("names").get(i)).isEqualTo(rows.get(i).get("name"));
      assertThat(modules.get("codeObjects").get(i)).isEqualTo(rows.get(i).get("codeObjects"));
      long bytes = 0;
      for (JsonNode column : modules.get("bytes")) {
        bytes += column.get(i).asLong();
      }
      // A segment has a head and padding, too; a module's name lies among what is shared.
      long segment = rows.get(i).get("bytes").asLong();
      assertThat(bytes).isBetween(segment - 64, segment + 64);
    }
    JsonNode stat = new ObjectMapper().readTree(run("stat", "--json", image()).ok().out());
    assertThat(sum(data.get("saved"))).isEqualTo(stat.get("bytesSaved").asLong()).isPositive();
    assertThat(sum(modules.get("bytes")) + sum(data.get("shared")))
        .isEqualTo(stat.get("bytesWithoutSharing").asLong() - stat.get("bytesSaved").asLong());
    for (JsonNode shared : data.get("sharedObjects")) {
      assertThat(shared.get("uses").asInt()).isGreaterThan(1);
    }
  }

  @Test
  void repackedImageHasTheSameBytesOfModules() throws IOException {
    run("report", library(), "-o", page()).ok();
    JsonNode before = data();
    Path trace = trace("shop");
    Path repacked = directory.resolve("repacked.img");
    run("repack", image(), "--trace", trace, "-o", repacked).ok();

    run("report", repacked, "--trace", trace, "-o", page()).ok();
    JsonNode after = data();
    assertThat(after.get("modules").get("names")).isEqualTo(before.get("modules").get("names"));
    assertThat(after.get("modules").get("bytes")).isEqualTo(before.get("modules").get("bytes"));
    assertThat(after.get("shared")).isEqualTo(before.get("shared"));
  }

  @Test
  void cellsAndSectionsCoverTheFile() throws IOException {
    run("report", library(), "-o", page()).ok();
    JsonNode data = data();
    long length = Files.size(image());
    int cells = data.get("pages").get("owners").size();
    assertThat(data.get("pages").get("cellBytes").asInt()).isEqualTo(4096);
    assertThat(cells).isEqualTo((int) ((length + 4095) / 4096));
    assertThat(data.get("pages").get("touched")).isEmpty();
    List<String> names = data.get("sections").findValuesAsText("name");
    assertThat(names)
        .contains("HEADER", "DIRECTORY", "MODULES", "SHARED", "SEGMENTS", "TYPES", "STRINGS");
    long end = 0;
    for (JsonNode section : data.get("sections")) {
      assertThat(section.get("start").asLong()).isBetween(end, end + 4096);
      end = section.get("start").asLong() + section.get("length").asLong();
    }
    assertThat(end).isBetween(length - 8, length);
  }

  @Test
  void largestObjectsHaveTheirModules() throws IOException {
    run("report", library(), "-o", page()).ok();
    JsonNode data = data();
    for (String table : List.of("strings", "codes")) {
      long before = Long.MAX_VALUE;
      for (JsonNode row : data.get(table)) {
        assertThat(row.get("bytes").asLong()).isBetween(1L, before);
        assertThat(row.get("module").asInt()).isBetween(-1, data.at("/modules/names").size() - 1);
        before = row.get("bytes").asLong();
      }
    }
    assertThat(data.get("codes").findValuesAsText("name")).anyMatch(name -> name.contains("."));
    run("report", compiled("2.7"), "-o", page()).ok();
    assertThat(data().get("codes").findValuesAsText("name"))
        .contains("<module>")
        .anyMatch(name -> name.matches("\\w+\\.\\w+"));
  }

  private Path compiled(String version) {
    Path other = directory.resolve("other.img");
    run("build", "-o", other, TestData.path("pyc/" + version)).ok();
    return other;
  }

  @Test
  void traceTellsWhatWasTouchedAndWhatTheImageLacks() throws IOException {
    Path trace = library().equals(image()) ? trace("classes", "closures") : null;
    run("report", image(), "--trace", trace, "--trace", trace, "-o", page()).ok();
    JsonNode data = data();
    assertThat(data.at("/trace/runs").asInt()).isEqualTo(2);
    assertThat(data.at("/trace/passedOver").asInt()).isZero();
    assertThat(sum(data.at("/pages/touchedBytes"))).isPositive();
    List<Integer> ranks = new ArrayList<>();
    data.at("/pages/touched").forEach(rank -> ranks.add(rank.asInt()));
    ranks.removeIf(rank -> rank == 0);
    assertThat(ranks.stream().sorted().toList())
        .isEqualTo(Stream.iterate(1, i -> i + 1).limit(ranks.size()).toList());
    assertThat(sum(data.at("/modules/readObjects"))).isPositive();
    assertThat(data.at("/imports/names").toString()).isEqualTo("[\"classes\",\"closures\"]");
    assertThat(data.at("/imports/counts").toString()).isEqualTo("[2,2]");

    Run part = run("report", compiled("3.13"), "--trace", trace, "-o", page());
    assertThat(part.code()).isZero();
    assertThat(part.err()).contains("the image has not all of the trace: passed over=");
    assertThat(data().at("/trace/passedOver").asInt()).isPositive();
  }

  @Test
  void logOfCPythonGivesTimesInsteadOfTheTrace() throws IOException {
    Path log =
        Files.writeString(
            directory.resolve("log"),
            """
            import time:       100 |        100 |   closures
            import time:       300 |        400 | classes
            """);
    library();
    run("report", image(), "--trace", trace("ints"), "--cost", log, "-o", page()).ok();
    JsonNode imports = data().get("imports");
    assertThat(imports.get("names").toString()).isEqualTo("[\"classes\",\"closures\"]");
    assertThat(imports.get("parents").toString()).isEqualTo("[-1,0]");
    assertThat(imports.get("micros").toString()).isEqualTo("[400,100]");
    int classes = 0;
    while (!data().at("/modules/names").get(classes).asText().equals("classes")) {
      classes++;
    }
    assertThat(data().at("/modules/selfMicros").get(classes).asInt()).isEqualTo(300);
    assertThat(data().at("/modules/totalMicros").get(classes).asInt()).isEqualTo(400);
  }

  /** What may stand in an image or a file's name and must not become part of the page. */
  @Test
  void hostileNamesStayText() throws Exception {
    String hostile = "</script><img src=x onerror=alert(1)><!--<script>";
    List<String> names =
        List.of(hostile, "a.\u0000\u001b[31m\u202e\u2028", "\ud800", "...", "x".repeat(5000));
    Path bad = directory.resolve("<img onerror=alert(2)>&\".img");
    try (ImageWriter writer = ImageWriter.create()) {
      Value text = SequenceValue.tuple(StrValue.of(hostile), StrValue.of("\u2028\u0007"));
      for (String name : names) {
        writer.add(name, text);
      }
      writer.write(bad);
    }
    run("report", bad, "-o", page()).ok();
    String page = withoutLibrary(Files.readString(page()));
    assertThat(page).doesNotContain("<img", "<!--<", "\u202e", "\u0000", "\u2028", "\u001b");
    assertThat(page).contains("<h1>&lt;img onerror&#x3D;alert(2)&gt;&amp;&quot;.img</h1>");
    assertThat(Pattern.compile("</script").matcher(page).results()).hasSize(3);
    JsonNode shown = data().at("/modules/names");
    List<String> texts = new ArrayList<>();
    shown.forEach(each -> texts.add(each.asText()));
    assertThat(texts).contains(hostile, "\\ud800", "...");
    assertThat(texts).allMatch(text -> text.length() < 400);
    assertThat(data().get("strings").findValuesAsText("text")).contains(hostile);
  }

  private static String withoutLibrary(String page) {
    int start = page.indexOf("Licensed to the Apache Software Foundation");
    return page.substring(0, start) + page.substring(page.indexOf("</script", start));
  }

  /** A browser that holds to the policy runs our scripts alone, and asks no other machine. */
  @Test
  void pageNeedsNothingButItselfAndItsPolicyNamesItsScripts() throws Exception {
    run("report", library(), "-o", page()).ok();
    String page = Files.readString(page());
    assertThat(withoutLibrary(page)).doesNotContain("http:", "https:", "@import", "url(");
    assertThat(page.length()).isLessThan(1_200_000);
    assertThat(withoutLibrary(page)).contains("default-src 'none'").doesNotContain("unsafe-", "{{");
    Matcher parts = Pattern.compile("(?s)<(script|style)>(.*?)</\\1>").matcher(page);
    int count = 0;
    while (parts.find()) {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(parts.group(2).getBytes(StandardCharsets.UTF_8));
      assertThat(withoutLibrary(page))
          .contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
      count++;
    }
    assertThat(count).isEqualTo(3);
  }

  @Test
  void sameInputGivesTheSamePage() throws IOException {
    run("report", library(), "-o", page()).ok();
    Path again = directory.resolve("again.html");
    run("report", image(), "-o", again).ok();
    assertThat(page()).hasSameBinaryContentAs(again);
  }

  @Test
  void badInputLeavesTheOldPageAsItIs() throws IOException {
    Files.writeString(page(), "old");
    Path missing = directory.resolve("missing.img");
    assertThat(run("report", missing, "-o", page()).fault()).contains(missing.toString());
    library();
    assertThat(run("report", image(), "--trace", image(), "-o", page()).fault())
        .contains(image().toString());
    assertThat(run("report", image(), "--cost", page(), "-o", directory.resolve("y")).fault())
        .contains("no line of -X importtime");
    assertThat(run("report", image(), "-o", image()).fault())
        .contains("output would replace an input");
    assertThat(run("report", image(), "-o", directory.resolve("no/x.html")).fault())
        .contains("no/x.html");
    assertThat(page()).hasContent("old");
    assertThat(run("report", image()).code()).isEqualTo(2);
    assertThat(run("report", "-o", page()).code()).isEqualTo(2);
    assertThat(directory.toFile().list()).doesNotContain("y");
  }

  /** Two strings that both reach to the end of a chunk of bytes: together longer than the file. */
  @Test
  void objectsThatLieOverEachOtherAreRefused() throws IOException {
    int length = 1 << 16;
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("a", SequenceValue.list(BytesValue.of(new byte[length]), SequenceValue.tuple()));
      writer.write(image());
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(image())).order(ByteOrder.LITTLE_ENDIAN);
    try (MarshalImage mapped = MarshalImage.map(image())) {
      ImageCursor cursor = mapped.cursor();
      int list = (int) mapped.rootOffset("a");
      int chunk = (int) cursor.moveTo(list).slot(0) + BytesLayout.DATA_OFFSET + 7 & -8;
      bytes.putInt(list + ObjectLayout.SLOTS_OFFSET + Integer.BYTES, chunk / 8);
      head(bytes, chunk, TypeCode.TUPLE, 2);
      for (int i = 0; i < 2; i++) {
        int text = chunk + 64 + 64 * i;
        bytes.putInt(chunk + ObjectLayout.SLOTS_OFFSET + Integer.BYTES * i, text / 8);
        head(bytes, text, TypeCode.STR, length - 512);
      }
    }
    Files.write(image(), bytes.array());
    assertThat(run("report", image(), "-o", page()).fault())
        .contains("objects overlap: they have more bytes than the image");
    assertThat(page()).doesNotExist();
  }

  private static void head(ByteBuffer bytes, int offset, int kind, int size) {
    bytes.putInt(offset, ObjectLayout.PINNED | 3);
    bytes.putInt(offset + ObjectLayout.SIZE_OFFSET, size);
    bytes.putLong(offset + ObjectLayout.TYPE_OFFSET, kind);
  }

  @Test
  void damagedImagesGiveAPageOrOneLine() throws IOException {
    int refused = 0;
    try (Stream<Path> files = Files.list(TestData.path("corrupt"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".img")).toList()) {
        Run run = run("report", file, "-o", page());
        if (run.code() != 0) {
          assertThat(run.fault()).contains(file.getFileName().toString());
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(10);
  }
}
