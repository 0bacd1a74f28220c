package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.Allocation;
import org.marshalimage.format.PythonVersion;

/** Tables that CPython compiled or took, and the lines that it finds in them. */
class LineTableTest {
  private static final String LOCATIONS =
      "815ac87fd00309d87f00e26465e807f14c0241016c0400ffe94d028300f000000509";

  /** A module: 600 bytes of one line, 300 empty lines, then a call of four lines. */
  @ParameterizedTest
  @CsvSource({
    "2.7, ff00ff0060ff002e030103010601, 629, '0:1 606:302 609:303 612:304 618:305'",
    "3.6, ff00957f007f002f020102010401, 422, '0:1 404:302 406:303 408:304 412:305'",
    "3.8, ff00957f007f002f0201020102fe020302fd, 422,"
        + " '0:1 404:302 406:303 408:304 410:302 412:305 414:302'",
    "3.10, fe00fe00fe002a00007f007f022f0201020102fe020308fd, 822,"
        + " '0:1 804:302 806:303 808:304 810:302 812:305 814:302'"
  })
  void followsLongGapsAndLinesThatGoBack(
      String version, String table, int length, String expected) {
    assertThat(starts(lines(version, table, 1, length))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2.7, 000209010901130105000a01030108020700, 88, '0:3 9:4 18:5 37:6 52:7 55:8 63:10'",
    "3.8, 0002060102ff04020c0108000601020108020600, 76,"
        + " '0:3 6:4 8:3 12:5 24:6 38:7 40:8 48:10'",
    "3.10, 0602020104ff0c020e01020104015802, 132, '0:3 6:4 8:3 12:5 24:6 38:7 40:8 44:10'"
  })
  void followsLinesOfAFunction(String version, String table, int length, String expected) {
    assertThat(starts(lines(version, table, 1, length))).isEqualTo(expected);
  }

  @Test
  void rangesOf27DoNotGoBack() {
    assertThat(walk(lines("2.7", "02ff0201", 7, 10))).isEqualTo("0:2:7 2:4:262 4:10:263");
    assertThat(walk(lines("3.6", "02ff0201", 7, 10))).isEqualTo("0:2:7 2:4:6 4:10:7");
  }

  @Test
  void rangesOf310MayHaveNoLine() {
    LineTable lines = lines("3.10", "040000050280fa7f068102ff", 100, 264);
    assertThat(walk(lines)).isEqualTo("0:4:100 4:6:- 6:256:232 256:262:105 262:264:104");
    assertThat(lines.next()).isFalse();
    assertThat(place(lines)).isEqualTo("-,-,-,-");
    lines.rewind();
    lines.next();
    assertThat(place(lines)).isEqualTo("100,100,-,-");
  }

  @Test
  void locationsHaveColumnsInEveryForm() {
    StringJoiner all = new StringJoiner(" ");
    LineTable lines = lines("3.13", LOCATIONS, 10, 52);
    while (lines.next()) {
      all.add(lines.start() + ":" + lines.end() + ":" + place(lines));
    }
    assertThat(all)
        .hasToString(
            "0:4:10,10,5,15 4:6:10,10,79,94 6:8:10,10,3,9 8:10:11,11,127,0 10:16:13,13,100,101"
                + " 16:18:10,10,-,- 18:22:80,145,299,- 22:38:-,-,-,- 38:42:10,10,-,-"
                + " 42:50:10,10,0,0 50:52:10,10,4,8");
    assertThat(lines.start()).isEqualTo(52);
    assertThat(place(lines)).isEqualTo("-,-,-,-");
  }

  @Test
  void seekFindsRangesForwardsBackwardsAndBehindTheEnd() {
    LineTable lines = lines("3.13", LOCATIONS, 10, 60);
    assertThat(lines.seek(18)).isTrue();
    assertThat(place(lines)).isEqualTo("80,145,299,-");
    assertThat(lines.seek(21)).isTrue();
    assertThat(lines.start()).isEqualTo(18);
    assertThat(lines.seek(17)).isTrue();
    assertThat(lines.start()).isEqualTo(16);
    assertThat(lines.seek(51)).isTrue();
    assertThat(lines.line()).isEqualTo(10);
    assertThat(lines.seek(52)).isFalse();
    assertThat(lines.line()).isEqualTo(LineTable.NONE);
    assertThat(lines.seek(0)).isTrue();
    assertThat(lines.end()).isEqualTo(4);
    assertThat(lines.seek(-1)).isFalse();
    assertThat(lines.seek(1000)).isFalse();
    assertThat(lines.seek(8)).isTrue();
    assertThat(lines.line()).isEqualTo(11);
  }

  @Test
  void seekGoesOnFromWhereItIs() {
    ByteBuffer table = Bytes.ofHex("0401040104010401");
    LineTable lines = LineTable.of(PythonVersion.V3_10, table, 1, 16);
    assertThat(lines.seek(5)).isTrue();
    table.put(table.position() + 1, (byte) 50);
    assertThat(lines.seek(5)).isTrue();
    assertThat(lines.seek(7)).isTrue();
    assertThat(lines.line()).isEqualTo(3);
    assertThat(lines.seek(12)).isTrue();
    assertThat(lines.line()).isEqualTo(5);
    assertThat(lines.seek(3)).isTrue();
    assertThat(lines.line()).isEqualTo(51);
  }

  @Test
  void seekDoesNotWalkAgainForOffsetsBehindTheTable() {
    ByteBuffer table = Bytes.ofHex("0401");
    LineTable lines = LineTable.of(PythonVersion.V3_10, table, 1, 200);
    assertThat(lines.seek(50)).isFalse();
    table.put(table.position(), (byte) 100);
    assertThat(lines.seek(60)).isFalse();
    assertThat(lines.seek(4)).isFalse();
    assertThat(lines.seek(3)).isTrue();
    assertThat(lines.end()).isEqualTo(100);
  }

  @Test
  void rangesEndWithTheBytecode() {
    assertThat(walk(lines("3.13", LOCATIONS, 10, 5))).isEqualTo("0:4:10 4:5:10");
    assertThat(walk(lines("3.10", "0401ff01", 1, 4))).isEqualTo("0:4:2");
    assertThat(walk(lines("3.10", "0401ff01", 1, 5))).isEqualTo("0:4:2 4:5:3");
    assertThat(walk(lines("3.8", "0401ff01", 1, 5))).isEqualTo("0:4:1 4:5:2");
    assertThat(walk(lines("3.8", "", 1, 5))).isEqualTo("0:5:1");
    assertThat(walk(lines("3.8", "", 1, 0))).isEmpty();
    assertThat(walk(lines("3.13", "", 1, 5))).isEmpty();
    assertThat(walk(lines("3.13", LOCATIONS, 10, 0))).isEmpty();
  }

  @Test
  void rangesEndWithAnIncompletePair() {
    assertThat(walk(lines("3.10", "040102", 1, 20))).isEqualTo("0:4:2");
    assertThat(walk(lines("3.8", "040102", 1, 20))).isEqualTo("0:4:1 4:20:2");
    assertThat(walk(lines("2.7", "04", 1, 20))).isEqualTo("0:20:1");
  }

  @Test
  void locationsThatAreCutGoOnWithZeros() {
    assertThat(firstPlace("81")).isEqualTo("10,10,0,0");
    assertThat(firstPlace("d003")).isEqualTo("10,10,3,0");
    assertThat(firstPlace("e8")).isEqualTo("10,10,-,-");
    assertThat(firstPlace("e84440")).isEqualTo("12,12,-,-");
    assertThat(firstPlace("f002")).isEqualTo("11,11,-,-");
    assertThat(firstPlace("f00201")).isEqualTo("11,12,-,-");
    // A column may not look like the start of an entry, and is skipped if there are too many.
    assertThat(walk(lines("3.13", "80050607" + "d00102", 10, 4))).isEqualTo("0:2:10 2:4:10");
    // More bits than an int has room for.
    assertThat(firstPlace("e84240404040404001")).isEqualTo("11,11,-,-");
    assertThat(firstPlace("e84240404040" + "01")).isEqualTo("536870923,536870923,-,-");
  }

  private static String firstPlace(String table) {
    LineTable lines = lines("3.13", table, 10, 4);
    assertThat(lines.next()).isTrue();
    return place(lines);
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void lineAtFindsWhatTheCursorFinds(PythonVersion version) {
    long seed = 20260101L + version.ordinal();
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      ByteBuffer table = ByteBuffer.wrap(bytes);
      int length = random.nextInt(1200);
      LineTable lines = LineTable.of(version, table, 50, length);
      for (int offset = 0; offset < length; offset += 1 + random.nextInt(40)) {
        int line = lines.seek(offset) ? lines.line() : LineTable.NONE;
        assertThat(LineTable.lineAt(version, table, 0, bytes.length, 50, offset))
            .as("seed %d, table %d, offset %d", seed, i, offset)
            .isEqualTo(line);
      }
    }
  }

  @Test
  void lineAtBehindTheTableIsTheLastOneBefore310() {
    assertThat(lineAt("3.8", "0401", 1000)).isEqualTo(2);
    assertThat(lineAt("3.8", "0401", 3)).isEqualTo(1);
    assertThat(lineAt("3.8", "0401", 4)).isEqualTo(2);
    assertThat(lineAt("3.10", "0401", 3)).isEqualTo(2);
    assertThat(lineAt("3.10", "0401", 4)).isEqualTo(LineTable.NONE);
    assertThat(lineAt("3.13", "d80000", 1)).isEqualTo(2);
    assertThat(lineAt("3.13", "d80000", 2)).isEqualTo(LineTable.NONE);
  }

  private static int lineAt(String version, String hex, int offset) {
    ByteBuffer table = Bytes.ofHex(hex);
    return LineTable.lineAt(
        PythonVersion.ofName(version), table, table.position(), table.limit(), 1, offset);
  }

  @Test
  void aCursorCanBeSetToAnotherTable() {
    LineTable lines = lines("3.10", "0401ff01", 1, 100);
    lines.seek(50);
    assertThat(walk(lines.wrap(Bytes.ofHex("0205"), 7, 2))).isEqualTo("0:2:12");
  }

  @ParameterizedTest
  @CsvSource({
    "2.7, ff00ff0060ff002e030103010601",
    "3.10, fe00fe00fe002a00007f007f022f0201020102fe020308fd",
    "3.13, " + LOCATIONS
  })
  void nothingIsAllocated(String version, String hex) {
    PythonVersion python = PythonVersion.ofName(version);
    ByteBuffer table = Bytes.ofHex(hex);
    LineTable lines = LineTable.of(python, table, 1, 52);
    int[] sum = new int[1];
    long bytes =
        Allocation.ofLeastPass(
            () -> {
              for (int offset = 0; offset < 52; offset++) {
                lines.seek(offset);
                sum[0] += lines.line();
                sum[0] -=
                    LineTable.lineAt(python, table, table.position(), table.limit(), 1, offset);
              }
            });
    assertThat(bytes).isZero();
    assertThat(sum[0]).isZero();
  }

  private static LineTable lines(String version, String hex, int firstLine, int length) {
    return LineTable.of(PythonVersion.ofName(version), Bytes.ofHex(hex), firstLine, length);
  }

  /** Returns offset and line wherever the line changes. */
  private static String starts(LineTable lines) {
    StringJoiner starts = new StringJoiner(" ");
    int last = LineTable.NONE;
    while (lines.next()) {
      if (lines.line() != last) {
        last = lines.line();
        starts.add(lines.start() + ":" + last);
      }
    }
    return starts.toString();
  }

  private static String walk(LineTable lines) {
    StringJoiner ranges = new StringJoiner(" ");
    while (lines.next()) {
      ranges.add(lines.start() + ":" + lines.end() + ":" + shown(lines.line()));
    }
    return ranges.toString();
  }

  private static String place(LineTable lines) {
    return shown(lines.line())
        + ","
        + shown(lines.endLine())
        + ","
        + shown(lines.column())
        + ","
        + shown(lines.endColumn());
  }

  private static String shown(int number) {
    return number == LineTable.NONE ? "-" : String.valueOf(number);
  }
}
