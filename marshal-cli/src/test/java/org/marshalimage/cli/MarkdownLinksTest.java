package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;

/** Links of all pages lead to a file of the repository, and to a heading of it. */
class MarkdownLinksTest {
  private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

  /** {@code [text](target)} and {@code ![text](target)}, with a title or without. */
  private static final Pattern INLINE =
      Pattern.compile("]\\(\\s*<?([^)\\s>]+)>?(?:\\s+[\"'(][^)]*)?\\)");

  /** {@code [name]: target}. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?m)^ {0,3}\\[[^]^]+]:\\s*<?([^\\s>]+)");

  /** Of HTML, as of pictures that are light or dark. */
  private static final Pattern ATTRIBUTE =
      Pattern.compile("<[a-z][^>]*?\\b(?:href|src|srcset)\\s*=\\s*[\"']([^\"']+)[\"']");

  private static final Pattern HEADING = Pattern.compile("(?m)^ {0,3}#{1,6}\\s+(.*?)\\s*#*\\s*$");
  private static final Pattern NAMED = Pattern.compile("<[a-z][^>]*?\\b(?:id|name)=\"([^\"]+)\"");

  @TempDir Path directory;

  private static List<Path> pages(Path root) throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }

  /** Returns a page without what is shown as it is: blocks of code, and code in lines. */
  private static String prose(String text) {
    StringBuilder prose = new StringBuilder();
    String fence = null;
    for (String line : text.split("\n", -1)) {
      String start = line.strip();
      if (fence == null && (start.startsWith("```") || start.startsWith("~~~"))) {
        fence = start.substring(0, 3);
      } else if (fence != null) {
        fence = start.startsWith(fence) ? null : fence;
      } else {
        prose.append(line).append('\n');
      }
    }
    return prose.toString();
  }

  /** Returns the anchors of a page's headings, as the sites make them that show Markdown. */
  private static Set<String> anchors(String prose) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> counts = new HashMap<>();
    Matcher heading = HEADING.matcher(prose);
    while (heading.find()) {
      String text = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
      String anchor =
          text.toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
              .replace(' ', '-');
      int count = counts.merge(anchor, 1, Integer::sum);
      anchors.add(count == 1 ? anchor : anchor + "-" + (count - 1));
    }
    Matcher named = NAMED.matcher(prose);
    while (named.find()) {
      anchors.add(named.group(1));
    }
    return anchors;
  }

  private static List<String> links(String prose) {
    String text = prose.replaceAll("(`+)(?:(?!\\1).)+\\1", "");
    List<String> links = new ArrayList<>();
    for (Pattern pattern : List.of(INLINE, REFERENCE, ATTRIBUTE)) {
      pattern.matcher(text).results().forEach(link -> links.add(link.group(1)));
    }
    return links;
  }

  /** Returns the links below a folder that lead nowhere. */
  private static List<String> broken(Path root) throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages(root)) {
      String prose = prose(Files.readString(page));
      for (String link : links(prose)) {
        String problem = problem(root, page, prose, link);
        if (problem != null) {
          broken.add(root.relativize(page) + ": " + problem + ": " + link);
        }
      }
    }
    return broken;
  }

  private static String problem(Path root, Path page, String prose, String link)
      throws IOException {
    if (link.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*")) {
      return link.matches("https?://[^/\\s]+.*|mailto:.+@.+") ? null : "unknown kind of link";
    }
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    if (parts[0].startsWith("/") || !target.startsWith(root)) {
      return "leaves the repository";
    }
    if (!Files.exists(target)) {
      return "no such file";
    }
    if (parts.length == 1) {
      return null;
    }
    String text = target.equals(page) ? prose : prose(Files.readString(target));
    return target.toString().endsWith(".md") && anchors(text).contains(parts[1])
        ? null
        : "no such heading";
  }

  @Test
  void everyLinkOfEveryPageLeadsSomewhere() throws IOException {
    Path root = TestData.root();
    assertThat(pages(root)).hasSizeGreaterThan(15);
    assertThat(broken(root)).isEmpty();
  }

  @Test
  void linksThatLeadNowhereAreFound() throws IOException {
    Files.createDirectories(directory.resolve("help"));
    Files.writeString(directory.resolve("help/b.md"), "# Some `code`, and *more*\n## A\n## A\n");
    Files.writeString(
        directory.resolve("a.md"),
        """
        # Here
        [good](help/b.md) [good](help/b.md#some-code-and-more "title") [good](#here) [good](help)
        [good](help/b.md#a-1) [out](https://x.org/y) `[code](nothing.md)` [name][1]
        [bad](help/c.md) ![bad](x.svg) [bad](help/b.md#a-2) [bad](#there) [bad](../up.md) [bad](/etc)
        <img src="y.png"> [bad](ftp:x)

        [1]: help/d.md

        ```
        [code](nothing.md)
        ```
        """);
    assertThat(broken(directory))
        .containsExactly(
            "a.md: no such file: help/c.md",
            "a.md: no such file: x.svg",
            "a.md: no such heading: help/b.md#a-2",
            "a.md: no such heading: #there",
            "a.md: leaves the repository: ../up.md",
            "a.md: leaves the repository: /etc",
            "a.md: unknown kind of link: ftp:x",
            "a.md: no such file: help/d.md",
            "a.md: no such file: y.png");
  }
}
