package org.marshalimage.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the path of a {@code .pyc} file says of its module: {@code
 * pkg/__pycache__/x.cpython-313.pyc} and {@code pkg/x.pyc} are both {@code pkg.x}.
 *
 * <p>Source: PEP 3147 for the folder and the version tag, PEP 488 for {@code .opt-N}, {@code
 * source_from_cache} of CPython's {@code Lib/importlib/_bootstrap_external.py}, and its {@code
 * Lib/site.py} for folders that are on the module path themselves.
 *
 * @param root the folder on the module path: "" for the given one, else a path below it
 * @param module the module's name
 * @param isPackage whether the file is an {@code __init__}
 * @param tag the interpreter of a file in a {@code __pycache__}, as {@code cpython-313}; null for
 *     one that lies beside it
 * @param optimization the level of {@code .opt-N}; 0 without one
 */
record PycName(
    String root, String module, boolean isPackage, @Nullable String tag, String optimization) {
  private static final String SUFFIX = ".pyc";
  private static final String SOURCE_SUFFIX = ".py";
  private static final String CACHE = "__pycache__";
  private static final String INIT = "__init__";

  /** Folders that are on the module path wherever they lie. */
  private static final Set<String> ROOTS = Set.of("site-packages", "dist-packages");

  /**
   * What {@code sys.implementation.cache_tag} is: cpython-313, cpython-313t, pypy310,
   * graalpy241-311. Not what tools put there for themselves, as cpython-27-PYTEST.
   */
  private static final Pattern TAG =
      Pattern.compile("(?=.*[0-9])[a-z][a-z0-9_]*(?:-[0-9][0-9_]*[a-z]*)?");

  private static final Pattern LEVEL = Pattern.compile("opt-([A-Za-z0-9]+)");
  private static final Pattern CPYTHON = Pattern.compile("cpython-([0-9])([0-9]+)[a-z]*");

  /** Why a file is no module's. */
  enum Flaw {
    /** It lies in a {@code __pycache__} and has another name than an interpreter looks for. */
    CACHED_NAME,
    /** Its name, or that of its folder, is none that an import can spell. */
    SPELLING,
    /** A folder above it has a dot in its name. */
    FOLDER
  }

  /** A path in parts; those of the folders begin below the root. */
  private record Parts(String root, List<String> folders, boolean isCached, String last) {
    static Parts of(String path) {
      String[] parts = path.substring(0, path.length() - SUFFIX.length()).split("/", -1);
      int end = parts.length - 1;
      int start = end;
      while (start > 0 && !ROOTS.contains(parts[start - 1])) {
        start--;
      }
      boolean isCached = end > start && parts[end - 1].equals(CACHE);
      List<String> all = Arrays.asList(parts);
      return new Parts(
          String.join("/", all.subList(0, start)),
          all.subList(start, isCached ? end - 1 : end),
          isCached,
          parts[end]);
    }
  }

  /**
   * Reads a path below the given folder, with "/" between its parts; null if it is no .pyc file, or
   * one of no module: {@link #flaw} then says why.
   */
  static @Nullable PycName of(String path) {
    if (!path.endsWith(SUFFIX) || flaw(path) != null) {
      return null;
    }
    Parts parts = Parts.of(path);
    String[] fields = parts.last.split("\\.");
    boolean isPackage = fields[0].equals(INIT) && !parts.folders.isEmpty();
    String module = String.join(".", parts.folders);
    if (!isPackage) {
      module += (module.isEmpty() ? "" : ".") + fields[0];
    }
    String tag = parts.isCached ? fields[1] : null;
    String optimization = "0";
    if (fields.length == 3) {
      optimization = fields[2].substring(fields[2].indexOf('-') + 1);
    }
    return new PycName(parts.root, module, isPackage, tag, optimization);
  }

  /** Says why the path of a .pyc file is that of no module; null if it is a module's. */
  static @Nullable Flaw flaw(String path) {
    if (Arrays.asList(path.split("/", -1)).contains("")) {
      return Flaw.SPELLING;
    }
    Parts parts = Parts.of(path);
    for (String folder : parts.folders) {
      if (!isSpelled(folder.replace('.', '_'))) {
        return Flaw.SPELLING;
      }
    }
    String[] fields = parts.last.split("\\.", -1);
    if (!isSpelled(fields[0]) || !parts.isCached && fields.length > 1) {
      return Flaw.SPELLING;
    }
    if (parts.folders.contains(CACHE) || parts.isCached && !isCachedName(fields)) {
      return Flaw.CACHED_NAME;
    }
    return folderWithDot(path) == null ? null : Flaw.FOLDER;
  }

  private static boolean isCachedName(String[] fields) {
    return fields.length >= 2
        && fields.length <= 3
        && TAG.matcher(fields[1]).matches()
        && !LEVEL.matcher(fields[1]).matches()
        && (fields.length == 2 || LEVEL.matcher(fields[2]).matches());
  }

  /**
   * Tells whether a module, or the last part of its name, can be called so. {@code import_module}
   * takes more names than the statement does, but a dot parts them.
   */
  private static boolean isSpelled(String part) {
    return !part.isEmpty()
        && part.chars()
            .noneMatch(unit -> unit == '.' || unit == '\\' || Character.isISOControl(unit));
  }

  /**
   * Returns the folder of a file that is to be given in place of the one above it, since no import
   * finds modules below a folder with a dot in its name; null if there is none.
   */
  static @Nullable String folderWithDot(String path) {
    Parts parts = Parts.of(path);
    for (int i = parts.folders.size() - 1; i >= 0; i--) {
      if (parts.folders.get(i).indexOf('.') >= 0) {
        String below = String.join("/", parts.folders.subList(0, i + 1));
        return parts.root.isEmpty() ? below : parts.root + "/" + below;
      }
    }
    return null;
  }

  /** Tells whether it lies in a {@code __pycache__}. */
  boolean isCached() {
    return tag != null;
  }

  /** Returns the CPython that the tag names, as "3.13"; null if it names none. */
  @Nullable String python() {
    Matcher cpython = CPYTHON.matcher(tag == null ? "" : tag);
    return cpython.matches() ? cpython.group(1) + "." + cpython.group(2) : null;
  }

  /** Tells whether a folder is one in which CPython keeps compiled files. */
  static boolean isCache(String folder) {
    return folder.equals(CACHE);
  }

  /** Tells whether a path leads to such a folder, or into one. */
  static boolean isInCache(String path) {
    return Arrays.asList(path.split("/")).contains(CACHE);
  }

  /** Returns the path of a file that is given by itself, or below a {@code __pycache__}. */
  static String inCache(String relative) {
    return CACHE + "/" + relative;
  }

  /**
   * Reads the path of a source below the given folder, with "/" between its parts: it is named as
   * the {@code .pyc} file that CPython compiles it to. Null if it is no source, or that of no
   * module.
   */
  static @Nullable PycName ofSource(String path) {
    return isSource(path) ? of(path + "c") : null;
  }

  /** Tells whether a path is that of a source; CPython looks for none in a {@code __pycache__}. */
  static boolean isSource(String path) {
    List<String> parts = Arrays.asList(path.split("/", -1));
    String last = parts.get(parts.size() - 1);
    return last.endsWith(SOURCE_SUFFIX)
        && !last.equals(SOURCE_SUFFIX)
        && !parts.contains("")
        && !parts.contains(CACHE);
  }

  /**
   * Returns what the names of the modules in a folder begin with; "" if that may be anything, since
   * the folder is on the module path or such a folder may lie in it.
   */
  static String prefix(String folder) {
    if (folder.isEmpty()) {
      return "";
    }
    PycName init = of(folder + "/" + INIT + SUFFIX);
    return init == null || !init.isPackage ? "" : init.module;
  }

  /** Returns the path below a library folder where a module's source would be. */
  static String sourcePath(String module, boolean isPackage) {
    return module.replace('.', '/') + (isPackage ? "/" + INIT : "") + SOURCE_SUFFIX;
  }
}
