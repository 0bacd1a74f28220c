package org.marshalimage.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.Interpreters;
import org.marshalimage.format.TestData;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What the page of the plugin says, beside the plugin. */
class PluginPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| ([a-z, ]+) \\| ([^|]+) \\| [^|]+ \\|$");
  private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);

  /** Elements of a POM around parameters. */
  private static final Set<String> OF_MAVEN =
      Set.of(
          "plugin",
          "groupId",
          "artifactId",
          "version",
          "executions",
          "execution",
          "id",
          "goals",
          "goal",
          "phase",
          "configuration");

  private static String page;

  /** Of each parameter the goals that have it. */
  private static final Map<String, Set<String>> GOALS = new HashMap<>();

  private static final Map<String, String> DEFAULTS = new HashMap<>();

  @BeforeAll
  static void readBoth() throws Exception {
    page = Files.readString(TestData.root().resolve("marshal-maven-plugin/README.md"));
    Path file =
        TestData.root().resolve("marshal-maven-plugin/target/classes/META-INF/maven/plugin.xml");
    for (Element mojo : elements(xml(Files.readString(file)), "mojo")) {
      String goal = text(mojo, "goal");
      if (goal.equals("help")) {
        continue;
      }
      for (Element parameter : elements(mojo, "parameter")) {
        if (text(parameter, "editable").equals("true")) {
          GOALS.computeIfAbsent(text(parameter, "name"), name -> new TreeSet<>()).add(goal);
        }
      }
      for (Element configuration : elements(mojo, "configuration")) {
        for (Node each = configuration.getFirstChild();
            each != null;
            each = each.getNextSibling()) {
          if (each instanceof Element value && value.hasAttribute("default-value")) {
            DEFAULTS.put(value.getTagName(), value.getAttribute("default-value"));
          }
        }
      }
    }
  }

  private static Element xml(String text) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(text)));
    return document.getDocumentElement();
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static String text(Element parent, String name) {
    return elements(parent, name).get(0).getTextContent();
  }

  @Test
  void tableHasEveryParameterWithItsGoalsAndDefault() {
    Map<String, Set<String>> rows = new HashMap<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      String name = row.group(1);
      rows.put(name, new TreeSet<>(List.of(row.group(2).split(", "))));
      if (DEFAULTS.containsKey(name)) {
        assertThat(row.group(3)).as(name).isEqualTo("`" + DEFAULTS.get(name) + "`");
      }
    }
    assertThat(rows).isEqualTo(GOALS);
    assertThat(rows).hasSizeGreaterThan(20);
  }

  @Test
  void tableOfGoalsHasEachOfThem() {
    Set<String> goals = new TreeSet<>();
    GOALS.values().forEach(goals::addAll);
    for (String goal : goals) {
      assertThat(page).contains("| `marshal:" + goal + "` |");
    }
    assertThat(goals).containsExactly("build", "check", "repack", "verify");
  }

  @Test
  void elementsOfExamplesAreParameters() throws Exception {
    Matcher example = XML.matcher(page);
    int count = 0;
    while (example.find()) {
      for (Element configuration : elements(xml("<x>" + example.group(1) + "</x>"), "*")) {
        String name = configuration.getTagName();
        boolean isItem = GOALS.containsKey(configuration.getParentNode().getNodeName());
        if (!OF_MAVEN.contains(name) && !isItem) {
          assertThat(GOALS).containsKey(name);
          count++;
        }
      }
    }
    assertThat(count).isGreaterThan(5);
  }

  /** There is no Gradle here: what it would run is run. */
  @Test
  void commandOfTheGradleTaskMakesAnImage(@TempDir Path folder) throws Exception {
    Path pyc = Files.createDirectories(folder.resolve("src/main/pyc"));
    Files.copy(TestData.path("pyc/3.13/ints.pyc"), pyc.resolve("ints.pyc"));
    Path image = folder.resolve(only("outputs.file '([^']+)'"));
    // Gradle makes the folders of what a task puts out.
    Files.createDirectories(image.getParent());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(quoted(only("jvmArgs ((?:'[^']*'[,\\s]*)+)")));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(only("mainClass = '([^']+)'"));
    command.addAll(quoted(only("\n    args ((?:'[^']*'[,\\s]*)+)")));
    ChildProcess.Result result =
        ChildProcess.run(new ProcessBuilder(command).directory(folder.toFile()));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(image).exists();
    assertThat(folder.resolve(only("inputs.dir '([^']+)'"))).exists();
  }

  @Test
  void compilerOfTheGradleTaskGivesNamesWithoutTheFolder(@TempDir Path folder) throws Exception {
    // The option -s is one of 3.9.
    Path python =
        Interpreters.find().stream()
            .filter(each -> !each.toString().matches(".*(2\\.7|3\\.[678])\\..*"))
            .findFirst()
            .orElse(null);
    assumeTrue(python != null, "no CPython found; -Dmarshalimage.pythons=FILE names one");
    Path sources = Files.createDirectories(folder.resolve(only("into '([^']+)'")).resolve("shop"));
    Files.writeString(sources.resolve("till.py"), "x = 1\n");
    List<String> command = new ArrayList<>(quoted(only("commandLine ((?:'[^']*'[,\\s]*)+)")));
    command.set(0, python.toString());
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put(only("environment '([^']+)'"), "0");
    ChildProcess.Result result = ChildProcess.run(builder);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(Files.readString(sources.resolve("till.pyc"), StandardCharsets.ISO_8859_1))
        .contains("shop/till.py")
        .doesNotContain("build/python");
  }

  private static String only(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  private static List<String> quoted(String list) {
    return Pattern.compile("'([^']*)'").matcher(list).results().map(r -> r.group(1)).toList();
  }
}
