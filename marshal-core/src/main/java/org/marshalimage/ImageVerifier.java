package org.marshalimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Findings;
import org.marshalimage.internal.verify.Verifier;

/** Verifies an image and says where in its graphs the findings are. */
final class ImageVerifier {
  private ImageVerifier() {}

  static VerifyReport verify(Path path, int limit) throws IOException {
    Findings findings = new Findings(limit);
    long length;
    long objects;
    try (ImageBytes bytes = ImageBytes.map(path)) {
      length = bytes.length();
      objects = verify(bytes, findings);
    }
    return new VerifyReport(path, length, objects, describe(path, findings), findings.total());
  }

  private static long verify(ImageBytes bytes, Findings findings) {
    try {
      long objects = Verifier.verify(bytes, findings);
      bytes.raisePendingFault();
      return objects;
    } catch (InternalError e) {
      findings.add((MarshalFormatException) Failures.unreadable(bytes, e), "file");
      return 0;
    } catch (IndexOutOfBoundsException e) {
      // What was proven before is no longer so.
      findings.add((MarshalFormatException) Failures.changed(bytes), "file");
      return 0;
    }
  }

  private static List<Finding> describe(Path path, Findings findings) throws IOException {
    Set<Long> objects = new HashSet<>();
    for (Findings.Item item : findings.items()) {
      if (item.object() != 0) {
        objects.add(item.object());
      }
    }
    Map<Long, String> paths = objects.isEmpty() ? new HashMap<>() : paths(path, objects);
    List<Finding> described = new ArrayList<>();
    for (Findings.Item item : findings.items()) {
      String part = item.part();
      String where =
          part != null ? part : paths.getOrDefault(item.object(), "object that no root leads to");
      described.add(
          new Finding(item.offset(), where, item.problem(), item.expected(), item.found()));
    }
    return List.copyOf(described);
  }

  private static Map<Long, String> paths(Path path, Set<Long> objects) throws IOException {
    try (MarshalImage image = MarshalImage.map(path)) {
      return ObjectPaths.find(image, objects);
    } catch (MarshalFormatException | InternalError e) {
      return new HashMap<>();
    }
  }
}
