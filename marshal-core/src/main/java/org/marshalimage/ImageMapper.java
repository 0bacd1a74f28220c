package org.marshalimage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.marshalimage.internal.layout.Checksums;
import org.marshalimage.internal.layout.ImageHeader;
import org.marshalimage.internal.link.JfrEvents;
import org.marshalimage.internal.link.Linker;
import org.marshalimage.internal.memory.Failures;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.PrivateMapping;

/** Maps images in ways other than the default one, which need not load this class. */
final class ImageMapper {
  private ImageMapper() {}

  static MarshalImage map(Path path, MapOptions options) throws IOException {
    if (ImageBytes.isFlightRecorded()) {
      return JfrEvents.map(() -> mapUnrecorded(path, options), MarshalImage::bytes);
    }
    return mapUnrecorded(path, options);
  }

  private static MarshalImage mapUnrecorded(Path path, MapOptions options) throws IOException {
    if (options.unmapOnClose() && !ImageBytes.hasArenas()) {
      throw Failures.cannotUnmap(path);
    }
    return options.inPlace() ? mapInPlace(path, options) : mapReadOnly(path, options);
  }

  static MarshalImage map(ByteBuffer buffer, MapOptions options) {
    if (buffer == null) {
      throw new IllegalArgumentException("no buffer");
    }
    ImageBytes bytes = ImageBytes.of(buffer);
    if (options.inPlace()) {
      throw Failures.notOfBuffer(
          bytes,
          "MapOptions.inPlace needs a file: linking writes into a private mapping of it, and would"
              + " write into the caller's bytes here");
    }
    if (options.unmapOnClose()) {
      throw Failures.notOfBuffer(
          bytes, "MapOptions.unmapOnClose needs a file: the bytes are the caller's");
    }
    if (!ImageBytes.isFlightRecorded()) {
      return readOnly(bytes, options, System.nanoTime());
    }
    try {
      return JfrEvents.map(() -> readOnly(bytes, options, System.nanoTime()), MarshalImage::bytes);
    } catch (IOException e) {
      throw Failures.bug("I/O without a file", e);
    }
  }

  private static MarshalImage mapReadOnly(Path path, MapOptions options) throws IOException {
    long start = System.nanoTime();
    return readOnly(ImageBytes.map(path, options.unmapOnClose()), options, start);
  }

  private static MarshalImage readOnly(ImageBytes bytes, MapOptions options, long start) {
    try {
      ImageHeader header = new ImageHeader(bytes);
      bytes.setBudget(options.maxObjects(), options.maxDepth());
      bindTypes(bytes, header, options.types());
      bindExternals(bytes, options);
      Checksums checksums = options.checksums() ? new Checksums(bytes, header) : null;
      return new MarshalImage(bytes, header, checksums, null, null, start, options);
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    } catch (InternalError e) {
      bytes.close();
      throw Failures.unreadable(bytes, e);
    }
  }

  private static MarshalImage mapInPlace(Path path, MapOptions options) throws IOException {
    long start = System.nanoTime();
    PrivateMapping mapping = PrivateMapping.map(path, options.unmapOnClose());
    ImageBytes bytes = mapping.bytes();
    try {
      ImageHeader header = new ImageHeader(bytes);
      bytes.setBudget(options.maxObjects(), options.maxDepth());
      if (options.checksums()) {
        new Checksums(bytes, header).checkAll();
      }
      TypeTable types = options.types() == null ? TypeTable.standard() : options.types();
      bindTypes(bytes, header, types);
      bindExternals(bytes, options);
      Linker linker =
          new Linker(
              bytes,
              header,
              mapping.address(),
              types.handles(),
              types.recordHandles(),
              types.fingerprint());
      linker.copyPagesBy(mapping);
      MarshalImage image = new MarshalImage(bytes, header, null, mapping, linker, start, options);
      if (options.linkAll()) {
        linker.linkAll();
      }
      return image;
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    } catch (InternalError e) {
      bytes.close();
      throw Failures.unreadable(bytes, e);
    }
  }

  private static void bindExternals(ImageBytes bytes, MapOptions options) {
    if (options.externals() != null) {
      bytes.state().setResolver(options.externals());
      if (options.resolveExternals()) {
        bytes.state().externals().resolveAll();
      }
    }
  }

  private static void bindTypes(ImageBytes bytes, ImageHeader header, @Nullable TypeTable types) {
    if (types != null) {
      header.checkTypes(types.handles(), types.recordHandles(), types.fingerprint());
      bytes.setTypes(types.handles(), types.types());
      types.bindRecords(bytes);
    }
  }
}
