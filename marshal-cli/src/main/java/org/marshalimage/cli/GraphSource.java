package org.marshalimage.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.Value;

/** What {@code dump} and {@code digest} share. */
final class GraphSource {
  private GraphSource() {}

  /** Writes a graph as canonical JSON; says which one if it has none. */
  static String json(Value root, String name) {
    try {
      return CanonicalJson.write(root);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage() + ": " + name);
    }
  }

  /** Returns a line of {@code digest}. */
  static String digestLine(Value root, String name) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha256.digest(json(root, name).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash) + "  " + name;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
