package org.marshalimage.jython;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.python.core.AbstractDict;
import org.python.core.Py;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;
import org.python.core.imp;

/**
 * Executes Jython's module {@code site} while a snapshot is made, and notes what it does: what it
 * adds to the built-in names, and whether all else is what {@link SitePlan} says. Only then can the
 * module be had from the snapshot.
 */
final class SiteRecorder implements SitePlan.UserSite {
  private final PySystemState system;
  private final PyStringMap builtins = new PyStringMap();
  private @Nullable PyObject names;
  private @Nullable String reason;

  private SiteRecorder(PySystemState system) {
    this.system = system;
  }

  /** Executes the module. */
  static SiteRecorder execute(PySystemState system) {
    SiteRecorder recorder = new SiteRecorder(system);
    recorder.reason = recorder.record();
    return recorder;
  }

  /** Returns why the module has to be executed whenever a program starts; null if it need not. */
  @Nullable String reason() {
    return reason;
  }

  /** Returns what it has added to the built-in names. */
  PyStringMap builtins() {
    return builtins;
  }

  private @Nullable String record() {
    List<PyObject> path = new ArrayList<>();
    system.path.asIterable().forEach(path::add);
    Map<?, PyObject> all = ((AbstractDict) system.getBuiltins()).getMap();
    Map<?, PyObject> before = Map.copyOf(all);
    imp.load(SiteState.SITE);
    for (Map.Entry<?, PyObject> each : all.entrySet()) {
      if (before.get(each.getKey()) != each.getValue()) {
        builtins.__setitem__(each.getKey().toString().intern(), each.getValue());
      }
    }
    names = system.modules.__finditem__(SiteState.SITE).fastGetDict();
    for (String name : SiteState.CUSTOM) {
      if (system.modules.__finditem__(name) != null) {
        return "there is a module " + name;
      }
    }
    SitePlan plan = SitePlan.of(system, path, this);
    if (plan.reason() != null) {
      return plan.reason();
    }
    boolean isAsPlanned =
        new PyList(plan.path()).equals(system.path)
            && plan.userBase().equals(names.__finditem__("USER_BASE"))
            && plan.userSite().equals(names.__finditem__("USER_SITE"))
            && system.__findattr__("setdefaultencoding") == null;
    return isAsPlanned ? null : "it does not do what Jython's own does";
  }

  @Override
  public boolean isEnabled() {
    PyObject isEnabled = names.__finditem__("ENABLE_USER_SITE");
    return isEnabled != null && isEnabled != Py.None && isEnabled.__nonzero__();
  }
}
