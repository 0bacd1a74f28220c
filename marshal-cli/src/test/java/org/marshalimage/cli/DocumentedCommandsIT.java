package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.MapOptions;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.trace.StartupTrace;
import org.marshalimage.writer.ImageWriter;

/**
 * Every command that the pages print. What runs the packaged command, or java on our jars, is run
 * in a folder of small files of the names that the pages use. Maven, the benchmarks and jcstress
 * take minutes to an hour, and are not there when this module is tested: of those the names must
 * exist that they are given, of modules, profiles, classes and properties.
 */
@EnabledOnOs(OS.LINUX)
class DocumentedCommandsIT {
  private static final Pattern TABLE_COMMAND = Pattern.compile("(?m)^\\| `(marshal [^`]+)` \\|");
  private static final String JAR = "java -jar marshal-cli/target/marshal.jar ";

  /** Of java, run by EmbedderFlagsIT, and of CPython, run by PluginPageTest. */
  private static final List<String> OPTIONS_OF_OTHERS =
      List.of(
          "--invalidation-mode",
          "--add-exports",
          "--add-modules",
          "--enable-native-access",
          "--include",
          "--sun-misc-unsafe-memory-access");

  /** Not installed everywhere, or of a user's own; here are small ones. */
  private static final String[][] NAMES = {
    {"/usr/lib/python3.11", "library"},
    {"--python 3.11", "--python 3.13"},
    {"unzip -p app.whl app/main.pyc", "cat x.pyc"},
    {"json.decoder:JSONDecoder.decode", "json.decoder:has"},
    {"FINGERPRINT,CODE=HANDLE,...", TypeTable.standard().toString()},
  };

  @TempDir Path directory;

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(TestData.root().resolve("README.md")));
    try (Stream<Path> help = Files.list(TestData.root().resolve("help"))) {
      help.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    for (String page :
        List.of(
            "jmh/README.md", "marshal-maven-plugin/README.md", "RELEASING.md", "CONTRIBUTING.md")) {
      pages.add(TestData.root().resolve(page));
    }
    return pages;
  }

  /** Returns blocks in no language, without the ends of lines that go on in the next. */
  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    boolean isInside = false;
    // Of a block in a list.
    int indent = 0;
    for (String line : Files.readString(page).replace("\\\n", "").split("\n")) {
      if (line.stripLeading().startsWith("```")) {
        if (block != null) {
          blocks.add(block.toString());
        }
        isInside = !isInside;
        indent = line.indexOf('`');
        block = isInside && line.strip().equals("```") ? new StringBuilder() : null;
      } else if (block != null) {
        block.append(line.substring(Math.min(indent, line.length()))).append('\n');
      }
    }
    return blocks;
  }

  private static boolean isCommand(String line) {
    return line.matches("(JAZZER_FUZZ=1 )?(mvn|java|marshal|python[\\d.]*) .*") || isPiped(line);
  }

  private static boolean isPiped(String line) {
    return line.matches("cat \\S+ \\| marshal .*");
  }

  /** Returns the commands of a page, those of tables first. */
  private static List<String> commands(Path page) throws IOException {
    List<String> commands = new ArrayList<>();
    TABLE_COMMAND.matcher(Files.readString(page)).results().forEach(r -> commands.add(r.group(1)));
    for (String block : blocks(page)) {
      assertThat(isCommand(block.lines().findFirst().orElse("")))
          .as("starts with no command that is known: " + block)
          .isTrue();
      block.lines().filter(DocumentedCommandsIT::isCommand).forEach(commands::add);
    }
    return commands;
  }

  private Processes.Result run(String command) throws Exception {
    String line = command;
    for (String[] name : NAMES) {
      line = line.replace(name[0], name[1]);
    }
    String marshal = String.join(" ", Processes.marshal(List.of())) + " ";
    line =
        line.replace(JAR, marshal)
            .replaceFirst("(^|\\| )marshal ", "$1" + Matcher.quoteReplacement(marshal));
    line = line.replaceFirst("^java ", Matcher.quoteReplacement(Processes.java() + " "));
    String inFolder = "cd '" + directory + "' && " + line;
    return Processes.run(directory, List.of("bash", "-c", inFolder));
  }

  @BeforeEach
  void makeSmallFiles() throws Exception {
    Path library = Files.createDirectories(directory.resolve("library/json"));
    copy("pyc/3.13/shop/stock/shelf.pyc", library.resolve("decoder.pyc"));
    copy("pyc/3.13/shop/__init__.pyc", library.resolve("__init__.pyc"));
    Files.writeString(library.resolve("__init__.py"), "");
    copy(
        "pyc/3.13/classes.pyc", Files.createDirectories(directory.resolve("lib")).resolve("a.pyc"));
    Path cache = Files.createDirectories(directory.resolve("lib/__pycache__"));
    copy("pyc/3.13/ints.pyc", cache.resolve("b.cpython-313.pyc"));
    copy("pyc/3.13/ints.pyc", cache.resolve("b.cpython-313.opt-2.pyc"));
    copy("pyc/3.13/floats.pyc", directory.resolve("x.pyc"));
    Files.writeString(directory.resolve("x.py"), "x = 1\n");
    Files.writeString(Files.createDirectories(directory.resolve("app")).resolve("main.py"), "");
    Files.createDirectories(directory.resolve("extra"));
    copy("pyc/3.13/floats.pyc", directory.resolve("extra/x.pyc"));
    Files.writeString(directory.resolve("types.txt"), TypeTable.standard().toString());
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(directory.resolve("app.whl")))) {
      zip.putNextEntry(new ZipEntry("wheel.pyc"));
      zip.write(Files.readAllBytes(TestData.path("pyc/3.13/tuples.pyc")));
    }
    for (String image : List.of("stdlib.img", "app.img", "x.img", "old.img")) {
      CommandTest.run(
              "build", "-o", directory.resolve(image), "--pointer-width", 8, library.getParent())
          .ok();
    }
    StartupTrace trace = new StartupTrace();
    try (MarshalImage image =
        MarshalImage.map(
            directory.resolve("stdlib.img"),
            MapOptions.builder().observer(trace.observer()).build())) {
      image.module("json").root().toValue();
      trace.write(directory.resolve("start.trace"));
    }
    Files.writeString(
        directory.resolve("importtime.log"),
        "import time: self [us] | cumulative | imported package\n"
            + "import time:       100 |        100 | json\n");
    makeTwice("first.img", "ada", 0, "price");
    makeTwice("second.img", "bob", 1, "prices");
    Files.writeString(directory.resolve("snapshot.allow"), "# new each time\nstate:*['seed']\n");
  }

  /** One of two makings of a program's state, with a module whose source has changed between. */
  private void makeTwice(String image, String user, int constant, String name) throws IOException {
    Value none = BytesValue.of(new byte[0]);
    CodeValue.Builder code =
        CodeValue.builder(PythonVersion.V3_13)
            .code(BytesValue.of(new byte[] {(byte) 149, 0, 83, (byte) constant, 36, 0, 36, 0}))
            .names(SequenceValue.tuple(StrValue.of("len"), StrValue.of(name)))
            .localNames(SequenceValue.tuple())
            .kinds(none)
            .lineTable(none)
            .exceptionTable(none)
            .filename(StrValue.of("shop/till.py"))
            .name(StrValue.of("add"))
            .qualName(StrValue.of("add"))
            .consts(SequenceValue.tuple());
    Value function = code.build();
    Value module =
        code.code(none)
            .consts(SequenceValue.tuple(none, none, function))
            .name(StrValue.of("m"))
            .names(SequenceValue.tuple())
            .build();
    Value namespace =
        DictValue.dict(
            StrValue.of("home"),
            StrValue.of("/home/" + user),
            StrValue.of("seed"),
            IntValue.of(constant));
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("shop.till", module);
      RecordType type = new RecordType("module", 1, 2, 0, false);
      writer.add("state:shop", RecordValue.of(type, StrValue.of("shop"), namespace));
      writer.write(directory.resolve(image));
    }
  }

  private static void copy(String from, Path to) throws IOException {
    Files.copy(TestData.path(from), to);
  }

  @Test
  void eachCommandOfMarshalRuns() throws Exception {
    int count = 0;
    for (Path page : pages()) {
      for (String command : commands(page)) {
        if (!command.startsWith("marshal ") && !isPiped(command) && !command.contains(JAR)) {
          continue;
        }
        // Of "build && demo" the build is Maven's.
        int jar = command.indexOf(JAR);
        Processes.Result result = run(jar < 0 ? command : command.substring(jar));
        // "check" and "diff" exit with 1 if they list anything.
        int mostCode = command.matches("marshal (check|diff) .*") ? 1 : 0;
        assertThat(result.code()).as(page + ": " + command + result.err()).isBetween(0, mostCode);
        assertThat(result.err()).as(page + ": " + command).isEmpty();
        count++;
      }
    }
    assertThat(count).isGreaterThan(25);
  }

  @Test
  void sampleOutputIsWhatTheCommandPrints() throws Exception {
    List<String> samples = new ArrayList<>();
    for (Path page : pages()) {
      for (String block : blocks(page)) {
        String command = block.lines().findFirst().orElseThrow();
        List<String> sample =
            block.lines().filter(line -> !isCommand(line)).map(this::shape).toList();
        if (sample.isEmpty()) {
          continue;
        }
        if (command.startsWith("marshal verify ")) {
          damageApp();
        } else if (command.startsWith("marshal check ")) {
          changeSources();
        }
        assertThat(run(command).out().lines().map(this::shape))
            .as(page + ": " + command)
            .containsExactlyElementsOf(sample);
        samples.add(command);
      }
    }
    assertThat(samples).hasSize(4);
  }

  /** Leaves out what differs from file to file: numbers, and how far they are apart. */
  private String shape(String line) {
    return line.replaceAll("0x[0-9a-f]+|\\b[0-9a-f]{16,64}\\b", "HEX")
        .replaceAll("-?\\d[\\d,.:TZ-]*", "N")
        .replaceAll(" +", " ");
  }

  /** One bit of a name. */
  private void damageApp() throws IOException {
    byte[] image = Files.readAllBytes(TestData.path("compat/v1/small.img"));
    int at = new String(image, StandardCharsets.ISO_8859_1).indexOf("<module>");
    image[at + 1] ^= 1;
    Files.write(directory.resolve("app.img"), image);
  }

  /** One source that is as recorded, one that is newer, one that is gone, and a new one. */
  private void changeSources() throws IOException {
    Path compiled = directory.resolve("compiled");
    Path shop = Files.createDirectories(directory.resolve("app/shop"));
    Files.delete(directory.resolve("app/main.py"));
    Files.createDirectories(compiled.resolve("shop"));
    Files.delete(directory.resolve("library/json/__init__.py"));
    for (String name : List.of("prices", "till")) {
      compile(name + " = 1\n", compiled.resolve("shop/" + name + ".pyc"));
    }
    compile("same\n", compiled.resolve("current.pyc"));
    source("same\n", directory.resolve("library/current.py"), 1_700_000_000);
    source("changed = 1\n", shop.resolve("prices.py"), 1_700_000_060);
    source("", shop.resolve("shelf.py"), 1_700_000_000);
    CommandTest.run("build", "-o", directory.resolve("app.img"), compiled).ok();
  }

  private static void source(String text, Path file, long seconds) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000 * seconds));
  }

  /** A file that recorded such a source, of the code of another. */
  private static void compile(String source, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(TestData.path("pyc/3.13/ints.pyc"));
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(4, 0).putInt(8, 1_700_000_000).putInt(12, source.length());
    Files.write(file, bytes);
  }

  @Test
  void appCdsCommandsRunAndTheSecondUsesTheArchive() throws Exception {
    Path app = directory.resolve("app.jar");
    String main = MapOneModule.class.getName().replace('.', '/') + ".class";
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(app))) {
      zip.putNextEntry(new ZipEntry(main));
      zip.write(
          Files.readAllBytes(
              TestData.root().resolve("marshal-cli/target/test-classes").resolve(main)));
    }
    Files.copy(Processes.jar("marshal-core"), directory.resolve("marshal-core.jar"));
    Files.copy(Processes.jar("marshal-format"), directory.resolve("marshal-format.jar"));
    List<String> lines =
        commands(TestData.root().resolve("help/embedding.md")).stream()
            .filter(command -> command.contains("app.jsa"))
            .map(
                c ->
                    c.replace(
                        "Main args", MapOneModule.class.getName() + " stdlib.img json <module>"))
            .map(c -> c.replace("<module>", "'<module>'"))
            .toList();
    assertThat(lines).hasSize(2);
    Processes.Result first = run(lines.get(0));
    assertThat(first.code()).as(first.err()).isZero();
    Processes.Result second = run(lines.get(1).replace(" -cp ", " -Xshare:on -cp "));
    assertThat(second.err() + second.out()).isEmpty();
    assertThat(second.code()).isZero();
  }

  @Test
  void namesThatOtherCommandsAreGivenExist() throws Exception {
    String poms = read("pom.xml");
    for (String module :
        List.of(
            "marshal-core", "marshal-writer", "marshal-cli", "jmh", "jcstress", "marshal-jython")) {
      poms += read(module + "/pom.xml");
    }
    String sources = sources();
    int count = 0;
    for (Path page : pages()) {
      for (String command : commands(page)) {
        for (String word : words(command)) {
          check(word, page + ": " + command, poms, sources);
        }
        if (command.contains("mvn ") || command.contains("/target/")) {
          count++;
        }
      }
    }
    assertThat(count).isGreaterThan(25);
  }

  @Test
  void optionsThatTextNamesAreOptionsOfSomething() throws Exception {
    StringBuilder known = new StringBuilder(sources());
    for (String command : Main.COMMANDS) {
      known.append(CommandTest.run(command, "--help").ok().out());
    }
    int count = 0;
    for (Path page : pages()) {
      Matcher code = Pattern.compile("`([^`]+)`").matcher(Files.readString(page));
      while (code.find()) {
        Matcher option = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+").matcher(code.group(1));
        while (option.find()) {
          if (!OPTIONS_OF_OTHERS.contains(option.group())) {
            assertThat(known).as(page.toString()).contains(option.group());
            count++;
          }
        }
      }
    }
    assertThat(count).isGreaterThan(30);
  }

  private static List<String> words(String command) {
    // What is quoted is an option's value and has spaces.
    String[] words = command.replaceAll("'[^']*'", "QUOTED").split(" +");
    List<String> all = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      boolean hasValue =
          words[i].equals("-pl") || words[i].equals("-t") || words[i].equals("--only");
      all.add(hasValue ? words[i] + " " + words[i + 1] : words[i]);
    }
    return all;
  }

  private static void check(String word, String where, String poms, String sources) {
    Matcher property = Pattern.compile("-D(marshalimage\\.[a-z.]+)=.*").matcher(word);
    Matcher tests =
        Pattern.compile("-D(?:test|it\\.test|marshalimage\\.fuzz)=(\\w+)").matcher(word);
    Matcher className = Pattern.compile("org\\.marshalimage\\.[a-z.]+\\.([A-Z]\\w+)").matcher(word);
    if (word.startsWith("-P")) {
      for (String profile : word.substring(2).split(",")) {
        assertThat(poms).as(where).contains("<id>" + profile + "</id>");
      }
    }
    if (word.startsWith("-pl ")) {
      for (String module : word.substring(4).split(",")) {
        assertThat(TestData.root().resolve(module).resolve("pom.xml")).as(where).exists();
      }
    }
    if (word.startsWith("--only ")) {
      for (String part : word.substring(7).split(",")) {
        assertThat(sources).as(where).contains('"' + part + '"');
      }
    }
    if (word.startsWith("-t ")) {
      assertThat(sources).as(where).contains("class " + word.substring(3).split("\\.")[0] + " ");
    }
    if (property.matches()) {
      String name = property.group(1);
      assertThat(sources.contains('"' + name + '"') || poms.contains("${" + name + "}"))
          .as(where + ": " + name)
          .isTrue();
    }
    if (tests.matches() && !tests.group(1).equals("NONE")) {
      assertThat(sources).as(where).contains("class " + tests.group(1) + " ");
    }
    if (className.matches()) {
      assertThat(sources).as(where).contains("class " + className.group(1) + " ");
    }
    if (word.endsWith("Benchmark") && !className.matches()) {
      assertThat(sources).as(where).contains("class " + word + " ");
    }
    if (word.matches(".*/.*\\.(py|java)")) {
      assertThat(TestData.root().resolve(word)).as(where).exists();
    }
    Matcher target = Pattern.compile("([a-z-]+)/target/([a-z]+)\\.jar").matcher(word);
    if (target.matches() && !target.group(1).equals("marshal-cli")) {
      assertThat(poms).as(where).contains("<finalName>" + target.group(2) + "</finalName>");
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(TestData.root().resolve(file));
  }

  /** Returns the text of all sources of this build. */
  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(TestData.root())) {
      StringBuilder all = new StringBuilder();
      for (Path file :
          files
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> !path.toString().contains(File.separator + "target" + File.separator))
              .collect(Collectors.toList())) {
        all.append(Files.readString(file));
      }
      return all.toString();
    }
  }
}
