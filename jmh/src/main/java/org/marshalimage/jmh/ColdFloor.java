package org.marshalimage.jmh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The floor in a fresh JVM: a file mapped by the JDK alone, and one word of it read. */
final class ColdFloor {
  private ColdFloor() {}

  /**
   * Maps a file.
   *
   * @param arguments the file
   */
  public static void main(String[] arguments) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(arguments[0], "r")) {
      FileChannel channel = file.getChannel();
      ByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      if (buffer.getInt(0) == 0) {
        System.exit(1);
      }
    }
  }
}
