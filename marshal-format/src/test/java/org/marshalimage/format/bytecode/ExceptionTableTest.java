package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.Allocation;

/** Tables that CPython compiled or took, and the entries that it finds in them. */
class ExceptionTableTest {
  private static final String COMPILED =
      "bb01412100be0b411505c11504411909c11c01411909c12103420703c1240b413b07c12f0c420703c13b04413f0b"
          + "c13f03420703c20201413f0bc20304420703";
  private static final String LARGE = "8105412407c1064140000200c1494f200141494f1f4610";

  @Test
  void readsEntries() {
    assertThat(walk(table(COMPILED)))
        .isEqualTo(
            "118:120:194:0 124:146:170:2+ 170:178:178:4+ 184:186:178:4+ 194:200:270:1+"
                + " 200:222:246:3+ 222:246:270:1+ 246:254:254:5+ 254:260:270:1+ 260:262:254:5+"
                + " 262:270:270:1+");
    assertThat(walk(table(LARGE))).isEqualTo("2:12:200:3+ 140:8332:4:0 600000:600002:599998:200");
  }

  @Test
  void tellsWhetherMoreFollows() {
    ExceptionTable table = table("8105412407");
    assertThat(table.hasMore()).isTrue();
    assertThat(table.next()).isTrue();
    assertThat(table.hasMore()).isFalse();
    assertThat(table.next()).isFalse();
    table.rewind();
    assertThat(table.hasMore()).isTrue();
    assertThat(table("").hasMore()).isFalse();
    assertThat(table("").next()).isFalse();
  }

  @Test
  void endsBeforeAnEntryThatIsNotWholeOrTooLarge() {
    String entry = "81050100";
    for (int cut = 1; cut < 4; cut++) {
      ExceptionTable table = table(entry + entry.substring(0, 2 * cut));
      assertThat(walk(table)).isEqualTo("2:12:2:0");
      assertThat(table.hasMore()).isTrue();
      assertThat(table.start()).isEqualTo(2);
    }
    assertEndsBefore("8105014f");
    // 2^30 - 1 is the last code unit of 2 GiB of bytecode.
    assertThat(walk(table("8100" + "407f7f7f7f3f" + "00"))).isEqualTo("2:2:2147483646:0");
    assertEndsBefore("8100" + "4140404040" + "00" + "00");
    assertThat(walk(table("c07f7f7f7f3f" + "00" + "00" + "00")))
        .isEqualTo("2147483646:2147483646:0:0");
    assertEndsBefore("c07f7f7f7f3f" + "01" + "00" + "00");
    assertEndsBefore("c1404040404000" + "00" + "00" + "00");
    // An argument of 32 bits would be negative.
    assertThat(walk(table("810000" + "417f7f7f7f3f"))).isEqualTo("2:2:0:1073741823+");
    assertEndsBefore("810000" + "424040404000");
  }

  private static void assertEndsBefore(String hex) {
    ExceptionTable table = table(hex);
    assertThat(table.next()).as(hex).isFalse();
    assertThat(table.hasMore()).isTrue();
    ByteBuffer bytes = Bytes.ofHex(hex);
    assertThat(ExceptionTable.handlerAt(bytes, bytes.position(), bytes.limit(), Integer.MAX_VALUE))
        .as(hex)
        .isEqualTo(ExceptionTable.MALFORMED);
  }

  @Test
  void seekFindsTheEntryOfAnInstruction() {
    ExceptionTable table = table(COMPILED);
    assertThat(table.seek(117)).isFalse();
    assertThat(table.hasMore()).isFalse();
    assertThat(table.seek(118)).isTrue();
    assertThat(table.target()).isEqualTo(194);
    assertThat(table.seek(120)).isFalse();
    assertThat(table.seek(145)).isTrue();
    assertThat(table.start()).isEqualTo(124);
    assertThat(table.seek(124)).isTrue();
    assertThat(table.seek(270)).isFalse();
  }

  @Test
  void handlerAtFindsTheEntryOfAnInstruction() {
    assertThat(handlerAt(COMPILED, 116)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt(COMPILED, 120)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt(COMPILED, 270)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt(COMPILED, -1)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt("8005412407", -1)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt("", 0)).isEqualTo(ExceptionTable.NO_HANDLER);
    long handler = handlerAt(COMPILED, 119);
    assertThat(ExceptionTable.targetOf(handler)).isEqualTo(194);
    assertThat(ExceptionTable.depthOf(handler)).isZero();
    assertThat(ExceptionTable.pushesOffsetOf(handler)).isFalse();
    handler = handlerAt(COMPILED, 124);
    assertThat(ExceptionTable.targetOf(handler)).isEqualTo(170);
    assertThat(ExceptionTable.depthOf(handler)).isEqualTo(2);
    assertThat(ExceptionTable.pushesOffsetOf(handler)).isTrue();
    handler = handlerAt("810000" + "417f7f7f7f3f", 2);
    assertThat(handler).isEqualTo(ExceptionTable.NO_HANDLER);
    handler = handlerAt("8101" + "407f7f7f7f3f" + "417f7f7f7f3f", 2);
    assertThat(ExceptionTable.targetOf(handler)).isEqualTo(2147483646);
    assertThat(ExceptionTable.depthOf(handler)).isEqualTo(1073741823);
  }

  @Test
  void handlerAtDoesNotLookBehindTheEntry() {
    assertThat(handlerAt("81050100" + "8a", 0)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(ExceptionTable.targetOf(handlerAt("81050100" + "8a", 2))).isEqualTo(2);
    assertThat(handlerAt("81050100" + "8a", 12)).isEqualTo(ExceptionTable.NO_HANDLER);
    assertThat(handlerAt("81050100" + "8a", 20)).isEqualTo(ExceptionTable.MALFORMED);
  }

  @Test
  void handlerAtFindsWhatTheCursorFinds() {
    Random random = new Random(20260101L);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = new byte[4 * random.nextInt(6)];
      int start = 0;
      for (int at = 0; at < bytes.length; at += 4) {
        start += random.nextInt(6);
        int size = random.nextInt(4);
        bytes[at] = (byte) (0x80 | start);
        bytes[at + 1] = (byte) size;
        bytes[at + 2] = (byte) random.nextInt(0x40);
        bytes[at + 3] = (byte) random.nextInt(0x40);
        start += size;
      }
      ExceptionTable table = ExceptionTable.of(ByteBuffer.wrap(bytes));
      for (int offset = 0; offset < 2 * start + 4; offset++) {
        long handler = ExceptionTable.handlerAt(ByteBuffer.wrap(bytes), 0, bytes.length, offset);
        if (table.seek(offset)) {
          assertThat(ExceptionTable.targetOf(handler)).isEqualTo(table.target());
          assertThat(ExceptionTable.depthOf(handler)).isEqualTo(table.depth());
          assertThat(ExceptionTable.pushesOffsetOf(handler)).isEqualTo(table.pushesOffset());
        } else {
          assertThat(handler).isEqualTo(ExceptionTable.NO_HANDLER);
        }
      }
    }
  }

  @Test
  void aCursorCanBeSetToAnotherTable() {
    ExceptionTable table = table(COMPILED);
    table.next();
    assertThat(walk(table.wrap(Bytes.ofHex("8105412407")))).isEqualTo("2:12:200:3+");
  }

  @Test
  void nothingIsAllocated() {
    ByteBuffer bytes = Bytes.ofHex(COMPILED);
    ExceptionTable table = ExceptionTable.of(bytes);
    long[] sum = new long[1];
    long allocated =
        Allocation.ofLeastPass(
            () -> {
              for (int offset = 0; offset < 280; offset++) {
                sum[0] += table.seek(offset) ? table.target() : 0;
                sum[0] += ExceptionTable.handlerAt(bytes, bytes.position(), bytes.limit(), offset);
              }
            });
    assertThat(allocated).isZero();
    assertThat(sum[0]).isPositive();
  }

  private static ExceptionTable table(String hex) {
    return ExceptionTable.of(Bytes.ofHex(hex));
  }

  private static long handlerAt(String hex, int offset) {
    ByteBuffer bytes = Bytes.ofHex(hex);
    return ExceptionTable.handlerAt(bytes, bytes.position(), bytes.limit(), offset);
  }

  private static String walk(ExceptionTable table) {
    StringJoiner entries = new StringJoiner(" ");
    while (table.next()) {
      entries.add(
          table.start()
              + ":"
              + table.end()
              + ":"
              + table.target()
              + ":"
              + table.depth()
              + (table.pushesOffset() ? "+" : ""));
    }
    return entries.toString();
  }
}
