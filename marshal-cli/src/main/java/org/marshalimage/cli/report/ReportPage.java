package org.marshalimage.cli.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.ShortRepr;

/**
 * A page that shows what an image holds, and what starts of programs touched and cost. It needs
 * nothing but itself, and a browser that holds to its policy runs no script in it but ours,
 * whatever the image's names say.
 */
public final class ReportPage {
  private static final String[] SCRIPTS = {
    "base.js", "treemap.js", "pages.js", "imports.js", "tables.js", "start.js"
  };

  private ReportPage() {}

  /**
   * Makes a page. Of the same input it is the same.
   *
   * @param image is read from one end to the other
   * @param name of the image, for people
   * @param start what is known of starts of programs
   * @return HTML in UTF-8
   * @throws IOException if the file of the image cannot be read
   * @throws org.marshalimage.format.CorruptImageException if an object breaks the format
   */
  public static byte[] of(MarshalImage image, String name, StartRecord start) throws IOException {
    String data = ReportData.of(image, name, start);
    String library = resource(resource("echarts.txt").strip());
    List<String> parts = new ArrayList<>();
    for (String script : SCRIPTS) {
      parts.add(resource(script));
    }
    String script = "\"use strict\";\n" + String.join("\n", parts);
    String style = resource("report.css");
    Map<String, Object> content = new HashMap<>();
    content.put("title", ShortRepr.printable(name));
    content.put("style", style);
    content.put("styleHash", hash(style));
    content.put("data", data);
    content.put("library", library);
    content.put("libraryHash", hash(library));
    content.put("script", script);
    content.put("scriptHash", hash(script));
    return Mustache.compiler()
        .compile(resource("report.html"))
        .execute(content)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a hash of a script or style as a policy has it (Content Security Policy, level 2). */
  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream content = ReportPage.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IOException("not on the class path: " + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
