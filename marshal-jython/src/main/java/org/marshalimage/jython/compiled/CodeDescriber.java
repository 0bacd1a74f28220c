package org.marshalimage.jython.compiled;

import java.io.File;
import org.marshalimage.format.model.Value;
import org.marshalimage.snapshot.Description;
import org.python.core.PyClass;
import org.python.core.PyCode;
import org.python.core.PyFunction;
import org.python.core.PyObject;
import org.python.core.PyType;

/** Describes compiled code for a snapshot. Not thread-safe. */
public final class CodeDescriber {
  private final CodeNamer namer;
  private final CodeRecordWriter records = new CodeRecordWriter();

  /**
   * Makes a describer.
   *
   * @param namer finds references
   */
  public CodeDescriber(CodeNamer namer) {
    this.namer = namer;
  }

  /**
   * Describes a code object as a record of {@link CodeRecordLayout#CODE}, or refuses it.
   *
   * @param code any
   * @param description takes it
   */
  public void describe(PyCode code, Description description) {
    try {
      description.value(records.record(namer.name(code)));
    } catch (UnnamedCodeException e) {
      description.refuse(e.getMessage(), "compile its module, or --from an image of it");
    }
  }

  /**
   * Enters the class files that the functions of a module lie in, for {@link #files}.
   *
   * @param namespace of the module
   */
  public void addFiles(PyObject namespace) {
    for (PyObject each : namespace.invoke("values").asIterable()) {
      addFile(each);
      PyObject members =
          each instanceof PyType || each instanceof PyClass ? each.fastGetDict() : null;
      if (members != null) {
        for (PyObject member : members.invoke("values").asIterable()) {
          addFile(member);
        }
      }
    }
  }

  /**
   * Returns what {@code __file__} is to be of a module that is restored. In an archive that is the
   * class file, be it that Jython has compiled the source beside it, which hangs on the time zone.
   *
   * @param file as the module has it
   * @return the same of a module in a folder
   */
  public static String file(String file) {
    String path = CodeNamer.classFile(file);
    return path == null || new File(ClassFiles.absolute(file)).exists() ? file : path;
  }

  private void addFile(PyObject object) {
    if (object instanceof PyFunction function) {
      try {
        records.record(namer.name(function.__code__));
      } catch (UnnamedCodeException e) {
        // It is refused when it is described.
      }
    }
  }

  /**
   * Returns the records of the class files that have been entered.
   *
   * @return a new tuple, for the root {@link CodeRecordLayout#FILES}
   */
  public Value files() {
    return records.files();
  }
}
