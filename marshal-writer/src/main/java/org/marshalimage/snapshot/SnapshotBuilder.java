package org.marshalimage.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.marshalimage.compare.SlotNames;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageSummary;
import org.marshalimage.writer.ImageWriter;
import org.marshalimage.writer.internal.ImageBuilder;
import org.marshalimage.writer.internal.RootSource;

/**
 * Makes a snapshot: an image with the code of modules, and with what they have become. It walks
 * from the roots over all that they lead to, as a {@link Describer} tells; keeps identity, also
 * between roots and code; and leaves out the roots that lead to something that cannot be kept. What
 * is written depends on the roots and the descriptions alone, not on the order in which roots are
 * added.
 *
 * <p>A root leads to another one by name only: each can be made, or imported, when it is first
 * touched. Not thread-safe; the interpreter's objects must not change meanwhile.
 */
public final class SnapshotBuilder {
  /** Stands before a root's name in the name of the external reference by which others have it. */
  public static final String ROOT_PREFIX = "root:";

  private final Describer describer;
  private final Map<String, SnapshotRoot> roots = new TreeMap<>();
  private final Map<String, Module> modules = new TreeMap<>();
  private final Map<String, String> properties = new TreeMap<>();

  private record Module(PycFile pyc, boolean isPackage) {}

  private SnapshotBuilder(Describer describer) {
    this.describer = describer;
  }

  /**
   * Starts a snapshot without roots.
   *
   * @param describer says what each object is
   * @return a builder
   */
  public static SnapshotBuilder create(Describer describer) {
    return new SnapshotBuilder(describer);
  }

  /**
   * Adds a module's code, as {@link ImageWriter#addModule} does. A code object of its graph to
   * which state leads is the same object of the image.
   *
   * @param name not empty, and of no other root
   * @param pyc the module's file
   * @param isPackage whether the code is that of an {@code __init__}
   * @return this builder
   * @throws IllegalArgumentException if the name is empty or taken
   */
  public SnapshotBuilder addModule(String name, PycFile pyc, boolean isPackage) {
    checkName(name);
    modules.put(name, new Module(pyc, isPackage));
    return this;
  }

  /**
   * Adds a root: what a module has become.
   *
   * @param name of the root in the image; not empty, and of no other root
   * @param object as the interpreter has it
   * @return this builder
   * @throws IllegalArgumentException if the name is empty or taken
   */
  public SnapshotBuilder root(String name, Object object) {
    return root(name, object, false);
  }

  /**
   * Adds a root that is no module: what holds for the whole interpreter, as a registry does. Only
   * the report tells the two apart.
   *
   * @param name of the root in the image; not empty, and of no other root
   * @param object as the interpreter has it
   * @return this builder
   * @throws IllegalArgumentException if the name is empty or taken
   */
  public SnapshotBuilder outside(String name, Object object) {
    return root(name, object, true);
  }

  private SnapshotBuilder root(String name, Object object, boolean isOutside) {
    checkName(name);
    roots.put(name, new SnapshotRoot(name, object, isOutside));
    return this;
  }

  private void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a root needs a name");
    }
    if (name.equals(SlotNames.ROOT) || roots.containsKey(name) || modules.containsKey(name)) {
      throw new IllegalArgumentException("two roots of one name: " + name);
    }
  }

  /**
   * Says something of the image, as {@link ImageWriter#property} does: by which interpreter it was
   * made, with which options.
   *
   * @param name not empty
   * @param text any text
   * @return this builder
   * @throws IllegalArgumentException if the name is empty or was set before
   */
  public SnapshotBuilder property(String name, String text) {
    if (name.isEmpty() || properties.putIfAbsent(name, text) != null) {
      throw new IllegalArgumentException("property without a name, or set twice: " + name);
    }
    return this;
  }

  /**
   * Walks, and writes the image. May be called again, for another file: then it walks again.
   *
   * @param target as of {@link ImageWriter#write}
   * @return what became of each root
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if a description is wrong, or the describer fails; the message
   *     has the path. Then nothing is written
   * @throws IllegalArgumentException if two roots are one object, or the writer refuses a root, as
   *     {@link ImageWriter#add} says
   */
  public SnapshotReport write(Path target) throws IOException {
    roots.values().forEach(root -> root.isFallen = false);
    ObjectGraph graph = new ObjectGraph(roots.values(), describer);
    List<ObjectNode> nodes = graph.nodes();
    List<Fallback.Cause> causes = new Fallback(nodes, roots.values()).causes();
    try (ImageBuilder image = new ImageBuilder()) {
      image.keepIdentity();
      properties.forEach(image::addProperty);
      modules.forEach(
          (name, module) ->
              image.add(name, module.pyc.root(), RootSource.of(module.pyc, module.isPackage)));
      NodeWriter writer = new NodeWriter(image);
      writer.write(
          nodes.subList(0, roots.size()).stream().filter(node -> !node.isLost).toList(), nodes);
      List<ObjectNode> kept = nodes.stream().filter(node -> node.isKept).toList();
      SlotNameTable slots = new SlotNameTable();
      kept.forEach(slots::add);
      if (!slots.isEmpty()) {
        image.add(SlotNames.ROOT, slots.toValue(), RootSource.NONE);
      }
      return report(image.write(target, null, null), causes, kept, writer.leftOut());
    }
  }

  private SnapshotReport report(
      ImageBuilder.Result image,
      List<Fallback.Cause> causes,
      List<ObjectNode> kept,
      List<NodeWriter.LeftOut> leftOut) {
    return new SnapshotReport(
        new ImageSummary(
            image.id(), image.length(), image.objects(), image.strings(), image.sharedStrings()),
        kept.size(),
        names(roots.values().stream().filter(root -> !root.isFallen && !root.isOutside).toList()),
        names(roots.values().stream().filter(root -> !root.isFallen && root.isOutside).toList()),
        names(roots.values().stream().filter(root -> root.isFallen).toList()),
        causes(causes),
        recipes(kept),
        leftOut(leftOut));
  }

  private static List<String> names(List<SnapshotRoot> roots) {
    return roots.stream().map(root -> root.name).sorted().toList();
  }

  /** Returns a line for each cause; one for those of a kind and root that change nothing. */
  private static List<SnapshotReport.Cause> causes(List<Fallback.Cause> causes) {
    List<SnapshotReport.Cause> lines = new ArrayList<>();
    Map<List<String>, Integer> firsts = new HashMap<>();
    for (Fallback.Cause cause : causes) {
      String root = NodePath.root(cause.node());
      Integer first = firsts.putIfAbsent(List.of(root, cause.kind(), cause.remedy()), lines.size());
      if (first == null || !cause.roots().isEmpty()) {
        lines.add(
            new SnapshotReport.Cause(
                NodePath.of(cause.node()), cause.kind(), names(cause.roots()), 0, cause.remedy()));
      } else {
        lines.set(first, lines.get(first).andOneMore());
      }
    }
    return lines;
  }

  private static List<SnapshotReport.Recipe> recipes(List<ObjectNode> kept) {
    Map<String, SnapshotReport.Recipe> byWay = new LinkedHashMap<>();
    for (ObjectNode node : kept) {
      if (node.form == ObjectNode.Form.RECIPE && !node.isInOwner) {
        SnapshotReport.Recipe first = byWay.get(node.text);
        byWay.put(
            node.text,
            first == null
                ? new SnapshotReport.Recipe(node.text, NodePath.of(node), 1)
                : new SnapshotReport.Recipe(node.text, first.path(), first.objects() + 1));
      }
    }
    return new ArrayList<>(byWay.values());
  }

  private static List<SnapshotReport.LeftOut> leftOut(List<NodeWriter.LeftOut> slots) {
    List<SnapshotReport.LeftOut> lines = new ArrayList<>();
    for (NodeWriter.LeftOut each : slots) {
      ObjectNode target = each.owner().inner(each.slot());
      String why =
          target == null || target.form == ObjectNode.Form.REFUSED
              ? target == null ? "" : target.text
              : "leads to what cannot be kept";
      lines.add(new SnapshotReport.LeftOut(NodePath.of(each.owner(), each.slot()), why));
    }
    return lines;
  }
}
