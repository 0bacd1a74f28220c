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
import org.marshalimage.internal.link.JfrEvents;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.verify.Findings;
import org.marshalimage.internal.verify.Verifier;

/** Verifies an image and says where in its graphs the findings are. */
final class ImageVerifier {
  private ImageVerifier() {}

  static VerifyReport verify(Path path, int limit) throws IOException {
    try (ImageBytes bytes = ImageBytes.map(path)) {
      return verify(bytes, path, () -> MarshalImage.map(path), limit);
    }
  }

  /** Verifies an image that is not that of a file. */
  static VerifyReport verify(ImageBytes image, int limit) throws IOException {
    try (ImageBytes bytes = image.again()) {
      return verify(bytes, Path.of(""), () -> MarshalImage.map(image.buffer().duplicate()), limit);
    }
  }

  private static VerifyReport verify(
      ImageBytes bytes, Path path, JfrEvents.Mapping<MarshalImage> mapping, int limit)
      throws IOException {
    Findings findings = new Findings(limit);
    long objects = verify(bytes, findings);
    return new VerifyReport(
        path, bytes.length(), objects, describe(mapping, findings), findings.total());
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

  private static List<Finding> describe(JfrEvents.Mapping<MarshalImage> mapping, Findings findings)
      throws IOException {
    Set<Long> objects = new HashSet<>();
    for (Findings.Item item : findings.items()) {
      if (item.object() != 0) {
        objects.add(item.object());
      }
    }
    Map<Long, String> paths = objects.isEmpty() ? new HashMap<>() : paths(mapping, objects);
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

  private static Map<Long, String> paths(JfrEvents.Mapping<MarshalImage> mapping, Set<Long> objects)
      throws IOException {
    try (MarshalImage image = mapping.map()) {
      return ObjectPaths.find(image, objects);
    } catch (MarshalFormatException | InternalError e) {
      return new HashMap<>();
    }
  }
}
