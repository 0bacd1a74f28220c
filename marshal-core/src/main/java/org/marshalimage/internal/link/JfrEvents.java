package org.marshalimage.internal.link;

import java.io.IOException;
import java.util.function.Function;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Timespan;
import org.marshalimage.internal.memory.ImageBytes;

/** Flight Recorder's events. Loaded only once Flight Recorder runs. */
public final class JfrEvents {
  private JfrEvents() {}

  /** An image was mapped. */
  @Name("org.marshalimage.Map")
  @Label("Image Map")
  @Category("Marshal Image")
  static final class MapEvent extends Event {
    @Label("Path")
    String path;

    @Label("Length")
    @DataAmount
    long length;

    @Label("In Place")
    boolean isInPlace;

    @Label("Address")
    long address;
  }

  /** Objects were linked in place. */
  @Name("org.marshalimage.Link")
  @Label("Image Link")
  @Category("Marshal Image")
  static final class LinkEvent extends Event {
    @Label("Path")
    String path;

    /** Empty for all modules at once, and for an object that was reached otherwise. */
    @Label("Module")
    String module;

    @Label("Objects")
    long objects;

    @Label("Slots Relocated")
    long slots;

    @Label("Type Words Patched")
    long typeWords;

    @Label("Pages Written")
    long pages;
  }

  /** A root was asked for, for the first time. */
  @Name("org.marshalimage.FirstUse")
  @Label("First Use of a Module")
  @Category("Marshal Image")
  static final class FirstUseEvent extends Event {
    @Label("Path")
    String path;

    @Label("Module")
    String module;

    /** What it alone uses. */
    @Label("Length")
    @DataAmount
    long length;

    @Label("Time Until It May Be Read")
    @Timespan(Timespan.NANOSECONDS)
    long nanos;
  }

  /** Records that a root was asked for, for the first time. */
  public static void use(String path, String module, long length, long nanos) {
    FirstUseEvent event = new FirstUseEvent();
    if (event.shouldCommit()) {
      event.path = path;
      event.module = module;
      event.length = length;
      event.nanos = nanos;
      event.commit();
    }
  }

  /** What may fail as mapping does. */
  public interface Mapping<T> {
    /** Maps an image. */
    T map() throws IOException;
  }

  /** Maps an image, and records that. */
  public static <T> T map(Mapping<T> mapping, Function<T, ImageBytes> bytesOf) throws IOException {
    MapEvent event = new MapEvent();
    event.begin();
    T image = mapping.map();
    event.end();
    if (event.shouldCommit()) {
      ImageBytes bytes = bytesOf.apply(image);
      event.path = bytes.file();
      event.length = bytes.length();
      event.isInPlace = bytes.isInPlace();
      event.address = bytes.isInPlace() ? bytes.linkBase() : 0;
      event.commit();
    }
    return image;
  }

  /** Links objects, and records that. */
  static void link(Linker linker, String module, Runnable work) {
    LinkEvent event = new LinkEvent();
    if (!event.isEnabled()) {
      work.run();
      return;
    }
    LinkCounts before = linker.counts();
    event.begin();
    work.run();
    event.end();
    if (event.shouldCommit()) {
      LinkCounts after = linker.counts();
      event.path = linker.file();
      event.module = module;
      event.objects = after.objects() - before.objects();
      event.slots = after.slots() - before.slots();
      event.typeWords = after.typeWords() - before.typeWords();
      event.pages = after.pages() - before.pages();
      event.commit();
    }
  }
}
