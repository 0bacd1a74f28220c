package org.marshalimage.jmh;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.marshalimage.CodeView;
import org.marshalimage.MarshalImage;
import org.marshalimage.TupleView;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.stream.PycFile;

/**
 * The programs that {@link ColdStart} runs, each a class by itself, so that a JVM loads no more
 * than what is measured. They print nothing; the status is 1 if there was nothing to be read.
 */
final class Cold {
  private Cold() {}

  /** What others are compared with: a JVM that starts and ends. */
  static final class Empty {
    public static void main(String[] arguments) {}
  }

  /** The floor: a file mapped by the JDK alone, and one word of it read. */
  static final class Floor {
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

  /** What an interpreter does first: maps an image and takes a module's code, name and names. */
  static final class Map {
    public static void main(String[] arguments) throws IOException {
      int length;
      try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
        CodeView code = image.module(arguments[1]).code();
        length = code.name().toString().length();
        TupleView names = code.names();
        for (int i = 0; i < names.size(); i++) {
          length += names.get(i).toString().length();
        }
      }
      if (length == 0) {
        System.exit(1);
      }
    }
  }

  /**
   * What an interpreter does that imports many modules: maps an image and takes the code of each.
   */
  static final class Imports {
    public static void main(String[] arguments) throws IOException {
      int lines = 0;
      try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
        for (int i = 1; i < arguments.length; i++) {
          lines |= image.module(arguments[i]).code().firstLine() + 1;
        }
      }
      if (lines == 0) {
        System.exit(1);
      }
    }
  }

  /**
   * Maps an image and reads every object of some modules, each string and bytes object to its end.
   */
  static final class Walk {
    public static void main(String[] arguments) throws IOException {
      long sum = 0;
      try (MarshalImage image = MarshalImage.map(Path.of(arguments[0]))) {
        CursorWalk walk = new CursorWalk(image, true);
        for (int i = 1; i < arguments.length; i++) {
          sum += walk.walk(image.module(arguments[i]).rootOffset());
        }
      }
      if (sum == 0) {
        System.exit(1);
      }
    }
  }

  /** What an interpreter does without an image: reads the file of each module and decodes it. */
  static final class Decode {
    public static void main(String[] arguments) throws IOException {
      int codes = 0;
      for (String file : arguments) {
        codes |= PycFile.read(Path.of(file)).root().typeCode();
      }
      if (codes == 0) {
        System.exit(1);
      }
    }
  }

  /** Jython's way: starts it, reads the file of each module and hands the stream to its marshal. */
  static final class Jython {
    public static void main(String[] arguments) throws IOException {
      JythonMarshal jython = new JythonMarshal();
      for (String file : arguments) {
        byte[] pyc = Files.readAllBytes(Path.of(file));
        int header = PythonVersion.V2_7.headerLength();
        if (jython.loads(JythonMarshal.stream(pyc, header, pyc.length)) == null) {
          System.exit(1);
        }
      }
    }
  }
}
