package org.marshalimage.jmh.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.ComplexView;
import org.marshalimage.FloatView;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.IntView;
import org.marshalimage.MarshalImage;
import org.marshalimage.SetView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;

/**
 * What peers write: the modules of an image, with every object that it has, each once, and shared
 * as it is there.
 */
public final class PeerGraph {
  private final Path image;
  private final Map<String, Path> sources;
  private final Node.Modules modules;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Long, Node> nodeByOffset = new HashMap<>();

  private PeerGraph(Path image, Map<String, Path> sources, List<ImageModule> all) {
    this.image = image;
    this.sources = sources;
    String[] names = new String[all.size()];
    Node[] roots = new Node[all.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = all.get(i).name();
      roots[i] = node(all.get(i).root());
    }
    modules = new Node.Modules(names, roots);
  }

  /** Reads an image of modules of Python 3.11 or newer, which are of some files. */
  public static PeerGraph of(Path image, Map<String, Path> sources) throws IOException {
    try (MarshalImage mapped = MarshalImage.map(image)) {
      return new PeerGraph(image, sources, mapped.modules());
    }
  }

  public int objects() {
    return nodes.size();
  }

  Path image() {
    return image;
  }

  /** Returns names and roots, sorted by name. */
  Node.Modules modules() {
    return modules;
  }

  /** Returns all objects, each behind those that it leads to. */
  List<Node> nodes() {
    return nodes;
  }

  Path source(String module) {
    Path source = sources.get(module);
    if (source == null) {
      throw new IllegalArgumentException("no source: module=" + module);
    }
    return source;
  }

  /** As deep as code objects and tuples are nested. */
  private Node node(ImageObject object) {
    Node node = nodeByOffset.get(object.offset());
    if (node == null) {
      node = copy(object);
      nodeByOffset.put(object.offset(), node);
      nodes.add(node);
    }
    return node;
  }

  private Node copy(ImageObject object) {
    if (object instanceof StrView str) {
      return str(str);
    } else if (object instanceof BytesView bytes) {
      byte[] data = new byte[bytes.length()];
      bytes.buffer().get(data);
      return new Node.Bytes(data);
    } else if (object instanceof TupleView tuple) {
      return tuple(false, tuple.size(), tuple::get);
    } else if (object instanceof SetView set && set.kind() == TypeCode.FROZENSET) {
      return tuple(true, set.size(), set::get);
    } else if (object instanceof CodeView code) {
      return code(code);
    } else if (object instanceof IntView value) {
      return value.kind() == TypeCode.INT ? new Node.Int(value.longValue()) : bigInt(value);
    } else if (object instanceof FloatView value) {
      return new Node.Number(TypeCode.FLOAT, false, value.bits());
    } else if (object instanceof ComplexView value) {
      return new Node.Number(TypeCode.COMPLEX, false, value.realBits(), value.imaginaryBits());
    }
    switch (object.kind()) {
      case TypeCode.NONE, TypeCode.TRUE, TypeCode.FALSE, TypeCode.ELLIPSIS -> {
        return new Node.Single(object.kind());
      }
      default -> throw new IllegalArgumentException("no compiled module has this: " + object);
    }
  }

  private Node.Tuple tuple(boolean isSet, int size, IntFunction<ImageObject> get) {
    Node[] items = new Node[size];
    for (int i = 0; i < size; i++) {
      items[i] = node(get.apply(i));
    }
    return new Node.Tuple(isSet, items);
  }

  private static Node.Str str(StrView str) {
    String text = str.toString();
    if (text.codePointCount(0, text.length()) != str.length()) {
      throw new IllegalArgumentException("surrogates that are no pair: " + str);
    }
    return new Node.Str(text, str.isInterned());
  }

  private static Node.Number bigInt(IntView value) {
    BigInteger rest = value.bigValue().abs();
    long[] digits = new long[(rest.bitLength() + Long.SIZE - 1) / Long.SIZE];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = rest.longValue();
      rest = rest.shiftRight(Long.SIZE);
    }
    return new Node.Number(TypeCode.LONG, value.bigValue().signum() < 0, digits);
  }

  private Node.Code code(CodeView view) {
    int[] numbers = {
      view.argCount(),
      view.posOnlyArgCount(),
      view.kwOnlyArgCount(),
      view.localCount(),
      view.stackSize(),
      view.flags(),
      view.firstLine()
    };
    Node[] slots = {
      node(view.code()),
      node(view.consts()),
      node(view.names()),
      node(view.localNames()),
      node(present(view.localKinds(), view)),
      node(present(view.exceptionTable(), view)),
      node(view.filename()),
      node(view.name()),
      node(present(view.qualName(), view)),
      node(view.lineTable())
    };
    return new Node.Code(numbers, slots);
  }

  private static ImageObject present(@Nullable ImageObject field, CodeView code) {
    if (field == null) {
      throw new IllegalArgumentException("older than Python 3.11: " + code);
    }
    return field;
  }
}
