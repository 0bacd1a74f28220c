package org.marshalimage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.testkit.LinkMode;
import org.marshalimage.testkit.Touch;

/**
 * A program that reads an image by several threads while its file changes. It is a process of its
 * own, since that may end it.
 */
final class ChangingFile {
  private static final int POINTS = Integer.getInteger("marshalimage.points", 50);
  private static final long MILLIS = 4;

  /** What the file suffers. */
  enum Change {
    CUT,
    REPLACE,
    DELETE,
    OVERWRITE
  }

  private interface Work {
    void run() throws IOException;
  }

  private static final Map<String, AtomicLong> OUTCOMES = new TreeMap<>();
  private static final String[] KINDS = {"touch", "views", "cursor", "arrays", "verify", "main"};
  private static final String[] RESULTS = {
    "read", "CorruptImageException", "InternalError", "UNEXPECTED"
  };
  private static volatile boolean stop;
  private static volatile Throwable unexpected;

  private final Path file;
  private final byte[] sound;
  private final List<BytesView> arrays = new ArrayList<>();
  private MarshalImage image;

  private ChangingFile(Path file, byte[] sound) {
    this.file = file;
    this.sound = sound;
  }

  /**
   * Runs.
   *
   * @param args image, folder to work in, mode, change
   * @throws Exception if the test is broken
   */
  public static void main(String[] args) throws Exception {
    for (String kind : KINDS) {
      for (String result : RESULTS) {
        OUTCOMES.put(kind + ' ' + result, new AtomicLong());
      }
    }
    LinkMode mode = LinkMode.valueOf(args[2]);
    Path prepared = Path.of(args[1]).resolve("prepared.img");
    mode.prepare(Path.of(args[0]), prepared, 0);
    byte[] sound = Files.readAllBytes(prepared);
    // What an error that comes late may hit must be loaded by now.
    warmUp(prepared, mode);
    for (int point = 0; point < POINTS; point++) {
      Path file = Path.of(args[1]).resolve("x" + point + ".img");
      Files.write(file, sound);
      new ChangingFile(file, sound).run(mode, Change.valueOf(args[3]), point);
    }
    StringBuilder line = new StringBuilder(args[2] + ' ' + args[3] + ':');
    OUTCOMES.forEach(
        (key, count) -> {
          if (count.get() > 0) {
            line.append(' ').append(key).append('=').append(count).append(',');
          }
        });
    System.out.println(line);
    if (unexpected != null) {
      unexpected.printStackTrace(System.out);
      System.exit(3);
    }
  }

  private static void warmUp(Path file, LinkMode mode) throws IOException {
    try (MarshalImage image = mode.map(file)) {
      Touch.all(image);
      Walks.cursor(image, image.modules().get(0).rootOffset());
      Walks.views(image.modules().get(0).root(), Object::toString);
      MarshalImage.verify(file, 5);
    }
    Path damaged = file.resolveSibling("damaged.img");
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 5000; i < bytes.length; i += 50) {
      bytes[i] ^= 1;
    }
    Files.write(damaged, bytes);
    try (MarshalImage image = mode.map(damaged)) {
      Touch.all(image);
    } catch (CorruptImageException e) {
      System.out.println("refused as it should be");
    }
    MarshalImage.verify(damaged, 5);
    note("touch", new InternalError("a fault in unsafe memory access"));
    OUTCOMES.get("touch InternalError").set(0);
  }

  private void run(LinkMode mode, Change change, int point) throws Exception {
    stop = false;
    image = mode.map(file);
    for (ImageModule module : image.modules()) {
      Walks.views(
          module.root(),
          object -> {
            if (object instanceof BytesView bytes) {
              arrays.add(bytes);
            }
          });
    }
    List<Thread> threads = new ArrayList<>();
    threads.add(start("touch", () -> Touch.all(image)));
    threads.add(start("views", this::views));
    threads.add(start("cursor", this::cursor));
    threads.add(start("arrays", this::arrays));
    threads.add(start("verify", () -> MarshalImage.verify(file, 5)));
    Thread.sleep(MILLIS);
    long length = (long) sound.length * point / POINTS;
    change(change, length);
    if (change == Change.CUT) {
      checkArrays(length);
    }
    Thread.sleep(MILLIS);
    stop = true;
    for (Thread thread : threads) {
      thread.join();
    }
    attempt("main", () -> image.close());
    Files.deleteIfExists(file);
  }

  private void change(Change change, long length) throws IOException {
    switch (change) {
      case CUT:
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
          open.setLength(length);
        }
        break;
      case REPLACE:
        Path other = file.resolveSibling("other.img");
        Files.write(other, new byte[100]);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        break;
      case DELETE:
        Files.delete(file);
        break;
      default:
        byte[] noise = new byte[sound.length - (int) length];
        new Random(length).nextBytes(noise);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(noise), length);
        }
        break;
    }
  }

  private Thread start(String kind, Work work) {
    Thread thread =
        new Thread(
            () -> {
              while (!stop) {
                attempt(kind, work);
              }
            });
    // On JDK 17 an error that comes late may hit the loop, and end it.
    thread.setUncaughtExceptionHandler((ended, e) -> note(kind, e));
    thread.start();
    return thread;
  }

  private static void attempt(String kind, Work work) {
    try {
      work.run();
      OUTCOMES.get(kind + " read").incrementAndGet();
    } catch (Throwable e) {
      note(kind, e);
    }
  }

  private static void note(String kind, Throwable e) {
    String result = "UNEXPECTED";
    if (e instanceof MarshalFormatException) {
      result = "CorruptImageException";
    } else if (e instanceof InternalError && e.getMessage().contains("unsafe memory access")) {
      result = "InternalError";
    } else if (e instanceof IOException && kind.equals("verify")) {
      result = "read"; // The file that was deleted.
    } else {
      e.printStackTrace(System.out);
      unexpected = e;
    }
    OUTCOMES.get(kind + ' ' + result).incrementAndGet();
  }

  private void views() {
    for (ImageModule module : image.modules()) {
      Walks.views(module.root(), Object::toString);
      ByteBuffer bytecode = ((CodeView) module.root()).bytecode();
      while (bytecode.hasRemaining()) {
        bytecode.get();
      }
    }
  }

  private void cursor() {
    for (ImageModule module : image.modules()) {
      Walks.cursor(image, module.rootOffset());
    }
  }

  private void arrays() {
    for (BytesView bytes : arrays) {
      bytes.toByteArray();
    }
  }

  /** What lies behind the page that the file ends in now cannot be read, and says so. */
  private void checkArrays(long length) {
    long end = (length + HeaderLayout.PAGE_SIZE - 1) / HeaderLayout.PAGE_SIZE;
    for (BytesView bytes : arrays) {
      if (bytes.length() > 0 && bytes.offset() > end * HeaderLayout.PAGE_SIZE) {
        try {
          bytes.toByteArray();
          unexpected = new AssertionError("read behind the end: " + bytes.offset());
        } catch (CorruptImageException e) {
          if (!e.getMessage().contains("file was cut while it was mapped")) {
            unexpected = e;
          }
          OUTCOMES.get("main CorruptImageException").incrementAndGet();
        } catch (InternalError e) {
          unexpected = e;
        }
      }
    }
  }
}
