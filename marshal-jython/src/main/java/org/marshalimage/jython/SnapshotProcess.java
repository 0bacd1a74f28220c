package org.marshalimage.jython;

import java.io.IOException;
import org.marshalimage.format.MarshalFormatException;
import org.python.core.Py;
import org.python.core.PyException;

/** Makes a snapshot once, in a process of its own, and prints the report. */
final class SnapshotProcess {
  private SnapshotProcess() {}

  /**
   * Makes it.
   *
   * @param args the options of {@code marshal-jython --snapshot}
   */
  public static void main(String[] args) {
    try {
      SnapshotOptions options = SnapshotOptions.parse(args);
      System.out.print(new SnapshotMaking(options).make().toText());
      System.out.flush();
      // Threads that the program has started do not keep the process.
      System.exit(0);
    } catch (PyException e) {
      Py.printException(e);
    } catch (IOException | MarshalFormatException | IllegalStateException e) {
      System.err.println("marshal-jython: " + e.getMessage());
      if (Boolean.getBoolean("marshalimage.debug")) {
        e.printStackTrace();
      }
    }
    System.exit(1);
  }
}
