package org.marshalimage.jython;

import java.nio.file.Path;
import java.util.Properties;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PySystemState;
import org.python.util.PythonInterpreter;

/**
 * What applications do that embed Jython. Each method is run by class loaders of its own, in which
 * no Jython has started yet.
 */
public final class EmbeddedApplication {
  private EmbeddedApplication() {}

  private static final String ORIGINS =
      "[getattr(sys.modules[name], '__loader__', None).__class__.__name__"
          + " for name in ('site', 'closures')]";

  public static String plain(Path image) throws Exception {
    JythonImage.use(image);
    PythonInterpreter python = new PythonInterpreter();
    python.exec("import sys, closures");
    return python.eval("closures.counter(1)(2)") + " " + python.eval(ORIGINS);
  }

  public static String withProperties(Path image) throws Exception {
    Properties settings = new Properties();
    settings.setProperty("python.import.site", "false");
    PythonInterpreter.initialize(
        PySystemState.getBaseProperties(), settings, new String[] {"first", "x"});
    JythonImage.use(image);
    PythonInterpreter python = new PythonInterpreter();
    python.exec("import sys, closures");
    return python.eval("'site' in sys.modules, sys.argv, len(sys.meta_path)").toString();
  }

  /** What imports from an image although it was there before. */
  public static String late(Path image) throws Exception {
    PythonInterpreter python = new PythonInterpreter();
    JythonImage.use(image);
    python.exec("import sys, closures");
    return python.eval(ORIGINS).toString();
  }

  public static String twoInterpreters(Path image) throws Exception {
    JythonImage used = JythonImage.use(image);
    PythonInterpreter first = new PythonInterpreter();
    PythonInterpreter second = new PythonInterpreter();
    first.exec("import closures\nclosures.mark = 1");
    second.exec("import closures");
    String shared = "shared " + second.eval("closures.mark");
    PySystemState state = new PySystemState();
    used.addTo(state);
    PythonInterpreter own = new PythonInterpreter(null, state);
    own.exec("import sys, closures");
    String separate = ", own " + own.eval("hasattr(closures, 'mark')") + " " + own.eval(ORIGINS);
    PythonInterpreter without = new PythonInterpreter(null, new PySystemState());
    try {
      without.exec("import closures");
      return "found without the image";
    } catch (PyException e) {
      boolean missing = e.match(Py.ImportError);
      first.exec("import generators");
      return shared + separate + ", without " + missing;
    }
  }

  public static String cleanup(Path image) throws Exception {
    JythonImage used = JythonImage.use(image);
    PythonInterpreter first = new PythonInterpreter();
    first.exec("import closures");
    first.cleanup();
    PythonInterpreter second = new PythonInterpreter();
    second.exec("import sys, generators, closures");
    String after = second.eval("closures.counter(1)(2)") + " " + second.eval(ORIGINS);
    second.close();
    PySystemState state = new PySystemState();
    used.addTo(state);
    PythonInterpreter third = new PythonInterpreter(null, state);
    third.exec("import sys, closures");
    after += " " + third.eval("closures.counter(1)(2)") + " " + third.eval(ORIGINS);
    third.cleanup();
    return after;
  }

  /** Tells whether what a module has become is what was restored: that is made when asked for. */
  public static String snapshot(Path image) throws Exception {
    JythonImage used = JythonImage.use(image);
    PythonInterpreter first = new PythonInterpreter();
    String text = "import textwrap, sys\ntext = repr(textwrap.dedent('  a'))\n";
    first.exec(text);
    String shared = first.get("text") + " " + isRestored(first);
    PySystemState state = new PySystemState();
    used.addTo(state);
    PythonInterpreter own = new PythonInterpreter(null, state);
    own.exec(text);
    return shared
        + ", then an interpreter with a state of its own: "
        + own.get("text")
        + " "
        + isRestored(own);
  }

  private static String isRestored(PythonInterpreter python) {
    boolean restored =
        python.eval("vars(textwrap)").getClass().getName().equals(Namespace.class.getName());
    return restored ? "True" : "False";
  }

  public static String damaged(Path image) throws Exception {
    try {
      JythonImage.use(image);
      return "used";
    } catch (org.marshalimage.format.MarshalFormatException e) {
      return e.getMessage();
    }
  }
}
