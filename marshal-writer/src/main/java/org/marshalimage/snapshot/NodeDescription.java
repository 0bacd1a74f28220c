package org.marshalimage.snapshot;

import org.jspecify.annotations.Nullable;
import org.marshalimage.format.Kind;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.Value;

/** Puts what a describer says into a node. Not thread-safe. */
final class NodeDescription implements Description {
  private final ObjectGraph graph;
  private ObjectNode node;

  NodeDescription(ObjectGraph graph, ObjectNode first) {
    this.graph = graph;
    this.node = first;
  }

  void begin(ObjectNode next) {
    node = next;
  }

  private void describe(ObjectNode.Form form) {
    if (node.form != ObjectNode.Form.UNKNOWN) {
      throw new IllegalStateException("described twice: as " + node.form + " and as " + form);
    }
    node.form = form;
  }

  @Override
  public void value(Value value) {
    describe(ObjectNode.Form.VALUE);
    node.value = value;
  }

  @Override
  public Description container(Kind kind) {
    if (!kind.hasSlots() || kind == Kind.CODE || kind == Kind.RECORD) {
      throw new IllegalArgumentException("no container: " + kind.typeName());
    }
    describe(ObjectNode.Form.CONTAINER);
    node.kind = kind;
    return this;
  }

  @Override
  public Description record(RecordType type) {
    describe(ObjectNode.Form.RECORD);
    node.type = type;
    return this;
  }

  @Override
  public Description recipe(RecordType type, String how) {
    describe(ObjectNode.Form.RECIPE);
    node.type = type;
    node.text = how;
    return this;
  }

  @Override
  public void external(String name) {
    describe(ObjectNode.Form.EXTERNAL);
    node.text = name;
  }

  @Override
  public void refuse(String kind, String remedy) {
    describe(ObjectNode.Form.REFUSED);
    node.text = kind;
    node.remedy = remedy;
  }

  @Override
  public Description ownedBy(String root) {
    node.ownership().owner = root;
    node.ownership().nameInOwner = null;
    return this;
  }

  @Override
  public Description ownedBy(String root, String external) {
    node.ownership().owner = root;
    node.ownership().nameInOwner = external;
    return this;
  }

  @Override
  public Description fallsWith(String root) {
    node.ownership().pillars.add(root);
    return this;
  }

  @Override
  public Description slot(@Nullable String edge, @Nullable Object target) {
    add(edge, target, false);
    return this;
  }

  @Override
  public Description optional(@Nullable String edge, Object target) {
    add(edge, target, true);
    return this;
  }

  private void add(@Nullable String edge, @Nullable Object target, boolean isOptional) {
    boolean isContainer = node.form == ObjectNode.Form.CONTAINER;
    if (!isContainer && !isRecord()) {
      throw new IllegalStateException("a slot of what has none: " + node.form);
    }
    if (target == null && isContainer) {
      throw new IllegalArgumentException("empty slot of a container: " + node.targetCount);
    }
    if (node.hasBytes) {
      throw new IllegalStateException("a slot after the bytes of a record");
    }
    node.addTarget(edge, target == null ? null : graph.target(target, node), isOptional);
  }

  @Override
  public void bytes(byte[] bytes) {
    if (!isRecord() || node.hasBytes) {
      throw new IllegalStateException("bytes of what has none, or twice: " + node.form);
    }
    node.addTarget("bytes", BytesValue.of(bytes), false);
    node.hasBytes = true;
  }

  private boolean isRecord() {
    return node.form == ObjectNode.Form.RECORD || node.form == ObjectNode.Form.RECIPE;
  }
}
