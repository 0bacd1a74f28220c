package org.marshalimage.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Holds a folder that was deployed to against what Central asks for: whole poms, sources and
 * javadoc, checksums, signatures; and against the project: all that is to be published, nothing
 * else, LICENSE and NOTICE in each jar. It needs the JDK alone, so that a releaser runs it as it
 * is:
 *
 * <pre>java StagedFiles.java STAGING [--unsigned] [--trial]</pre>
 *
 * <p>Source: https://central.sonatype.org/publish/requirements.
 */
public final class StagedFiles {
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");
  private static final String PLACEHOLDER = "example.org";
  private static final int MOST_STEPS = 20;

  private final Path staging;
  private final Path project;
  private final boolean isSigned;
  private final boolean isTrial;
  private final Map<String, Pom> poms = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  private StagedFiles(Path staging, Path project, boolean isSigned, boolean isTrial) {
    this.staging = staging;
    this.project = project;
    this.isSigned = isSigned;
    this.isTrial = isTrial;
  }

  /**
   * Checks; ends with 1 and a line for each fault.
   *
   * @param args the folder; {@code --unsigned} where signing was skipped; {@code --trial} where
   *     URLs may be those that stand for the publisher's
   */
  public static void main(String[] args) throws Exception {
    Set<String> options = new TreeSet<>(List.of(args).subList(1, args.length));
    StagedFiles staged =
        new StagedFiles(
            Path.of(args[0]),
            Path.of(""),
            !options.remove("--unsigned"),
            options.remove("--trial"));
    if (!options.isEmpty()) {
      throw new IllegalArgumentException("unknown options: " + options);
    }
    List<String> faults = staged.check();
    faults.forEach(System.err::println);
    if (!faults.isEmpty()) {
      System.exit(1);
    }
    System.out.println(staged.poms.keySet() + ": as Central asks for");
  }

  /**
   * Returns what is wrong.
   *
   * @param staging where to it was deployed
   * @param project the root of the project
   * @param isSigned whether there have to be signatures
   * @param isTrial whether placeholders are allowed
   */
  static List<String> faults(Path staging, Path project, boolean isSigned, boolean isTrial)
      throws Exception {
    return new StagedFiles(staging, project, isSigned, isTrial).check();
  }

  private List<String> check() throws Exception {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(staging)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      if (file.toString().endsWith(".pom")) {
        Pom pom = new Pom(file);
        poms.put(pom.artifact, pom);
      }
    }
    Set<String> expected = published();
    if (!poms.keySet().equals(expected)) {
      faults.add("published: expected " + expected + ", found " + poms.keySet());
    }
    for (Pom pom : poms.values()) {
      checkPom(pom);
      checkJars(pom);
    }
    for (Path file : files) {
      checkFile(file);
    }
    return faults;
  }

  /** Returns the names of modules that are deployed, by what their poms say. */
  private Set<String> published() throws Exception {
    Pom root = new Pom(project.resolve("pom.xml"));
    Set<String> names = new TreeSet<>(Set.of(root.artifact));
    for (Element module : children(child(root.root, "modules"))) {
      Pom pom = new Pom(project.resolve(module.getTextContent().strip()).resolve("pom.xml"));
      if (!"true".equals(pom.properties.get("maven.deploy.skip"))) {
        names.add(pom.artifact);
      }
    }
    return names;
  }

  private void checkPom(Pom pom) throws IOException {
    String name = pom.artifact;
    String version = value(pom, "version");
    String text = Files.readString(pom.file);
    if (text.contains("-SNAPSHOT")) {
      faults.add(name + ": is a snapshot, or depends on one");
    }
    Path place =
        Path.of(
            String.valueOf(value(pom, "groupId")).replace('.', '/'),
            name,
            String.valueOf(version),
            name + "-" + version + ".pom");
    if (!staging.relativize(pom.file).equals(place)) {
      faults.add(name + ": lies in the wrong place: expected " + place);
    }
    if (pom.parent != null && !poms.containsKey(pom.parent)) {
      faults.add(name + ": its parent is not published: " + pom.parent);
    }
    for (String path :
        List.of(
            "modelVersion",
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "developers/developer/email",
            "developers/developer/organization",
            "developers/developer/organizationUrl",
            "scm/connection",
            "scm/developerConnection",
            "scm/url")) {
      String value = value(pom, path);
      if (value == null || value.isBlank()) {
        faults.add(name + ": pom without " + path);
      } else if (PROPERTY.matcher(value).find()) {
        faults.add(name + ": pom with an unknown property in " + path + ": " + value);
      } else if (!isTrial && value.contains(PLACEHOLDER)) {
        faults.add(name + ": " + path + " is a placeholder, see RELEASING.md: " + value);
      }
    }
  }

  private void checkJars(Pom pom) throws IOException {
    String packaging = value(pom, "packaging");
    if ("pom".equals(packaging)) {
      return;
    }
    String start = pom.file.getFileName().toString().replaceFirst("\\.pom$", "");
    for (String kind : List.of("", "-sources", "-javadoc")) {
      Path jar = pom.file.resolveSibling(start + kind + ".jar");
      if (!Files.exists(jar)) {
        faults.add(pom.artifact + ": missing: " + jar.getFileName());
      }
    }
    try (Stream<Path> files = Files.list(pom.file.getParent())) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (String entry : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
            if (zip.getEntry(entry) == null) {
              faults.add(pom.artifact + ": no " + entry + " in " + jar.getFileName());
            }
          }
        }
      }
    }
  }

  private void checkFile(Path file) throws IOException, NoSuchAlgorithmException {
    String name = file.getFileName().toString();
    if (name.matches(".*\\.(md5|sha1|sha256|sha512)") || name.startsWith("maven-metadata")) {
      return;
    }
    for (Map.Entry<String, String> kind : Map.of("md5", "MD5", "sha1", "SHA-1").entrySet()) {
      Path sum = file.resolveSibling(name + "." + kind.getKey());
      if (!Files.exists(sum)) {
        // Those of signatures are not asked for.
        if (!name.endsWith(".asc")) {
          faults.add("missing: " + sum.getFileName());
        }
        continue;
      }
      byte[] digest = MessageDigest.getInstance(kind.getValue()).digest(Files.readAllBytes(file));
      if (!Files.readString(sum).strip().equals(HexFormat.of().formatHex(digest))) {
        faults.add("wrong: " + sum.getFileName());
      }
    }
    if (name.endsWith(".asc") || !isSigned) {
      return;
    }
    Path signature = file.resolveSibling(name + ".asc");
    if (!Files.exists(signature)) {
      faults.add("missing: " + signature.getFileName());
    } else if (!Files.readString(signature, StandardCharsets.ISO_8859_1)
        .startsWith("-----BEGIN PGP SIGNATURE-----")) {
      faults.add("no signature: " + signature.getFileName());
    }
  }

  /** Returns an element's text, the parent's where Maven inherits it; null if there is none. */
  private String value(Pom pom, String path) {
    if (path.equals("packaging") && child(pom.root, path) == null) {
      return "jar";
    }
    String[] names = path.split("/");
    boolean isInherited = !Set.of("modelVersion", "artifactId", "name", "packaging").contains(path);
    for (Pom each = pom; each != null; each = isInherited ? parent(each) : null) {
      Element element = each.root;
      for (int i = 0; i < names.length && element != null; i++) {
        element = child(element, names[i]);
      }
      if (element != null) {
        return resolved(pom, element.getTextContent().strip());
      }
    }
    return null;
  }

  private Pom parent(Pom pom) {
    return pom.parent == null ? null : poms.get(pom.parent);
  }

  /** Puts in the values of properties, which a parent may have. */
  private String resolved(Pom pom, String text) {
    String result = text;
    for (int i = 0; i < MOST_STEPS; i++) {
      Matcher property = PROPERTY.matcher(result);
      if (!property.find()) {
        break;
      }
      String value = null;
      for (Pom each = pom; each != null && value == null; each = parent(each)) {
        value = each.properties.get(property.group(1));
      }
      if (value == null) {
        break;
      }
      result = result.substring(0, property.start()) + value + result.substring(property.end());
    }
    return result;
  }

  private static Element child(Node node, String name) {
    for (Element each : children(node)) {
      if (each.getTagName().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private static List<Element> children(Node node) {
    List<Element> children = new ArrayList<>();
    for (Node each = node == null ? null : node.getFirstChild();
        each != null;
        each = each.getNextSibling()) {
      if (each instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  /** A pom as it is written. */
  private static final class Pom {
    final Path file;
    final Element root;
    final String artifact;
    final String parent;
    final Map<String, String> properties = new TreeMap<>();

    Pom(Path file) throws IOException, ParserConfigurationException, SAXException {
      this.file = file;
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      this.root = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
      this.artifact = child(root, "artifactId").getTextContent().strip();
      Element parentElement = child(root, "parent");
      this.parent =
          parentElement == null
              ? null
              : child(parentElement, "artifactId").getTextContent().strip();
      for (Element property : children(child(root, "properties"))) {
        properties.put(property.getTagName(), property.getTextContent().strip());
      }
      if (parentElement != null) {
        for (String inherited : List.of("groupId", "version")) {
          if (child(root, inherited) == null) {
            root.appendChild(child(parentElement, inherited).cloneNode(true));
          }
        }
      }
    }
  }
}
