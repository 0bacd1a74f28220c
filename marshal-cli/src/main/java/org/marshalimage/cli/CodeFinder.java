package org.marshalimage.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;

/** Finds the code objects that lie in another, by their qualified names. */
final class CodeFinder {
  private static final String LOCALS = "<locals>";

  /**
   * A code object in a module.
   *
   * @param path names from the module inwards, for example {@code "Decoder.decode"}
   * @param code the object
   */
  record Found(String path, CodeView code) {}

  private final List<Found> all = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();

  private CodeFinder() {}

  /** Returns the code objects of a name; more than one if the source defines it twice. */
  static List<CodeView> find(CodeView module, String qualName) {
    List<CodeView> matches = new ArrayList<>();
    for (Found each : all(module)) {
      StrView recorded = each.code.qualName();
      if (each.path.equals(qualName.replace("." + LOCALS, ""))
          || recorded != null && recorded.contentEquals(qualName)) {
        matches.add(each.code);
      }
    }
    return matches;
  }

  /** Returns all code objects below a module's, outer ones first. */
  static List<Found> all(CodeView module) {
    CodeFinder finder = new CodeFinder();
    List<Found> level = List.of(new Found("", module));
    while (!level.isEmpty()) {
      List<Found> next = new ArrayList<>();
      for (Found outer : level) {
        finder.addInner(outer, next);
      }
      finder.all.addAll(next);
      level = next;
    }
    return finder.all;
  }

  private void addInner(Found outer, List<Found> inner) {
    TupleView consts = outer.code.consts();
    for (int i = 0; i < consts.size(); i++) {
      if (consts.kind(i) != TypeCode.CODE) {
        continue;
      }
      ImageObject item = consts.get(i);
      // A damaged image may have code objects that hold each other.
      if (item instanceof CodeView code && seen.add(code.offset())) {
        inner.add(new Found((outer.path.isEmpty() ? "" : outer.path + ".") + code.name(), code));
      }
    }
  }
}
