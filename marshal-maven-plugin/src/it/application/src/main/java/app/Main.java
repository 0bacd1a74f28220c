package app;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.marshalimage.MarshalImage;

/** Maps the image in its jar, and says how much of it had to be read from there. */
public class Main {
  private static final AtomicLong READ = new AtomicLong();

  /** The resource, as getResource gives it, but that it counts what is read of it. */
  private static URL counted(URL resource) throws IOException {
    return new URL(
        null,
        resource.toString(),
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
              @Override
              public void connect() {}

              @Override
              public InputStream getInputStream() throws IOException {
                return new FilterInputStream(resource.openStream()) {
                  @Override
                  public int read(byte[] target, int from, int length) throws IOException {
                    int count = super.read(target, from, length);
                    READ.addAndGet(Math.max(0, count));
                    return count;
                  }
                };
              }
            };
          }
        });
  }

  public static void main(String[] args) throws Exception {
    long begin = System.nanoTime();
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "app");
    URL resource = counted(Main.class.getResource("/app/app.img"));
    try (MarshalImage image = MarshalImage.mapResource(resource, cache)) {
      String name = image.module("shop.stock.shelf").code().filename().toString();
      long micros = (System.nanoTime() - begin) / 1000;
      System.out.println(name + " read " + READ + " micros " + micros);
    }
  }
}
