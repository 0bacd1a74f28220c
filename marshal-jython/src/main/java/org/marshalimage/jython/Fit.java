package org.marshalimage.jython;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.python.core.Options;
import org.python.core.PySystemState;

/** What a snapshot was made for, as properties of its image; all of it has to be as it was. */
final class Fit {
  private static final String VERSION = "jython.version";
  private static final String FORMAT = "jython.state";

  /** Of the records. */
  private static final String FORMAT_VERSION = "2";

  private Fit() {}

  /** Tells whether an image has a program's state. */
  static boolean isSnapshot(MarshalImage image) {
    return image.properties().containsKey(FORMAT);
  }

  /** Returns why this version does not read an image's state; null if it does. */
  static @Nullable String formatMisfit(MarshalImage image) {
    return differs(image, FORMAT, FORMAT_VERSION);
  }

  /** Returns what an image that is made now is for. */
  static Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put(FORMAT, FORMAT_VERSION);
    // The second line is the JVM's.
    properties.put(VERSION, firstLine(PySystemState.version.toString()));
    properties.put("jython.optimize", Integer.toString(Options.optimize));
    properties.put("jython.division", Options.division_warning + (Options.Qnew ? " new" : ""));
    properties.put("jython.py3k", Boolean.toString(Options.py3k_warning));
    properties.put("jython.bytes", Integer.toString(Options.bytes_warning));
    properties.put("jython.encoding", System.getProperty("sun.jnu.encoding", ""));
    // Programs work things out from sys.platform, which is the JVM's version.
    properties.put("jython.java", System.getProperty("java.version", ""));
    properties.put("jython.os", java.io.File.separator);
    return properties;
  }

  /** Returns why an image's state cannot be used; null if it can. */
  static @Nullable String misfit(MarshalImage image) {
    for (Map.Entry<String, String> each : properties().entrySet()) {
      String misfit = differs(image, each.getKey(), each.getValue());
      if (misfit != null) {
        return misfit;
      }
    }
    return null;
  }

  private static @Nullable String differs(MarshalImage image, String property, String expected) {
    String found = image.properties().get(property);
    if (expected.equals(found)) {
      return null;
    }
    return property
        + " differs: expected="
        + expected.replace('\n', ' ')
        + ", found="
        + (found == null ? "none" : found.replace('\n', ' '))
        + ", image="
        + image.path();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
