package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TestData;
import org.marshalimage.format.bytecode.CodeFlag;
import org.marshalimage.format.model.FloatValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.writer.ImageWriter;
import org.marshalimage.writer.StartOrder;

/** What is a caller's error is called one, and says what was found and what to do. */
class CallersErrorsTest {
  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void writeImage() throws IOException {
    path = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.addModule("m", PycFile.read(TestData.path("pyc/3.13/closures.pyc")), false);
      writer.add("text", StrValue.of("a"));
      writer.add("values", SequenceValue.list(FloatValue.of(0.5), IntValue.of(1)));
      writer.write(path);
    }
  }

  private static MapOptions inPlace() {
    return MapOptions.builder().inPlace().build();
  }

  @Test
  void codeOfARootThatIsNoneIsRefusedByItsType() throws Exception {
    for (MapOptions options : List.of(MapOptions.defaults(), inPlace())) {
      try (MarshalImage image = MarshalImage.map(path, options)) {
        ImageModule root = image.module("text");
        assertThatThrownBy(root::code)
            .isInstanceOf(IllegalStateException.class)
            .isNotInstanceOf(MarshalFormatException.class)
            .hasMessage(
                "root is no code object, root() returns it: found=str, root=text, offset=0x"
                    + Long.toHexString(root.rootOffset())
                    + ", file="
                    + path);
        assertThat(root.root().toString()).isEqualTo("a");
      }
    }
  }

  @Test
  void optionsAreCheckedHoweverTheyAreMade() {
    assertThatThrownBy(
            () -> new MapOptions(false, null, false, false, 0, 1, false, null, false, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxObjects is below 1: found=0");
    assertThatThrownBy(
            () -> new MapOptions(false, null, false, false, 1, -1, false, null, false, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxDepth is negative: found=-1");
    assertThatThrownBy(
            () -> new MapOptions(false, null, false, true, 1, 1, false, null, false, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("linkAll without inPlace");
    assertThatThrownBy(
            () -> new MapOptions(false, null, false, false, 1, 1, false, null, true, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("resolveExternals without externals");
    assertThat(
            new MapOptions(
                false,
                null,
                false,
                false,
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                false,
                null,
                false,
                null))
        .isEqualTo(MapOptions.defaults());
  }

  @Test
  void whatNeedsAnImageInPlaceSaysWhatItIs() throws Exception {
    try (MarshalImage image = MarshalImage.map(path)) {
      CodeView code = image.module("m").code();
      Map<Runnable, String> uses =
          Map.of(
              image::address,
              "an address",
              code::address,
              "an address",
              () -> image.setCount(code, 1),
              "writing a count",
              image::linkAll,
              "linking",
              code::writableBytecode,
              "writable bytecode");
      uses.forEach(
          (use, what) ->
              assertThatThrownBy(use::run)
                  .isInstanceOf(UnsupportedOperationException.class)
                  .hasMessage(
                      what + " needs an image mapped in place, MapOptions.inPlace: " + path));
    }
  }

  @Test
  void pathOfAnotherFileSystemIsRefusedByName() throws Exception {
    Path archive = directory.resolve("a.zip");
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Path inside = zip.getPath("/x.img");
      Files.copy(path, inside);
      List<ThrowingUse> uses =
          List.of(
              () -> MarshalImage.map(inside),
              () -> MarshalImage.map(inside, MapOptions.builder().checksums(true).build()),
              () -> MarshalImage.map(inside, inPlace()),
              () -> MarshalImage.verify(inside, 1),
              () -> writer().write(inside),
              () -> writer().prelink(1L << 32, null).write(inside),
              () -> ImageWriter.prelink(path, inside, 1L << 32, null),
              () -> ImageWriter.prelink(inside, path, 1L << 32, null));
      for (ThrowingUse use : uses) {
        assertThatThrownBy(use::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "not on the default file system, images can only lie there: file="
                    + inside.toUri());
      }
    }
  }

  @Test
  void interruptedThreadMapsAndStaysInterrupted() throws Exception {
    List<MapOptions> ways =
        List.of(
            MapOptions.defaults(),
            MapOptions.builder().checksums(true).build(),
            inPlace(),
            MapOptions.builder().inPlace().linkAll().build());
    for (MapOptions options : ways) {
      Thread.currentThread().interrupt();
      try (MarshalImage image = MarshalImage.map(path, options)) {
        assertThat(image.module("m").code().name().toString()).isEqualTo("<module>");
        assertThat(Thread.interrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
    }
    Thread.currentThread().interrupt();
    try {
      assertThat(MarshalImage.verify(path, 1).isSound()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      Thread.currentThread().interrupt();
      MarshalImage.map(path).close();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatCode(() -> MarshalImage.map(path).close()).doesNotThrowAnyException();
    assertThat(Thread.interrupted()).isFalse();
  }

  private static ImageWriter writer() {
    return ImageWriter.create().add("x", IntValue.of(1));
  }

  @Test
  void interruptedWriterSaysSoAndLeavesNothing() throws Exception {
    Path target = directory.resolve("y.img");
    List<ThrowingUse> uses =
        List.of(
            () -> writer().write(target),
            () -> writer().prelink(1L << 32, null).write(target),
            () -> ImageWriter.prelink(path, target, 1L << 32, null));
    for (ThrowingUse use : uses) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(use::run)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("interrupted, nothing is written: file=" + target);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(directory).isDirectoryNotContaining(file -> !file.equals(path));
    }
  }

  private interface ThrowingUse {
    void run() throws Exception;
  }

  /** Returns something of each type that methods take. */
  private Object sample(Class<?> type, MarshalImage image) {
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == long.class) {
      return 8L;
    }
    List<Object> samples = new ArrayList<>();
    samples.add("m");
    samples.add(path);
    samples.add(ByteBuffer.allocate(0));
    samples.add(List.of(image));
    samples.add(new MarshalImage[] {image});
    samples.add(new Path[] {path});
    samples.add(image);
    samples.add(image.module("m").code());
    samples.add(image.module("m").code().names());
    samples.add(MapOptions.defaults());
    samples.add(TypeTable.standard());
    samples.add(CodeFlag.GENERATOR);
    samples.add((Function<Object, Object>) view -> view);
    samples.add((StartOrder) mapped -> new long[0]);
    samples.add(
        new TwoStepMaker<ImageObject, Object>() {
          @Override
          public Object allocate(ImageObject object) {
            return object;
          }

          @Override
          public void fill(Object allocated, ImageObject object) {}
        });
    samples.add(
        new ReadObserver() {
          @Override
          public void mapped(MarshalImage mapped) {}

          @Override
          public boolean read(long offset) {
            return true;
          }

          @Override
          public boolean root(String name, long nanos) {
            return true;
          }
        });
    samples.add(IntValue.of(1));
    try {
      samples.add(path.toUri().toURL());
      samples.add(PycFile.read(TestData.path("pyc/3.13/closures.pyc")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return samples.stream()
        .filter(type::isInstance)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample of " + type));
  }

  /** Returns the public classes of both packages, by the files that they were compiled to. */
  private static List<Class<?>> publicClasses() throws Exception {
    List<Class<?>> found = new ArrayList<>();
    addPublicClasses("marshal-core", "org.marshalimage.", found);
    addPublicClasses("marshal-writer", "org.marshalimage.writer.", found);
    return found;
  }

  private static void addPublicClasses(String module, String prefix, List<Class<?>> found)
      throws Exception {
    Path classes =
        TestData.root().resolve(module).resolve("target/classes").resolve(prefix.replace('.', '/'));
    for (File file : classes.toFile().listFiles()) {
      String name = file.getName();
      if (name.endsWith(".class") && !name.equals("package-info.class")) {
        Class<?> type = Class.forName(prefix + name.substring(0, name.length() - 6));
        if (Modifier.isPublic(type.getModifiers())) {
          found.add(type);
        }
      }
    }
  }

  @Test
  void nullIsRefusedWithAMessage() throws Exception {
    List<String> faults = new ArrayList<>();
    int calls = 0;
    try (MarshalImage image = MarshalImage.map(path, inPlace());
        ImageWriter writer = ImageWriter.create()) {
      ListView values = (ListView) image.root("values");
      CodeView code = image.module("m").code();
      List<Object> receivers =
          List.of(
              image,
              writer,
              image.module("m"),
              image.cursor(),
              code,
              code.names(),
              code.name(),
              code.code(),
              values,
              values.get(0),
              values.get(1),
              Attachments.ofObjects(image, view -> view),
              Interner.create(view -> view),
              ImagePath.of(image),
              ImagePath.of(image).strings(view -> view),
              TypeTable.standard(),
              TypeTable.builder(),
              MapOptions.builder());
      for (Class<?> type : publicClasses()) {
        for (Method method : type.getDeclaredMethods()) {
          boolean isStatic = Modifier.isStatic(method.getModifiers());
          Object receiver = receivers.stream().filter(type::isInstance).findFirst().orElse(null);
          if (!Modifier.isPublic(method.getModifiers())
              || method.isSynthetic()
              || method.getName().equals("equals")
              || receiver == null && !isStatic) {
            continue;
          }
          Class<?>[] types = method.getParameterTypes();
          for (int i = 0; i < types.length; i++) {
            if (types[i].isPrimitive() || isNullable(method, i)) {
              continue;
            }
            Object[] arguments = new Object[types.length];
            for (int k = 0; k < types.length; k++) {
              arguments[k] = k == i ? null : sample(types[k], image);
            }
            calls++;
            String call = type.getSimpleName() + "." + method.getName() + ", argument " + i;
            try {
              method.invoke(receiver, arguments);
              faults.add(call + ": accepted");
            } catch (InvocationTargetException e) {
              Throwable cause = e.getCause();
              boolean isGood =
                  cause instanceof NullPointerException
                      || cause instanceof IllegalArgumentException;
              if (!isGood || cause.getMessage() == null) {
                faults.add(call + ": " + cause);
              }
            }
          }
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(calls).isGreaterThan(25);
  }

  private static boolean isNullable(Method method, int parameter) {
    return method.getAnnotatedParameterTypes()[parameter].isAnnotationPresent(
        org.jspecify.annotations.Nullable.class);
  }
}
