package org.marshalimage.jython;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.python.core.AbstractDict;
import org.python.core.Options;
import org.python.core.PlainConsole;
import org.python.core.Py;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;

/**
 * What Jython's module {@code site} finds out about the process when it is executed: {@code
 * sys.path}, and the user's folders. Worked out here, as the module asks the platform's native
 * library, which takes Jython long to start. Where this is not enough there is a reason why the
 * module has to be executed.
 */
final class SitePlan {
  private static final String[] ON_CLASS_PATH = {"__classpath__", "__pyclasspath__"};
  private static final int VERSION_LENGTH = 3;

  private final PySystemState system;
  private final List<PyObject> path = new ArrayList<>();
  private final List<String> known = new ArrayList<>();
  private @Nullable PyString userBase;
  private @Nullable PyString userSite;
  private @Nullable String reason;

  /** Tells whether the user's folder may be used, which only the native library knows. */
  interface UserSite {
    boolean isEnabled();
  }

  private SitePlan(PySystemState system) {
    this.system = system;
  }

  /**
   * Works it out.
   *
   * @param before {@code sys.path} as it is before
   * @param user asked only if there is a folder of the user's
   */
  static SitePlan of(PySystemState system, Iterable<PyObject> before, UserSite user) {
    SitePlan plan = new SitePlan(system);
    plan.reason = plan.work(before, user);
    return plan;
  }

  /** Returns why the module has to be executed; null if it need not. */
  @Nullable String reason() {
    return reason;
  }

  /** Returns {@code sys.path}. */
  List<PyObject> path() {
    return path;
  }

  /** Returns {@code site.USER_BASE}; null if there is a reason. */
  @Nullable PyString userBase() {
    return userBase;
  }

  /** Returns {@code site.USER_SITE}; null if there is a reason. */
  @Nullable PyString userSite() {
    return userSite;
  }

  private @Nullable String work(Iterable<PyObject> before, UserSite user) {
    if (File.separatorChar != '/') {
      return "paths of this platform are not known";
    }
    if (Py.getConsole().getClass() != PlainConsole.class) {
      return "the console edits lines";
    }
    String relative = relativeFile();
    if (relative != null) {
      return relative;
    }
    for (PyObject entry : before) {
      if (entry.getClass() != PyString.class) {
        return "an entry of sys.path is no str: " + entry;
      }
      add((PyString) entry);
    }
    if (!known.isEmpty() && known.get(known.size() - 1).endsWith("/Modules")) {
      return "Jython runs in the folder that it was built in";
    }
    String home = userHome();
    if (home == null) {
      return "HOME is not set";
    }
    userBase = new PyString(home);
    String site =
        normalized(
            home
                + "/lib/jython"
                + PySystemState.version.toString().substring(0, VERSION_LENGTH)
                + "/site-packages");
    if (!site.startsWith("/")) {
      return "PYTHONUSERBASE is relative";
    }
    userSite = new PyString(site);
    String failure = isFolder(site) && user.isEnabled() ? addSiteFolder(site) : null;
    return failure == null ? addSitePackages() : failure;
  }

  /** Modules get absolute names of their files, unless an importer is in charge of them. */
  private @Nullable String relativeFile() {
    for (PyObject each : ((AbstractDict) system.modules).getMap().values()) {
      if (!(each instanceof PyModule module)
          || module.__dict__ == null
          || module.__dict__ instanceof Namespace
          || module.__dict__.__finditem__("__loader__") != null) {
        continue;
      }
      PyObject file = module.__dict__.__finditem__("__file__");
      if (file != null && !absolute(file.toString()).equals(file.toString())) {
        return "a module was imported before it from a relative path: " + file;
      }
    }
    return null;
  }

  private void add(PyString entry) {
    String text = entry.getString();
    boolean isFolder = true;
    for (String each : ON_CLASS_PATH) {
      isFolder &= !text.startsWith(each);
    }
    String absolute = isFolder ? absolute(text) : text;
    if (!known.contains(absolute)) {
      known.add(absolute);
      path.add(absolute.equals(text) ? entry : new PyString(absolute));
    }
  }

  private static @Nullable String userHome() {
    // The environment as it was: a program may change its own.
    String base = System.getenv("PYTHONUSERBASE");
    if (base != null && !base.isEmpty()) {
      return Py.fileSystemEncode(base).getString();
    }
    String home = System.getenv("HOME");
    if (home == null) {
      return null;
    }
    String folder = Py.fileSystemEncode(home).getString();
    int end = folder.length();
    while (end > 0 && folder.charAt(end - 1) == '/') {
      end--;
    }
    return folder.substring(0, end) + "/.local";
  }

  private @Nullable String addSitePackages() {
    String first = null;
    for (PyObject prefix : new PyObject[] {PySystemState.prefix, PySystemState.exec_prefix}) {
      if (prefix == Py.None || prefix.toString().isEmpty() || prefix.toString().equals(first)) {
        continue;
      }
      if (!(prefix instanceof PyString text)) {
        return "sys.prefix is no str: " + prefix;
      }
      first = text.getString();
      String folder = (first.endsWith("/") ? first : first + "/") + "Lib/site-packages";
      String failure = isFolder(folder) ? addSiteFolder(folder) : null;
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  /** Adds a folder, unless files in it say what else is to be added. */
  private @Nullable String addSiteFolder(String folder) {
    String absolute = absolute(folder);
    if (!known.contains(absolute)) {
      path.add(new PyString(absolute));
    }
    String[] names = file(absolute).list();
    if (names == null) {
      return "a folder cannot be listed: " + absolute;
    }
    for (String name : names) {
      if (name.endsWith(".pth")) {
        return "there is a .pth file: " + absolute + "/" + name;
      }
    }
    return null;
  }

  private static boolean isFolder(String folder) {
    return file(folder).isDirectory();
  }

  /** Returns the file of a path, which Python has as bytes. */
  private static File file(String path) {
    return new File(Py.getSystemState().getPath(Py.fileSystemDecode(new PyString(path))));
  }

  private String absolute(String text) {
    String folder = Py.fileSystemEncode(system.getCurrentWorkingDir()).getString();
    return normalized(
        text.startsWith("/") ? text : folder.endsWith("/") ? folder + text : folder + "/" + text);
  }

  /** As {@code posixpath.normpath}. */
  static String normalized(String text) {
    int slashes =
        text.startsWith("//") && !text.startsWith("///") ? 2 : text.startsWith("/") ? 1 : 0;
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start <= text.length()) {
      int slash = text.indexOf('/', start);
      int end = slash < 0 ? text.length() : slash;
      String part = text.substring(start, end);
      start = end + 1;
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      int last = parts.size() - 1;
      boolean isUp = part.equals("..");
      if (!isUp || slashes == 0 && last < 0 || last >= 0 && parts.get(last).equals("..")) {
        parts.add(part);
      } else if (last >= 0) {
        parts.remove(last);
      }
    }
    String path = "//".substring(0, slashes) + String.join("/", parts);
    return path.isEmpty() ? "." : path;
  }

  /** Tells whether an option forbids the folder of the user. */
  static boolean isUserSiteForbidden() {
    return Options.no_user_site;
  }
}
