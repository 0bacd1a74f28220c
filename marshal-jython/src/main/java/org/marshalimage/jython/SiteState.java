package org.marshalimage.jython;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.python.core.Py;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PySystemState;

/**
 * Does what Jython's module {@code site} does when it is executed, for an interpreter that starts
 * from a snapshot; and finds, when they are first looked up, what that module and {@code sysconfig}
 * know of the process.
 */
final class SiteState implements SitePlan.UserSite {
  static final String SITE = "site";

  /** Modules of the user's that it imports. */
  static final List<String> CUSTOM = List.of("sitecustomize", "usercustomize");

  /** The root of what {@code site} adds to the built-in names. */
  static final String BUILTINS = "site:builtins";

  private static final String SYSCONFIG = "sysconfig";
  private static final String CONFIG_VARS = "_CONFIG_VARS";
  private static final String USER_ENABLED = "ENABLE_USER_SITE";
  private static final String PROJECT_BASE = "_PROJECT_BASE";

  /** Of each module the names of what is the process's. */
  private static final Map<String, Set<String>> OF_PROCESS =
      Map.of(
          SITE,
          Set.of(USER_ENABLED, "USER_BASE", "USER_SITE", "PREFIXES"),
          SYSCONFIG,
          Set.of(CONFIG_VARS, PROJECT_BASE, "_PREFIX", "_EXEC_PREFIX"));

  private final Snapshot snapshot;
  private final PySystemState system;
  private final MarshalImage image;
  private final MappedLibrary library;
  private @Nullable SitePlan plan;
  private @Nullable PyObject prefixes;
  private volatile boolean isStarted;

  /** What {@code sysconfig} asks for when it is executed. */
  private PyObject executable;

  private String folder;

  SiteState(Snapshot snapshot, PySystemState system, MappedLibrary library) {
    this.snapshot = snapshot;
    this.system = system;
    this.image = library.image();
    this.library = library;
    executable = system.executable;
    folder = system.getCurrentWorkingDir();
  }

  /** Returns the name of an external for what is the process's; null if it is of the state. */
  static @Nullable String external(String module, String name, PyObject value, PyObject names) {
    boolean isOfProcess =
        OF_PROCESS.getOrDefault(module, Set.of()).contains(name)
            && !(name.equals(CONFIG_VARS) && value == Py.None)
            && (module.equals(SITE)
                ? names.__finditem__("check_enableusersite") != null
                : names.__finditem__("_safe_realpath") != null);
    return isOfProcess ? ExternalNames.SITE + name : null;
  }

  /** Tells whether the module can be had from the snapshot in this process. */
  boolean canStart() {
    if (isStarted) {
      return true;
    }
    if (!image.hasModule(Snapshot.STATE + SITE) || !image.hasModule(BUILTINS)) {
      return false;
    }
    plan = SitePlan.of(system, system.path.asIterable(), this);
    return plan.reason() == null;
  }

  @Override
  public boolean isEnabled() {
    return value(USER_ENABLED).__nonzero__();
  }

  /** Does it, once the module is in {@code sys.modules}. */
  void start() {
    if (isStarted) {
      return;
    }
    isStarted = true;
    setPath();
    PyObject builtins = system.getBuiltins();
    ImageModule added = image.module(BUILTINS);
    RecordNames all = new RecordNames(library, (RecordView) added.root(), 0);
    String[] names = all.names();
    for (int i = 0; i < names.length; i++) {
      builtins.__setitem__(names[i], all.value(i));
    }
    if (new ModuleProbe(system).mayFind(CUSTOM)) {
      function(SITE, "execsitecustomize").__call__();
      if (isEnabled()) {
        function(SITE, "execusercustomize").__call__();
      }
    }
    if (system.__findattr__("setdefaultencoding") != null) {
      system.__delattr__("setdefaultencoding");
    }
  }

  private void setPath() {
    boolean isSame = system.path.size() == plan.path().size();
    for (int i = 0; isSame && i < plan.path().size(); i++) {
      isSame = system.path.pyget(i) == plan.path().get(i);
    }
    if (!isSame) {
      system.path.clear();
      for (PyObject each : plan.path()) {
        system.path.append(each);
      }
    }
  }

  /** Notes what {@code sysconfig} would find now. */
  void sysconfigIsImported() {
    executable = system.executable;
    folder = system.getCurrentWorkingDir();
  }

  /** Finds what is the process's. */
  PyObject value(String name) {
    switch (name) {
      case CONFIG_VARS:
        return configVariables();
      case PROJECT_BASE:
        return projectBase();
      case "_PREFIX":
        return normal(PySystemState.prefix);
      case "_EXEC_PREFIX":
        return normal(PySystemState.exec_prefix);
      default:
        return ofSite(name);
    }
  }

  private PyObject ofSite(String name) {
    PyObject executed = isStarted ? null : system.modules.__finditem__(SITE);
    PyObject names = executed == null ? null : executed.fastGetDict();
    if (names != null && !(names instanceof Namespace)) {
      return names.__finditem__(name.intern());
    }
    switch (name) {
      case "USER_BASE":
        return known(plan().userBase());
      case "USER_SITE":
        return known(plan().userSite());
      case "PREFIXES":
        return prefixes();
      default:
        return SitePlan.isUserSiteForbidden()
            ? Py.False
            : function(SITE, "check_enableusersite").__call__();
    }
  }

  private SitePlan plan() {
    SitePlan known = plan;
    return known == null ? SitePlan.of(system, system.path.asIterable(), this) : known;
  }

  /** As before the module has found out. */
  private static PyObject known(@Nullable PyObject value) {
    return value == null ? Py.None : value;
  }

  private synchronized PyObject prefixes() {
    PyObject made = prefixes;
    if (made == null) {
      made = new PyList(new PyObject[] {PySystemState.prefix, PySystemState.exec_prefix});
      prefixes = made;
    }
    return made;
  }

  private PyObject normal(PyObject path) {
    return path == Py.None ? path : call(osPath(), "normpath", path);
  }

  private PyObject osPath() {
    return snapshot.module("os").__getattr__("path");
  }

  /** Finds a function of a module, which only a damaged image lacks. */
  private PyObject function(String module, String name) {
    PyObject found = snapshot.namespace(module).__finditem__(name);
    if (found == null) {
      throw Py.AttributeError("module " + module + " has no attribute " + name);
    }
    return found;
  }

  private static PyObject call(PyObject of, String function, PyObject argument) {
    return of.__getattr__(function).__call__(argument);
  }

  private PyObject projectBase() {
    PyObject realPath = function(SYSCONFIG, "_safe_realpath");
    if (executable.__nonzero__()) {
      return call(osPath(), "dirname", realPath.__call__(executable));
    }
    return realPath.__call__(Py.fileSystemEncode(folder));
  }

  /** Which {@code site} has asked for, when it looked for the folders of the user. */
  private PyObject configVariables() {
    PyObject names = snapshot.namespace(SYSCONFIG);
    if (image.hasModule(Snapshot.STATE + SITE) && !isStarted) {
      return Py.None;
    }
    names.__setitem__(CONFIG_VARS, Py.None);
    PyObject made = function(SYSCONFIG, "get_config_vars").__call__();
    if (isStarted) {
      made.__setitem__(new PyString("userbase"), plan().userBase());
    }
    return made;
  }
}
