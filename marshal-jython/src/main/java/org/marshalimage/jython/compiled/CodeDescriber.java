package org.marshalimage.jython.compiled;

import org.marshalimage.snapshot.Description;
import org.python.core.PyCode;

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
}
