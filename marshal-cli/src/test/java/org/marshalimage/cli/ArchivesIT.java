package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Archives as tools make them: under any name, behind a script, with names of another age. */
class ArchivesIT extends PackagedCommand {
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final byte[] SCRIPT =
      "#!/bin/sh\nexec python3 \"$0\" \"$@\"\n".getBytes(StandardCharsets.US_ASCII);

  private Path write(String name, byte[]... parts) throws IOException {
    Path path = directory.resolve(name);
    Files.write(path, new byte[0]);
    for (byte[] part : parts) {
      Files.write(path, part, StandardOpenOption.APPEND);
    }
    return path;
  }

  /** Adds a number to the offsets of an archive, as a tool does that knows of the script. */
  private static byte[] moved(byte[] zip, int by) {
    ByteBuffer bytes = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int end = zip.length - 22;
    assertThat(bytes.getInt(end)).isEqualTo(END);
    int at = bytes.getInt(end + 16);
    bytes.putInt(end + 16, at + by);
    while (bytes.getInt(at) == CENTRAL_HEADER) {
      bytes.putInt(at + 42, bytes.getInt(at + 42) + by);
      at += 46 + bytes.getShort(at + 28) + bytes.getShort(at + 30) + bytes.getShort(at + 32);
    }
    return bytes.array();
  }

  @Test
  void archivesAreKnownByTheirContentWhateverTheyAreCalled() throws Exception {
    byte[] zip = zip(new TreeMap<>(Map.of("a.pyc", PYC_311, "p/__init__.pyc", PYC_313)));
    List<Path> archives =
        List.of(
            write("app.pyz", zip),
            write("app.pex", SCRIPT, zip),
            write("app.PYZW", SCRIPT, moved(zip, SCRIPT.length)),
            write("app", SCRIPT, zip),
            write("app.data", zip));
    for (Path archive : archives) {
      ok(marshal("build", "-o", image(), archive));
      assertThat(names()).containsExactly("a", "p");
    }
    for (String name : List.of("x.pyz", "x.pex", "x.pyzw")) {
      assertThat(fault(marshal("build", "-o", image(), write(name, SCRIPT))))
          .contains("not a zip archive: ", name);
    }
    assertThat(fault(marshal("build", "-o", image(), write("x.txt", SCRIPT))))
        .contains("not a directory, .pyc file or archive (zip, jar, whl, egg, pyz, pex): ");
    // A file that holds the mark of an archive's end is none for that.
    assertThat(
            fault(
                marshal(
                    "build",
                    "-o",
                    image(),
                    write("y.txt", SCRIPT, new byte[] {80, 75, 5, 6}, SCRIPT))))
        .contains("not a directory");
  }

  @Test
  void applicationsOfZipappAreRead() throws Exception {
    List<Path> pythons = CPythons.interpreters();
    assumeTrue(!pythons.isEmpty(), "no CPython found");
    Path python = pythons.get(pythons.size() - 1);
    Path app = directory.resolve("app");
    Files.createDirectories(app);
    Files.writeString(app.resolve("__main__.py"), "import m\n");
    Files.writeString(app.resolve("m.py"), "x = 1\n");
    Path archive = directory.resolve("made.pyz");
    for (List<String> arguments :
        List.of(
            List.of("-m", "compileall", "-q", "-b", app.toString()),
            List.of("-m", "zipapp", "-p", "/usr/bin/env python3", "-o", "" + archive, "" + app))) {
      List<String> command = new ArrayList<>(List.of(python.toString()));
      command.addAll(arguments);
      assertThat(Processes.run(directory, command).code()).isZero();
    }
    assertThat(Files.readString(archive, StandardCharsets.ISO_8859_1)).startsWith("#!");
    ok(marshal("build", "-o", image(), archive));
    assertThat(names()).containsExactly("__main__", "m");
  }

  @Test
  void namesThatAreNotMarkedAsUtf8AreOfCodePage437() throws Exception {
    byte[] zip = zip(new TreeMap<>(Map.of("XYZ.pyc", PYC_311, "straße.pyc", PYC_311)));
    String bytes =
        new String(zip, StandardCharsets.ISO_8859_1).replace("XYZ.pyc", "\u0084\u00e1\u00ff.pyc");
    // The JDK marks every name as UTF-8, also those of ASCII.
    Path archive = write("x.zip", unmark(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    ok(marshal("build", "-o", image(), archive));
    assertThat(names()).containsExactlyInAnyOrder("straße", "äß\u00a0");
    Path out = directory.resolve("out");
    assertThat(marshal("extract", image(), "-d", out, "--pycache").err()).isEmpty();
  }

  /** Takes the mark from the entries whose names are no UTF-8. */
  private static byte[] unmark(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.getInt(zip.length - 22 + 16);
    while (bytes.getInt(at) == CENTRAL_HEADER) {
      int local = bytes.getInt(at + 42);
      if ((bytes.get(at + 46) & 0xff) == 0x84) {
        bytes.putShort(at + 8, (short) (bytes.getShort(at + 8) & ~0x800));
        bytes.putShort(local + 6, (short) (bytes.getShort(local + 6) & ~0x800));
      }
      at += 46 + bytes.getShort(at + 28) + bytes.getShort(at + 30) + bytes.getShort(at + 32);
    }
    return zip;
  }

  @Test
  void backslashesAreRefusedForWhatTheyAre() throws Exception {
    Path archive = write("x.zip", zip(Map.of("pkg\\x.pyc", PYC_311)));
    String fault = fault(marshal("build", "-o", image(), archive));
    assertThat(fault).contains("entry has a backslash in its name", "x.zip!/pkg\\x.pyc");
    assertThat(fault).doesNotContain("leaves");
    assertThat(image()).doesNotExist();
  }

  @Test
  void entriesAreNamedByTheRulesOfFolders() throws Exception {
    Map<String, Path> entries = new TreeMap<>();
    entries.put("lib/python3.11/site-packages/pip/__init__.pyc", PYC_311);
    entries.put("lib/python3.11/os.pyc", PYC_311);
    entries.put("a.b.pyc", PYC_311);
    entries.put("__pycache__/t.cpython-311-pytest-7.2.1.pyc", PYC_311);
    entries.put("__pycache__/q.cpython-311.pyc", PYC_311);
    entries.put("__pycache__/q.cpython-38.pyc", PYC_38);
    Path archive = write("x.zip", zip(entries));
    assertThat(fault(marshal("build", "-o", image(), archive)))
        .contains("files of several Pythons for module q: " + archive + "!/__pycache__/q.");
    Processes.Result built = marshal("build", "-o", image(), "--python", "3.8", archive);
    assertThat(built.code()).isEqualTo(0);
    assertThat(modules()).containsExactly("q 3.8");
    built = marshal("build", "-o", image(), "--python", "3.11", archive);
    assertThat(modules()).containsExactly("pip 3.11", "q 3.11");
    assertThat(built.err().lines())
        .containsExactly(
            "marshal: passed over 1 file in __pycache__, whose names no interpreter looks for; the"
                + " first is "
                + archive
                + "!/__pycache__/t.cpython-311-pytest-7.2.1.pyc",
            "marshal: passed over 1 file whose names no import can spell; the first is "
                + archive
                + "!/a.b.pyc",
            "marshal: passed over 1 file below folders with a dot in their names, where no import"
                + " finds them; give the folder itself: "
                + archive
                + "!/lib/python3.11");
  }
}
