package org.marshalimage.cli;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the path of a {@code .pyc} file says of its module: {@code
 * pkg/__pycache__/x.cpython-313.pyc} and {@code pkg/x.pyc} are both {@code pkg.x}.
 *
 * <p>Source: PEP 3147 for the folder and the version tag, PEP 488 for {@code .opt-N}.
 *
 * @param module the module's name
 * @param isPackage whether the file is an {@code __init__}
 * @param isCached whether it lies in a {@code __pycache__}
 * @param optimization the level of {@code .opt-N}; 0 without one
 */
record PycName(String module, boolean isPackage, boolean isCached, String optimization) {
  private static final String SUFFIX = ".pyc";
  private static final String SOURCE_SUFFIX = ".py";
  private static final String CACHE = "__pycache__";
  private static final String INIT = "__init__";

  /** Tag and level behind the module's own name: ".cpython-313", ".cpython-313.opt-1". */
  private static final Pattern TAG = Pattern.compile("\\.[a-z]+-?[0-9]+(?:\\.opt-([a-z0-9]+))?$");

  /**
   * Reads a path below the given root, with "/" between its parts; null if it is no .pyc file, or
   * one without a name.
   */
  static @Nullable PycName of(String path) {
    if (!path.endsWith(SUFFIX)) {
      return null;
    }
    String[] parts = path.substring(0, path.length() - SUFFIX.length()).split("/", -1);
    String last = parts[parts.length - 1];
    boolean isCached = parts.length > 1 && parts[parts.length - 2].equals(CACHE);
    String optimization = "0";
    if (isCached) {
      Matcher tag = TAG.matcher(last);
      if (tag.find()) {
        optimization = tag.group(1) == null ? "0" : tag.group(1);
        last = last.substring(0, tag.start());
      }
    }
    if (last.isEmpty() || Arrays.asList(parts).contains("")) {
      return null;
    }
    StringBuilder module = new StringBuilder();
    for (int i = 0; i < parts.length - 1; i++) {
      if (!parts[i].equals(CACHE)) {
        module.append(module.length() == 0 ? "" : ".").append(parts[i]);
      }
    }
    boolean isPackage = last.equals(INIT) && module.length() > 0;
    if (!isPackage) {
      module.append(module.length() == 0 ? "" : ".").append(last);
    }
    return new PycName(module.toString(), isPackage, isCached, optimization);
  }

  /**
   * Reads the path of a source below the given root, with "/" between its parts: it is named as the
   * {@code .pyc} file that CPython compiles it to. Null if it is no source, or lies in a {@code
   * __pycache__}, where CPython looks for none.
   */
  static @Nullable PycName ofSource(String path) {
    String[] parts = path.split("/", -1);
    String last = parts[parts.length - 1];
    if (!last.endsWith(SOURCE_SUFFIX) || last.equals(SOURCE_SUFFIX)) {
      return null;
    }
    if (Arrays.asList(parts).contains(CACHE)) {
      return null;
    }
    return of(path.substring(0, path.length() - SOURCE_SUFFIX.length()) + SUFFIX);
  }

  /** Returns the path below a library folder where a module's source would be. */
  static String sourcePath(String module, boolean isPackage) {
    return module.replace('.', '/') + (isPackage ? "/" + INIT : "") + SOURCE_SUFFIX;
  }
}
