package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.marshalimage.compare.Compared.str;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.Value;

/** Patterns of what may differ. */
class AllowListTest {
  @TempDir Path directory;

  private static AllowList parse(String text) throws IOException {
    return AllowList.parse(text.getBytes(StandardCharsets.UTF_8), "x.allow");
  }

  private static List<Difference> differences() throws IOException {
    Value a = DictValue.dict(str("cwd"), str("/a"), str("seed"), IntValue.of(1));
    Value b = DictValue.dict(str("cwd"), str("/b"), str("seed"), IntValue.of(2));
    return Compared.differences(a, b);
  }

  private static List<String> left(String text) throws IOException {
    return parse(text).findings(differences()).stream().map(Difference::where).toList();
  }

  @Test
  void whatNoLineAllowsIsAFinding() throws Exception {
    assertThat(left("")).containsExactly("r: ['cwd']", "r: ['seed']");
    assertThat(left("r: ['cwd']")).containsExactly("r: ['seed']");
    assertThat(left("# all\n\n  r: *  \r\n")).isEmpty();
  }

  @Test
  void patternsAreComparedWhole() throws Exception {
    for (String none :
        new String[] {
          "r", "r:", "r: ['cwd'", "['cwd']", ": ['cwd']", "r: ['CWD']", "r: .*", "*x"
        }) {
      assertThat(left(none)).as(none).hasSize(2);
    }
    for (String one :
        new String[] {"*cwd*", "*['c*d']", "r*w*d*", "*:*c**d*", "r: ['cwd']*", "*r: ['cwd']"}) {
      assertThat(left(one)).as(one).containsExactly("r: ['seed']");
    }
    // The first w is not the one that the rest fits behind.
    assertThat(left("*d']")).isEmpty();
  }

  @Test
  void rootItselfHasNoPath() throws Exception {
    List<Difference> found = Compared.differences(IntValue.of(1), IntValue.of(2));
    assertThat(parse("r").findings(found)).isEmpty();
    assertThat(parse("r: *").findings(found)).hasSize(1);
  }

  @Test
  void linesThatMatchNothingAreKnown() throws Exception {
    AllowList list = parse("# comment\nr: ['cwd']\nold: *\nr: [*]\n");
    assertThat(list.unused()).hasSize(3);
    list.findings(differences());
    assertThat(list.unused()).containsExactly(new AllowList.Line(3, "old: *"));
  }

  @Test
  void findingsOfOtherKindsAreAllowedByWhatTheySay() throws Exception {
    AllowList list = parse("r: executed\nother: *\n");
    assertThat(list.allows("r: executed")).isTrue();
    assertThat(list.allows("r: executed twice")).isFalse();
    assertThat(list.unused()).containsExactly(new AllowList.Line(2, "other: *"));
    assertThat(parse("").allows("r: executed")).isFalse();
  }

  @Test
  void badLinesAreNamedAllOfThem() throws Exception {
    Path file = directory.resolve("x.allow");
    Files.write(file, "good: *\n***\n\u0007\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> AllowList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            String.join(
                "\n",
                "pattern allows everything, expected a root, line=2, file=" + file,
                "control character, which no path has, line=3, file=" + file,
                "not in UTF-8, line=4, file=" + file));
  }

  @Test
  void fileThatIsNoListIsNotRead() throws Exception {
    Path file = directory.resolve("large");
    try (var large = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(1L << 30);
    }
    assertThatThrownBy(() -> AllowList.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("file is too long for an allow-list: length=1073741824, max=");
  }

  @Test
  void manyStarsTakeNoTime() throws Exception {
    Value a = DictValue.dict(str("a".repeat(190)), IntValue.of(1));
    Value b = DictValue.dict(str("a".repeat(190)), IntValue.of(2));
    List<Difference> found = Compared.differences(a, b);
    assertThat(parse("r*" + "a*".repeat(50) + "b").findings(found)).hasSize(1);
  }
}
