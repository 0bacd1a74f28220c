package org.marshalimage.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;

/** Maps an image in a jar, reads it, and tells how much of the jar's entry was read. */
public final class MapOneResource {
  private static final int PART = 4096;

  private MapOneResource() {}

  /** A resource that counts what is read of it, and takes its time. */
  private static final class Counted extends URLStreamHandler {
    private final AtomicLong count = new AtomicLong();
    private final long millis;

    Counted(long millis) {
      this.millis = millis;
    }

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      URL inner = new URL(url.toString());
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() throws IOException {
          URLConnection connection = inner.openConnection();
          connection.setUseCaches(getUseCaches());
          return counted(connection.getInputStream());
        }
      };
    }

    private InputStream counted(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read(byte[] target, int from, int length) throws IOException {
          try {
            Thread.sleep(millis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          int read = super.read(target, from, Math.min(length, PART));
          count.addAndGet(Math.max(0, read));
          return read;
        }
      };
    }
  }

  /**
   * Maps and reads.
   *
   * @param args the URL of an image, a cache folder, and milliseconds for each 4 KiB that is read
   * @throws Exception if that fails
   */
  public static void main(String[] args) throws Exception {
    Counted counted = new Counted(Long.parseLong(args[2]));
    URL resource = new URL(null, args[0], counted);
    try (MarshalImage image = MarshalImage.mapResource(resource, Path.of(args[1]))) {
      int modules = 0;
      for (ImageModule module : image.modules()) {
        module.code().name().toString();
        modules++;
      }
      System.out.println(modules + " modules, read " + counted.count.get());
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
