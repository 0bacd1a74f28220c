package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** Objects that are allocated and then filled, so that they may refer to one another in cycles. */
@Timeout(120)
class TwoStepTest {
  private static final int NODES = 10_000;
  private static final int THREADS = 8;

  @TempDir Path directory;

  /** An interpreter's object: a list, or a number. */
  private static final class Node {
    final long offset;
    @Nullable List<Node> items;

    Node(long offset) {
      this.offset = offset;
    }
  }

  /** Makes nodes of lists; counts what it does. */
  private static class NodeMaker implements TwoStepMaker<ImageObject, Node> {
    final AtomicInteger allocated = new AtomicInteger();
    @Nullable Attachments<Node> table;

    @Override
    public Node allocate(ImageObject object) {
      allocated.incrementAndGet();
      return new Node(object.offset());
    }

    @Override
    public void fill(Node node, ImageObject object) {
      List<Node> items = new ArrayList<>();
      if (object instanceof ListView list) {
        for (int i = 0; i < list.size(); i++) {
          items.add(table.get(list.get(i)));
        }
      }
      node.items = items;
    }
  }

  private MarshalImage image(Map<String, Value> roots) throws Exception {
    Path path = directory.resolve(roots.hashCode() + ".img");
    try (ImageWriter writer = ImageWriter.create()) {
      roots.forEach(writer::add);
      writer.write(path);
    }
    return MarshalImage.map(path);
  }

  private static Attachments<Node> table(MarshalImage image, NodeMaker maker) {
    Attachments<Node> table = Attachments.ofObjectsInTwoSteps(image, maker);
    maker.table = table;
    return table;
  }

  /** Two lists that hold each other, and one that holds itself. */
  private static Map<String, Value> cycles() {
    SequenceValue.Builder a = SequenceValue.unfinished(TypeCode.LIST);
    SequenceValue.Builder b = SequenceValue.unfinished(TypeCode.LIST);
    SequenceValue.Builder self = SequenceValue.unfinished(TypeCode.LIST);
    a.finish(new Value[] {b.value(), IntValue.of(1)});
    b.finish(new Value[] {a.value(), self.value()});
    self.finish(new Value[] {self.value()});
    // In one root: each root is a graph of its own.
    return Map.of("ab", SequenceValue.tuple(a.value(), b.value()));
  }

  private static ImageObject a(MarshalImage image) {
    return ((TupleView) image.root("ab")).get(0);
  }

  private static ImageObject b(MarshalImage image) {
    return ((TupleView) image.root("ab")).get(1);
  }

  @Test
  void cyclesAreMadeOnceAndFilled() throws Exception {
    NodeMaker maker = new NodeMaker();
    try (MarshalImage image = image(cycles())) {
      Attachments<Node> table = table(image, maker);
      Node a = table.get(a(image));
      Node b = table.get(b(image));
      assertThat(a.items).hasSize(2);
      assertThat(a.items.get(0)).isSameAs(b);
      assertThat(b.items.get(0)).isSameAs(a);
      Node self = b.items.get(1);
      assertThat(self.items).containsExactly(self);
      assertThat(maker.allocated).hasValue(4);
      assertThat(table.getIfPresent(b(image).objectNumber())).isSameAs(b);
    }
  }

  /** A list in a list, and so on: no stack is taken for that. */
  @Test
  void depthOfAGraphTakesNoStack() throws Exception {
    Value inner = IntValue.of(7);
    for (int i = 0; i < 200_000; i++) {
      inner = SequenceValue.list(inner);
    }
    NodeMaker maker = new NodeMaker();
    try (MarshalImage image = image(Map.of("deep", inner))) {
      Node node = table(image, maker).get(image.root("deep"));
      int depth = 0;
      while (!node.items.isEmpty()) {
        node = node.items.get(0);
        depth++;
      }
      assertThat(depth).isEqualTo(200_000);
    }
  }

  @Test
  void whatIsAskedForFilledIsFilledButOnACycle() throws Exception {
    List<String> seen = new ArrayList<>();
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public void fill(Node node, ImageObject object) {
            if (object instanceof ListView list) {
              List<Node> items = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                Node item = table.getFilled(list.get(i));
                seen.add(item.items == null ? "being filled" : "filled");
                items.add(item);
              }
              node.items = items;
            } else {
              node.items = List.of();
            }
          }
        };
    try (MarshalImage image =
        image(Map.of("x", SequenceValue.list(SequenceValue.list(IntValue.of(1)))))) {
      table(image, maker).get(image.root("x"));
      assertThat(seen).containsExactly("filled", "filled");
    }
    seen.clear();
    try (MarshalImage image = image(cycles())) {
      table(image, maker).get(a(image));
      // b asks for a, which asked for it; the last one for itself.
      assertThat(seen)
          .containsExactly("being filled", "being filled", "filled", "filled", "filled");
    }
  }

  @Test
  void nothingIsThereAfterAFailure() throws Exception {
    AtomicInteger failures = new AtomicInteger(1);
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public void fill(Node node, ImageObject object) {
            if (!(object instanceof ListView) && failures.getAndDecrement() > 0) {
              throw new UnsupportedOperationException("no number");
            }
            super.fill(node, object);
          }
        };
    try (MarshalImage image = image(cycles())) {
      Attachments<Node> table = table(image, maker);
      assertThatThrownBy(() -> table.get(a(image)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("no number");
      for (int number = 0; number < table.size(); number++) {
        assertThat(table.getIfPresent(number)).isNull();
      }
      assertThat(table.get(a(image)).items).hasSize(2);
    }
  }

  /** Others refer to what is half made, so that catching the exception does not mend it. */
  @Test
  void failureOfFillingThatAMakerCatchesFailsAllTheSame() throws Exception {
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public void fill(Node node, ImageObject object) {
            if (object instanceof ListView list) {
              try {
                table.getFilled(list.get(0));
              } catch (UnsupportedOperationException e) {
                node.items = List.of();
              }
            } else {
              throw new UnsupportedOperationException("no number");
            }
          }
        };
    try (MarshalImage image = image(Map.of("x", SequenceValue.list(IntValue.of(1))))) {
      Attachments<Node> table = table(image, maker);
      assertThatThrownBy(() -> table.get(image.root("x")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("filling has failed")
          .hasCauseInstanceOf(UnsupportedOperationException.class);
      assertThat(table.getIfPresent(image.root("x").objectNumber())).isNull();
    }
  }

  /** What could not be allocated, nobody refers to. */
  @Test
  void failureOfAllocationMayBeCaught() throws Exception {
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public Node allocate(ImageObject object) {
            if (object instanceof IntView) {
              throw new UnsupportedOperationException("no number");
            }
            return super.allocate(object);
          }

          @Override
          public void fill(Node node, ImageObject object) {
            try {
              super.fill(node, object);
            } catch (UnsupportedOperationException e) {
              node.items = List.of();
            }
          }
        };
    try (MarshalImage image = image(Map.of("x", SequenceValue.list(IntValue.of(1))))) {
      Attachments<Node> table = table(image, maker);
      assertThat(table.get(image.root("x")).items).isEmpty();
    }
  }

  @Test
  void allocationThatAsksForItsOwnObjectIsRefused() throws Exception {
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public Node allocate(ImageObject object) {
            return table.get(object);
          }
        };
    try (MarshalImage image = image(cycles())) {
      Attachments<Node> table = table(image, maker);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> table.get(a(image)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("recursive");
      }
    }
  }

  @Test
  void makerThatGivesNullIsRefused() throws Exception {
    try (MarshalImage image = image(cycles())) {
      Attachments<Node> table =
          Attachments.ofObjectsInTwoSteps(
              image,
              new NodeMaker() {
                @Override
                public Node allocate(ImageObject object) {
                  return null;
                }
              });
      assertThatThrownBy(() -> table.get(a(image)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("null");
      assertThatThrownBy(() -> Attachments.ofObjectsInTwoSteps(image, null))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Objects of two tables that refer to one another are published together. */
  @Test
  void tablesMayReferToOneAnother() throws Exception {
    AtomicReference<Attachments<Node>> one = new AtomicReference<>();
    AtomicReference<Attachments<Node>> two = new AtomicReference<>();
    List<String> published = new ArrayList<>();
    try (MarshalImage image = image(cycles())) {
      int number = a(image).objectNumber();
      one.set(
          Attachments.ofObjectsInTwoSteps(
              image,
              new NodeMaker() {
                @Override
                public void fill(Node node, ImageObject object) {
                  node.items = List.of(two.get().get(object));
                  published.add("two: " + (two.get().getIfPresent(number) != null));
                }
              }));
      two.set(
          Attachments.ofObjectsInTwoSteps(
              image,
              new NodeMaker() {
                @Override
                public void fill(Node node, ImageObject object) {
                  node.items = List.of(one.get().get(object));
                  published.add("one: " + (one.get().getIfPresent(number) != null));
                }
              }));
      Node node = one.get().get(a(image));
      assertThat(node.items.get(0).items).containsExactly(node);
      assertThat(node.items.get(0)).isSameAs(two.get().get(a(image)));
      assertThat(published).containsExactly("two: false", "one: false");
    }
  }

  @Test
  void otherThreadsSeeNothingThatIsNotFilled() throws Exception {
    CountDownLatch isFilling = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    NodeMaker maker =
        new NodeMaker() {
          @Override
          public void fill(Node node, ImageObject object) {
            super.fill(node, object);
            isFilling.countDown();
            try {
              mayEnd.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (MarshalImage image = image(cycles())) {
      Attachments<Node> table = table(image, maker);
      Future<Node> first = pool.submit(() -> table.get(a(image)));
      isFilling.await();
      assertThat(table.getIfPresent(a(image).objectNumber())).isNull();
      assertThat(table.getIfPresent(b(image).objectNumber())).isNull();
      Future<Node> second = pool.submit(() -> table.get(b(image)));
      assertThat(second.isDone()).isFalse();
      mayEnd.countDown();
      assertThat(second.get().items.get(0)).isSameAs(first.get());
    } finally {
      pool.shutdownNow();
    }
  }

  /** One thread makes in two steps and asks a table of one step, whose maker waits for it. */
  @Test
  void makersOfBothSortsThatWaitForOneAnotherAreToldSo() throws Exception {
    CountDownLatch bothHaveBegun = new CountDownLatch(2);
    AtomicReference<Attachments<Node>> nodes = new AtomicReference<>();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (MarshalImage image = image(cycles())) {
      Attachments<Object> once =
          Attachments.ofObjects(
              image,
              object -> {
                await(bothHaveBegun);
                return nodes.get().get(a(image));
              });
      nodes.set(
          Attachments.ofObjectsInTwoSteps(
              image,
              new NodeMaker() {
                @Override
                public void fill(Node node, ImageObject object) {
                  await(bothHaveBegun);
                  once.get(b(image));
                }
              }));
      Future<?> first = pool.submit(() -> once.get(b(image)));
      Future<?> second = pool.submit(() -> nodes.get().get(a(image)));
      int recursive = 0;
      for (Future<?> future : List.of(first, second)) {
        try {
          future.get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e).rootCause().hasMessageContaining("recursive");
          recursive++;
        }
      }
      assertThat(recursive).isPositive();
    } finally {
      pool.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    latch.countDown();
    try {
      latch.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lists that hold three others each, by chance: nearly all are on a cycle. */
  private static Map<String, Value> tangle() {
    Random random = new Random(7);
    List<SequenceValue.Builder> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(SequenceValue.unfinished(TypeCode.LIST));
    }
    for (SequenceValue.Builder node : nodes) {
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        items.add(nodes.get(random.nextInt(NODES)).value());
      }
      node.finish(items.toArray(new Value[0]));
    }
    List<Value> all = new ArrayList<>();
    nodes.forEach(node -> all.add(node.value()));
    Map<String, Value> roots = new HashMap<>();
    roots.put("all", SequenceValue.list(all.toArray(new Value[0])));
    return roots;
  }

  @Test
  void manyThreadsThawATangleInAnyOrder() throws Exception {
    int rounds = Integer.getInteger("marshalimage.thaws", 20);
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (MarshalImage image = image(tangle())) {
      ListView all = (ListView) image.root("all");
      for (int round = 0; round < rounds; round++) {
        NodeMaker maker = new NodeMaker();
        Attachments<Node> table = table(image, maker);
        List<Future<List<Node>>> futures = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
          Random random = new Random(round * THREADS + thread);
          futures.add(pool.submit(() -> thaw(table, all, random)));
        }
        List<Node> first = futures.get(0).get();
        for (Future<List<Node>> future : futures) {
          assertThat(future.get()).isEqualTo(first);
        }
        assertThat(maker.allocated.get()).isLessThanOrEqualTo(NODES);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * Asks for all in an order of its own; whatever it is given is filled, and so is what it holds.
   */
  private static List<Node> thaw(Attachments<Node> table, ListView all, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    List<Node> nodes = new ArrayList<>(Collections.nCopies(NODES, null));
    for (int i : order) {
      Node node = table.get(all.get(i));
      for (Node item : node.items) {
        if (item.items == null) {
          throw new AssertionError("not filled: offset=" + item.offset);
        }
      }
      nodes.set(i, node);
    }
    return nodes;
  }
}
