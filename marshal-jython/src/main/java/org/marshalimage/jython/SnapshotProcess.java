package org.marshalimage.jython;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.snapshot.SnapshotReport;
import org.python.core.Py;
import org.python.core.PyException;

/** Makes a snapshot once, in a process of its own, and prints the report. */
final class SnapshotProcess {
  /** The setting that names the file for the report; else it is printed. */
  static final String REPORT = "marshalimage.report";

  /**
   * The setting that names the folder that a program finds its modules in, if nothing else says.
   */
  static final String FOLDER = "marshalimage.folder";

  /** After the name of the file for the report: the names of the roots that were not kept. */
  static final String FALLEN = ".fallen";

  private SnapshotProcess() {}

  /**
   * Makes it.
   *
   * @param args the options of {@code marshal-jython --snapshot}
   */
  public static void main(String[] args) {
    try {
      SnapshotOptions options = SnapshotOptions.parse(args);
      SnapshotMaking making = new SnapshotMaking(options);
      SnapshotReport made = making.make();
      String report = made.toText() + making.remarks();
      String file = System.getProperty(REPORT);
      if (file == null) {
        System.out.print(report);
        System.out.flush();
      } else {
        Files.writeString(Path.of(file), report);
        Files.write(Path.of(file + FALLEN), made.fallen());
      }
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
