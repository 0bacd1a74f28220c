package org.marshalimage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.stream.PycFile;

/** {@code EXPECTED.tsv} of a folder of damaged files: file, flaw, what the library says of it. */
final class Expected {
  private Expected() {}

  /** Returns what the library is to say, by the names of the files. */
  static Map<String, String> messages(String folder) throws IOException {
    Map<String, String> messages = new LinkedHashMap<>();
    for (String line : Files.readAllLines(list(folder))) {
      String[] columns = line.split("\t", -1);
      messages.put(columns[0], columns.length < 3 ? "nothing recorded" : columns[2]);
    }
    return messages;
  }

  /** Writes the list anew: flaws that it has stay, images are told by their names. */
  static void record(String folder) throws IOException {
    Map<String, String> flaws = new TreeMap<>();
    if (Files.exists(list(folder))) {
      for (String line : Files.readAllLines(list(folder))) {
        String[] columns = line.split("\t", -1);
        flaws.put(columns[0], columns[1]);
      }
    }
    for (Path image : TestData.files(folder, ".img")) {
      String name = image.getFileName().toString();
      String flaw = name.replaceFirst("^image-(?!id)", "").replaceFirst("\\.img$", "");
      flaws.putIfAbsent(name, flaw.replace('-', ' '));
    }
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, String> each : flaws.entrySet()) {
      Path file = TestData.path(folder + "/" + each.getKey());
      lines.append(each.getKey()).append('\t').append(each.getValue());
      lines.append('\t').append(said(file)).append('\n');
    }
    Files.write(list(folder), lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static Path list(String folder) {
    return TestData.path(folder + "/EXPECTED.tsv");
  }

  /** Returns what the library says of a damaged file: its error, or all findings of verify. */
  static String said(Path file) throws IOException {
    try {
      if (file.toString().endsWith(".pyc")) {
        PycFile.read(file);
        return "nothing";
      }
      MarshalImage.map(file).close();
    } catch (MarshalFormatException e) {
      return e.problem() + (e.offset() < 0 ? "" : " at 0x" + Long.toHexString(e.offset()));
    }
    StringBuilder said = new StringBuilder();
    for (Finding finding : MarshalImage.verify(file, 100).findings()) {
      said.append(said.length() == 0 ? "" : "; ").append(finding);
    }
    return said.toString();
  }
}
