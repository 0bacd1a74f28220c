package org.marshalimage.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.marshalimage.BytesView;
import org.marshalimage.CodeView;
import org.marshalimage.DictView;
import org.marshalimage.ExternalView;
import org.marshalimage.ImageCursor;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.ListView;
import org.marshalimage.MarshalImage;
import org.marshalimage.RecordView;
import org.marshalimage.SetView;
import org.marshalimage.SliceView;
import org.marshalimage.StrView;
import org.marshalimage.TupleView;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.TypeCode;

/**
 * Touches all of an image that may be damaged, in every way that the API has. What is refused is
 * counted; what must not be thrown is thrown on.
 */
public final class Touch {
  private static final int SOME = 64;

  private final MarshalImage image;

  /** What may still be looked at; more is only found where objects overlap. */
  private long budget;

  private long refused;
  private RuntimeException firstRefusal;
  private long objects;

  private Touch(MarshalImage image) {
    this.image = image;
  }

  /**
   * What came of it.
   *
   * @param objects that were read, once for each way
   * @param refused how often something was refused
   * @param first why; null if nothing was
   */
  public record Result(long objects, long refused, RuntimeException first) {}

  /**
   * Touches all.
   *
   * @param image damaged or not
   * @return what came of it
   */
  public static Result all(MarshalImage image) {
    Touch touch = new Touch(image);
    touch.run();
    return new Result(touch.objects, touch.refused, touch.firstRefusal);
  }

  /**
   * Touches all by several threads at once.
   *
   * @param image damaged or not
   * @param threads number of threads
   * @return what came of it, for each thread
   * @throws InterruptedException if it is interrupted
   */
  public static List<Result> concurrently(MarshalImage image, int threads)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Callable<Result> touch = () -> all(image);
      List<Callable<Result>> touches = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        touches.add(touch);
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> each : pool.invokeAll(touches)) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("touching ended with " + e.getCause(), e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private void run() {
    attempt(() -> image.info());
    attempt(() -> image.findModule("closures"));
    attempt(this::missing);
    for (int i = 0; i < Math.min(image.moduleCount(), 10 * SOME); i++) {
      int index = i;
      attempt(() -> module(image.modules().get(index)));
    }
    attempt(() -> image.modules("s").forEach(module -> module.name().length()));
    attempt(() -> image.submodules("").forEach(module -> module.isPackage()));
    attempt(() -> image.submodules("shop").forEach(module -> module.isCode()));
    attempt(() -> image.roots().forEach(module -> module.rootKind()));
    int step = Math.max(1, image.internedCount() / SOME);
    for (int number = 0; number < image.internedCount(); number += step) {
      int at = number;
      attempt(
          () -> {
            String text = image.intern(at).toString();
            image.internNumber(text);
            image.internNumber(text + "?");
          });
    }
    attempt(() -> image.linkReport());
    attempt(() -> image.recordTypes().forEach(type -> type.name().length()));
    attempt(() -> image.externals().stream().limit(SOME).forEach(name -> name.length()));
    attempt(() -> image.externalsFingerprint());
  }

  private void missing() {
    try {
      image.module("no such module");
    } catch (NoSuchElementException e) {
      // As it says.
    }
  }

  private void attempt(Runnable part) {
    budget = 16 * image.info().length();
    try {
      part.run();
    } catch (MarshalFormatException e) {
      refuse(e);
    } catch (IllegalStateException e) {
      // What objectNumber says of an object whose count is not pinned.
      if (!e.getMessage().contains("count is not pinned")) {
        throw e;
      }
      refuse(e);
    }
  }

  private void refuse(RuntimeException e) {
    refused++;
    if (firstRefusal == null) {
      firstRefusal = e;
    }
  }

  private void module(ImageModule module) {
    attempt(() -> module.name().length());
    attempt(() -> module.toPycFile());
    attempt(() -> module.source());
    attempt(() -> image.findModule(module.name()));
    attempt(() -> views(module.root()));
    attempt(() -> cursor(module.rootOffset()));
    attempt(() -> module.root().toValue());
  }

  private boolean spend(long count) {
    budget -= count;
    return budget >= 0;
  }

  private void views(ImageObject root) {
    Set<Long> seen = new HashSet<>();
    Deque<ImageObject> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty() && spend(1)) {
      ImageObject object = open.pop();
      if (seen.add(object.offset())) {
        objects++;
        attempt(() -> object.objectNumber());
        object.kind();
        image.retain(object);
        look(object, open);
      }
    }
  }

  private void look(ImageObject object, Deque<ImageObject> open) {
    if (object instanceof StrView text) {
      if (spend(4L * text.length())) {
        text.toString();
        text.contentEquals("x");
        text.stringHashCode();
        for (int i = 0; i < text.length(); i++) {
          text.codePointAt(i);
        }
      }
    } else if (object instanceof BytesView bytes) {
      if (spend(4L * bytes.length())) {
        bytes.toByteArray();
        bytes.toString();
        drain(bytes.buffer());
      }
    } else if (object instanceof TupleView tuple) {
      for (int i = 0; i < tuple.size() && spend(8); i++) {
        tuple.kind(i);
        open.push(tuple.get(i));
      }
    } else if (object instanceof ListView list) {
      for (int i = 0; i < list.size() && spend(8); i++) {
        open.push(list.get(i));
      }
    } else if (object instanceof SetView set) {
      for (int i = 0; i < set.size() && spend(8); i++) {
        open.push(set.get(i));
      }
    } else if (object instanceof DictView dict) {
      for (int i = 0; i < dict.size() && spend(16); i++) {
        open.push(dict.key(i));
        open.push(dict.value(i));
      }
    } else if (object instanceof SliceView slice) {
      open.push(slice.start());
      open.push(slice.stop());
      open.push(slice.step());
    } else if (object instanceof RecordView record) {
      look(record, open);
    } else if (object instanceof ExternalView external) {
      if (spend(external.name().length())) {
        external.number();
      }
    } else if (object instanceof CodeView code) {
      look(code, open);
    } else {
      object.toString();
    }
  }

  private void look(RecordView record, Deque<ImageObject> open) {
    record.recordType().name();
    record.repetitions();
    for (int i = 0; i < record.slotCount() && spend(8); i++) {
      record.kind(i);
      pushIfThere(record.slot(i), open);
    }
    pushIfThere(record.bytes(), open);
  }

  /** Of a slot that is read once: it may be empty the next time, if the file is cut meanwhile. */
  private static void pushIfThere(@Nullable ImageObject object, Deque<ImageObject> open) {
    if (object != null) {
      open.push(object);
    }
  }

  private void look(CodeView code, Deque<ImageObject> open) {
    drain(code.bytecode());
    open.push(code.code());
    open.push(code.consts());
    open.push(code.names());
    open.push(code.localNames());
    open.push(code.name());
    open.push(code.filename());
    open.push(code.lineTable());
    for (TupleView names : List.of(code.varnames(), code.cellvars(), code.freevars())) {
      for (int i = 0; i < names.size() && spend(8); i++) {
        names.get(i);
      }
    }
    pushIfThere(code.qualName(), open);
    pushIfThere(code.localKinds(), open);
    pushIfThere(code.exceptionTable(), open);
    code.pythonVersion();
    code.codeNumber();
    code.flags();
  }

  private void drain(ByteBuffer buffer) {
    if (spend(buffer.remaining())) {
      while (buffer.hasRemaining()) {
        buffer.get();
      }
    }
  }

  private void cursor(long root) {
    ImageCursor cursor = image.cursor();
    Set<Long> seen = new HashSet<>();
    Deque<Long> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      long offset = open.pop();
      if (!seen.add(offset)) {
        continue;
      }
      cursor.moveTo(offset);
      objects++;
      if (!spend(cursor.length())) {
        return;
      }
      int kind = cursor.kind();
      for (int i = 0; i < cursor.size() && (kind == TypeCode.STR || kind == TypeCode.BYTES); i++) {
        cursor.codePointAt(i);
      }
      for (int i = 0; i < cursor.size() && kind == TypeCode.LONG; i++) {
        cursor.digit(i);
      }
      if (kind == TypeCode.RECORD) {
        cursor.recordType();
      }
      if (kind == TypeCode.EXTERNAL) {
        cursor.number();
      }
      for (int i = 0; i < cursor.slotCount(); i++) {
        long target = cursor.slot(i);
        if (target != 0) {
          open.push(target);
        }
      }
    }
  }
}
