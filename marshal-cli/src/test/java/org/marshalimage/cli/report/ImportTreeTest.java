package org.marshalimage.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.marshalimage.trace.Execution;

class ImportTreeTest {
  @Test
  void runsAreMergedByTheWayOfImports() {
    ImportTree.Nodes nodes =
        ImportTree.of(
            List.of(
                new Execution("a", 0, 50, -1),
                new Execution("c", 10, 30, 0),
                new Execution("a", 0, 70, -1),
                new Execution("b", 5, 15, 2),
                new Execution("c", 20, 50, 2),
                new Execution("c", 70, 71, -1)));
    assertThat(nodes.names()).containsExactly("a", "c", "b", "c");
    assertThat(nodes.parents()).containsExactly(-1, 0, 0, -1);
    assertThat(nodes.micros()).containsExactly(120, 50, 10, 1);
    assertThat(nodes.counts()).containsExactly(2, 2, 1, 1);
    assertThat(nodes.left()).isZero();
  }

  @Test
  void ofMoreThanAPageShowsTheLongestStay() {
    List<Execution> executions = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      executions.add(new Execution("m" + i, 0, i, i % 2 == 0 ? -1 : i - 1));
    }
    ImportTree.Nodes nodes = ImportTree.of(executions);
    assertThat(nodes.names()).hasSizeLessThanOrEqualTo(20_000).contains("m29999", "m20000");
    assertThat(nodes.left()).isEqualTo(30_000 - nodes.names().size());
    for (int i = 0; i < nodes.parents().length; i++) {
      assertThat(nodes.parents()[i]).isLessThan(i);
    }
  }

  @Test
  void ofEqualOnesThoseThatCameFirstAreKept() {
    Largest<String> largest = new Largest<>(3);
    largest.add(5, "a");
    largest.add(9, "b");
    largest.add(5, "c");
    largest.add(5, "d");
    largest.add(7, "e");
    assertThat(largest.values()).containsExactly("b", "e", "a");
    assertThat(largest.accepts(5)).isFalse();
  }
}
