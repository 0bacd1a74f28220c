package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.writer.ImageWriter;

/**
 * help/refused.md quotes what the library says, and all that is brought about here. Numbers may be
 * others: those of a page are of some image.
 */
@EnabledOnOs(OS.LINUX)
class RefusedPageTest {
  private static final Pattern QUOTED = Pattern.compile("(?ms)^```text\n(.*?)^```$");

  @TempDir Path directory;
  private final List<String> said = new ArrayList<>();
  private Path image;

  private interface Use {
    void run() throws Exception;
  }

  @BeforeEach
  void writeImage() throws Exception {
    image = directory.resolve("app.img");
    RecordType cell = new RecordType("demo.cell", 1, 1, 0, false);
    try (ImageWriter writer = ImageWriter.create()) {
      for (String name : List.of("closures", "ints")) {
        writer.addModule(name, PycFile.read(TestData.path("pyc/3.13/" + name + ".pyc")), false);
      }
      writer.add("cell", RecordValue.of(cell, StrValue.of("text in it")));
      writer.add("outside", ExternalValue.of("sys.stdout"));
      writer.add("pair", SequenceValue.tuple(IntValue.of(1), IntValue.of(2)));
      writer.write(image);
    }
  }

  /** Keeps what is said when something is used, without the numbers and this test's folder. */
  private void refused(Use use) {
    Throwable failure = catchThrowable(use::run);
    assertThat(failure).isNotNull();
    said.add(shape(failure.getMessage().replace(directory + "/", "")));
  }

  private static String shape(String message) {
    return message
        .replaceAll("jar:file:[/a-z]*?app.jar", "jar:file:app.jar")
        .replaceAll("0x[0-9a-f]+", "0xN")
        .replaceAll("\\d+(?:\\.\\d+)*", "N")
        .replaceAll("owner \\S+,", "owner USER,")
        .replaceAll(" and \\S+, folder", " and USER, folder");
  }

  private void refusedFile(String corrupt) {
    refused(
        () -> {
          Path file = directory.resolve("corrupt/app.img");
          Files.createDirectories(file.getParent());
          Files.write(file, Files.readAllBytes(TestData.path("corrupt/" + corrupt)));
          try {
            MarshalImage.map(file).close();
          } catch (RuntimeException e) {
            throw new RuntimeException(e.getMessage().replace("corrupt/", ""));
          }
        });
  }

  private MarshalImage changed(MapOptions options, Consumer<ByteBuffer> edit) throws IOException {
    byte[] bytes = Files.readAllBytes(image);
    edit.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    Files.delete(image);
    Files.write(image, bytes);
    return MarshalImage.map(image, options);
  }

  private static int offset(MarshalImage image, String root) {
    return (int) image.root(root).offset();
  }

  private void files() throws IOException {
    refused(() -> MarshalImage.map(directory.resolve("gone.img")));
    refused(() -> MarshalImage.map(Files.createDirectories(directory.resolve("folder"))));
    refusedFile("image-empty.img");
    refusedFile("image-cut-in-header.img");
    refusedFile("image-text.img");
    refusedFile("image-cut-in-objects.img");
    refusedFile("image-cut-in-section-table.img");
    refusedFile("image-format-version-2.img");
    refusedFile("image-big-endian.img");
    refusedFile("image-pointer-width-2.img");
    refusedFile("image-header-checksum-off.img");
    Path large = directory.resolve("large.img");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(1L << 31);
    }
    refused(() -> MarshalImage.map(large));
  }

  private void damage() throws Exception {
    byte[] sound = Files.readAllBytes(image);
    int pair;
    int code;
    try (MarshalImage mapped = MarshalImage.map(image)) {
      pair = offset(mapped, "pair");
      code = offset(mapped, "ints");
      refused(
          () -> {
            throw Failures.unreadable(mapped.bytes(), new InternalError());
          });
    }
    refused(
        () ->
            changed(
                    MapOptions.builder().checksums(true).build(),
                    bytes -> bytes.put(code + ObjectLayout.HEAD_SIZE, (byte) 0x55))
                .module("ints")
                .code());
    Files.write(image, sound);
    refused(
        () ->
            ((TupleView)
                    changed(
                            MapOptions.defaults(),
                            bytes -> bytes.putInt(pair + ObjectLayout.SLOTS_OFFSET, 1))
                        .root("pair"))
                .get(0));
    Files.write(image, sound);
    refused(
        () ->
            changed(
                    MapOptions.defaults(),
                    bytes -> bytes.putLong(pair + ObjectLayout.TYPE_OFFSET, 0x7e))
                .root("pair"));
    Files.write(image, sound);
    short newer = (short) (PythonVersion.newest().magicNumber() + 50);
    refused(
        () ->
            changed(
                    MapOptions.defaults(),
                    bytes -> bytes.putShort(code + CodeLayout.MAGIC_OFFSET, newer))
                .module("ints")
                .code()
                .lines());
    Files.write(image, sound);
    byte[] pyc = Files.readAllBytes(TestData.path("pyc/3.15/ints.pyc"));
    pyc[0] = (byte) newer;
    pyc[1] = (byte) (newer >> Byte.SIZE);
    refused(() -> PycFile.parse(pyc, "app.pyc"));
  }

  private void uses() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(image)) {
      refused(() -> mapped.module("int"));
      refused(() -> mapped.module("pair").code());
      refused(() -> mapped.root("pair").typeHandle());
      refused(() -> mapped.root("pair").address());
      refused(() -> ((ExternalView) mapped.root("outside")).resolve());
    }
    MarshalImage closed = MarshalImage.map(image);
    closed.close();
    refused(() -> closed.module("ints"));
    TypeTable few = TypeTable.builder().bind(TypeCode.INT, 0x1000).build();
    refused(() -> MarshalImage.map(image, MapOptions.builder().types(few).build()));
    refused(
        () ->
            MarshalImage.map(
                image,
                MapOptions.builder().externals(name -> null).resolveExternals(true).build()));
    try (MarshalImage mapped =
        MarshalImage.map(image, MapOptions.builder().maxObjects(1).build())) {
      refused(() -> mapped.root("pair").toValue());
    }
    refused(
        () -> {
          throw Failures.cannotUnmap(image);
        });
  }

  private void resources() throws Exception {
    byte[] bytes = Files.readAllBytes(image);
    Path jar = directory.resolve("app.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("app.img"));
      zip.write(bytes, 0, bytes.length - 8);
    }
    URL resource = new URL("jar:" + jar.toUri() + "!/app.img");
    refused(() -> MarshalImage.mapResource(resource, directory.resolve("cache")));
    Path open = Files.createDirectories(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused(() -> MarshalImage.mapResource(resource, open));
    refused(() -> MarshalImage.mapResource(resource, open.resolve("cache")));
  }

  @Test
  void everyMessageOfThePageIsOneOfTheLibrary() throws Exception {
    files();
    damage();
    uses();
    resources();
    List<String> quoted = new ArrayList<>();
    Matcher block = QUOTED.matcher(Files.readString(TestData.root().resolve("help/refused.md")));
    while (block.find()) {
      block.group(1).lines().map(RefusedPageTest::shape).forEach(quoted::add);
    }
    assertThat(quoted).containsExactlyInAnyOrderElementsOf(said);
  }
}
