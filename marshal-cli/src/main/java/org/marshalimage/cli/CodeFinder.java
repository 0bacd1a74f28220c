package org.marshalimage.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.CodeView;
import org.marshalimage.ImageObject;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.TypeCode;

/** Finds the code objects that lie in another, by their qualified names. */
final class CodeFinder {
  private static final String LOCALS = "<locals>";

  /**
   * A code object in a module. It knows the one around it and not its whole path: of objects nested
   * a hundred thousand deep, all paths would be gigabytes.
   *
   * @param outer the object that it lies in; null for the module's own
   * @param name its own name
   * @param code the object
   */
  record Found(@Nullable Found outer, String name, CodeView code) {
    /** Tells whether the names from the module inwards, with dots between, are a text. */
    boolean isAt(String path) {
      int end = path.length();
      for (Found each = this; ; each = each.outer) {
        end -= each.name.length();
        if (!path.startsWith(each.name, end)) {
          return false;
        }
        if (each.outer == null || each.outer.outer == null) {
          return end == 0;
        }
        if (--end < 0 || path.charAt(end) != '.') {
          return false;
        }
      }
    }

    /** Returns the names from the module inwards, for example {@code "Decoder.decode"}. */
    String path() {
      Deque<String> names = new ArrayDeque<>();
      for (Found each = this; each.outer != null; each = each.outer) {
        names.push(each.name);
      }
      return String.join(".", names);
    }
  }

  private final List<Found> all = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();

  private CodeFinder() {}

  /** Returns the code objects of a name; more than one if the source defines it twice. */
  static List<CodeView> find(CodeView module, String qualName) {
    List<CodeView> matches = new ArrayList<>();
    String path = qualName.replace("." + LOCALS, "");
    for (Found each : all(module)) {
      StrView recorded = each.code.qualName();
      if (each.isAt(path) || recorded != null && recorded.contentEquals(qualName)) {
        matches.add(each.code);
      }
    }
    return matches;
  }

  /** Returns all code objects below a module's, outer ones first. */
  static List<Found> all(CodeView module) {
    CodeFinder finder = new CodeFinder();
    List<Found> level = List.of(new Found(null, "", module));
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
        inner.add(new Found(outer, code.name().toString(), code));
      }
    }
  }
}
