package org.marshalimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.marshalimage.internal.memory.Failures;

/**
 * Several images as one, as {@code sys.path} has several folders: an application's before the
 * standard library's. A module is that of the first image that has one of its name.
 *
 * <pre>{@code
 * try (ImagePath path = ImagePath.map(Path.of("app.img"), Path.of("stdlib.img"))) {
 *   ImagePath.Strings<PyStr> strings = path.strings(PyStr::new);
 *   CodeView code = path.module("json.decoder").code();
 *   PyStr name = strings.get(code.name());
 * }
 * }</pre>
 *
 * <p>As on {@code sys.path}, a package need not lie in the image of its modules: who wants a
 * package to come whole from the image that has its {@code __init__} takes {@link
 * ImageModule#image()} of that, and asks there for the modules below.
 *
 * <p>Immutable, safe for use by many threads. It owns its images: {@link #close()} closes them. To
 * replace one of them makes a path of the new image and the others that stay; the old path is left
 * to the collector, not closed, since it would close those, too.
 */
public final class ImagePath implements AutoCloseable {
  private final List<MarshalImage> images;

  private ImagePath(List<MarshalImage> images) {
    this.images = images;
  }

  /**
   * Makes a path of images that are mapped.
   *
   * @param images in the order in which they are searched; none may be twice
   * @return the path, which owns the images from now on
   * @throws IllegalArgumentException if an image is there twice
   */
  public static ImagePath of(List<MarshalImage> images) {
    List<MarshalImage> copy = List.copyOf(images);
    for (int i = 0; i < copy.size(); i++) {
      if (copy.subList(0, i).contains(copy.get(i))) {
        throw new IllegalArgumentException("twice on the path: " + copy.get(i));
      }
    }
    return new ImagePath(copy);
  }

  /**
   * Makes a path of images that are mapped.
   *
   * @param images in the order in which they are searched; none may be twice
   * @return the path, which owns the images from now on
   * @throws IllegalArgumentException if an image is there twice
   */
  public static ImagePath of(MarshalImage... images) {
    return of(List.of(images));
  }

  /**
   * Maps images and makes a path of them. If one cannot be mapped, those before it are closed.
   *
   * @param files in the order in which they are searched
   * @return the path
   * @throws IOException if a file cannot be opened or mapped
   * @throws org.marshalimage.format.CorruptImageException if a file is no image, or is cut
   * @throws org.marshalimage.format.UnsupportedImageVersionException if an image is of a kind that
   *     this library does not read
   */
  public static ImagePath map(Path... files) throws IOException {
    List<MarshalImage> images = new ArrayList<>();
    try {
      for (Path file : files) {
        images.add(MarshalImage.map(file));
      }
      return of(images);
    } catch (IOException | RuntimeException | Error e) {
      try {
        new ImagePath(images).close();
      } catch (IllegalStateException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * Returns the images.
   *
   * @return in the order in which they are searched; unmodifiable
   */
  public List<MarshalImage> images() {
    return images;
  }

  /**
   * Looks for the module of a name, in constant time for each image.
   *
   * @param name for example {@code "http.client"}
   * @return that of the first image that has one; {@link ImageModule#image()} tells which
   */
  public Optional<ImageModule> findModule(String name) {
    for (MarshalImage image : images) {
      // Not findModule: of an image that has none, nothing is made.
      if (image.hasModule(name)) {
        return image.findModule(name);
      }
    }
    return Optional.empty();
  }

  /**
   * Tells whether an image has a module of a name; makes no object.
   *
   * @param name for example {@code "http.client"}
   * @return whether {@link #findModule} finds one
   */
  public boolean hasModule(String name) {
    for (MarshalImage image : images) {
      if (image.hasModule(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the module of a name.
   *
   * @param name for example {@code "http.client"}
   * @return that of the first image that has one
   * @throws NoSuchElementException if none has; the message names the images
   */
  public ImageModule module(String name) {
    return findModule(name)
        .orElseThrow(() -> new NoSuchElementException("no module named '" + name + "' in " + this));
  }

  /**
   * Returns all modules, as {@link MarshalImage#modules()} does of one image.
   *
   * @return sorted by the UTF-16 units of their names; of a name that several images have, the
   *     module of the first; unmodifiable
   */
  public List<ImageModule> modules() {
    return modules("");
  }

  /**
   * Returns the modules whose names start with a text, as {@link MarshalImage#modules(String)} does
   * of one image.
   *
   * @param prefix may be empty
   * @return sorted by the UTF-16 units of their names; of a name that several images have, the
   *     module of the first; unmodifiable
   */
  public List<ImageModule> modules(String prefix) {
    return merge(image -> image.modules(prefix));
  }

  /**
   * Returns the modules right below a package, as {@link MarshalImage#submodules} does of one
   * image. A root that is no module does not hide the module that a later image has.
   *
   * @param packageName for example {@code "json"}; empty for the modules with no dot in their names
   * @return sorted by the UTF-16 units of their names; of a name that several images have, the
   *     module of the first; unmodifiable
   */
  public List<ImageModule> submodules(String packageName) {
    return merge(image -> image.submodules(packageName));
  }

  /** Merges what each image lists, which is sorted by name. */
  private List<ImageModule> merge(Function<MarshalImage, List<ImageModule>> listOf) {
    List<ImageModule> merged = List.of();
    for (MarshalImage image : images) {
      List<ImageModule> listed = listOf.apply(image);
      // Copied, so that each module is made once.
      merged = merged.isEmpty() ? listed : merge(merged, List.copyOf(listed));
    }
    return Collections.unmodifiableList(merged);
  }

  private static List<ImageModule> merge(List<ImageModule> first, List<ImageModule> second) {
    if (second.isEmpty()) {
      return first;
    }
    List<ImageModule> merged = new ArrayList<>(first.size() + second.size());
    int at = 0;
    for (ImageModule module : first) {
      String name = module.name();
      for (; at < second.size() && second.get(at).name().compareTo(name) < 0; at++) {
        merged.add(second.get(at));
      }
      if (at < second.size() && second.get(at).name().equals(name)) {
        at++;
      }
      merged.add(module);
    }
    merged.addAll(second.subList(at, second.size()));
    return merged;
  }

  /**
   * Makes tables of the interpreter's strings for all images, which share an {@link Interner}: what
   * is interned in several images has one object.
   *
   * @param <T> the interpreter's strings
   * @param maker makes the object of a string, never null; the rules of {@link Attachments} hold
   *     for it
   * @return new tables
   */
  public <T> Strings<T> strings(Function<? super StrView, ? extends T> maker) {
    return new Strings<>(images, Interner.create(maker));
  }

  /**
   * The interpreter's strings of all images of a path. Safe for use by many threads.
   *
   * @param <T> the interpreter's strings
   */
  public static final class Strings<T> {
    private final List<MarshalImage> images;
    private final List<Attachments<T>> tables;
    private final Interner<T> interner;

    private Strings(List<MarshalImage> images, Interner<T> interner) {
      this.images = images;
      this.interner = interner;
      this.tables = images.stream().map(interner::attachments).toList();
    }

    /**
     * Returns the object of a string.
     *
     * @param string a {@link StrView}, or a {@link BytesView}, of an image of the path
     * @return made at most once; of an interned string the same for all images
     * @throws IllegalArgumentException if the view is of another image, or of another type
     */
    public T get(ImageObject string) {
      return tableOf(string).get(string);
    }

    /**
     * Returns the object of an item, as {@link Attachments#get(TupleView, int)} does: no view is
     * made of a string that has an object already.
     *
     * @param tuple of an image of the path, such as {@link CodeView#names()}
     * @param index 0 to {@code tuple.size() - 1}, of a str or bytes object
     * @return made at most once; of an interned string the same for all images
     * @throws IllegalArgumentException if the tuple is of another image, or the item of another
     *     type
     */
    public T get(TupleView tuple, int index) {
      return tableOf(tuple).get(tuple, index);
    }

    private Attachments<T> tableOf(ImageObject object) {
      for (int i = 0; i < images.size(); i++) {
        if (images.get(i).bytes() == object.bytes) {
          return tables.get(i);
        }
      }
      throw Failures.notOnPath(object.bytes);
    }

    /**
     * Returns the table of one image: what runs a module's code looks here once, and then by index
     * or number.
     *
     * @param image of the path
     * @return its table
     * @throws IllegalArgumentException if the image is not on the path
     */
    public Attachments<T> of(MarshalImage image) {
      if (image == null) {
        throw new IllegalArgumentException("no image");
      }
      int index = images.indexOf(image);
      if (index < 0) {
        throw Failures.notOnPath(image.bytes());
      }
      return tables.get(index);
    }

    /**
     * Returns the interner that the tables share, for images that are mapped later.
     *
     * @return the interner
     */
    public Interner<T> interner() {
      return interner;
    }
  }

  /**
   * Closes all images, as {@link MarshalImage#close()} does each. Idempotent.
   *
   * @throws IllegalStateException if one of them could not be closed; all others are
   */
  @Override
  public void close() {
    IllegalStateException failure = null;
    for (MarshalImage image : images) {
      try {
        image.close();
      } catch (IllegalStateException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public String toString() {
    return images.stream()
        .map(image -> image.bytes().file())
        .collect(Collectors.joining(", ", "path of " + images.size() + " images: ", ""));
  }
}
