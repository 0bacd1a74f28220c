package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Buffers for tests. */
final class Bytes {
  private Bytes() {}

  /** Returns a part of a buffer that has bytes of another before and behind it. */
  static ByteBuffer of(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length + 6);
    buffer.putShort(0, (short) 0xFEFE).putInt(values.length + 2, 0x55AA55AA);
    for (int i = 0; i < values.length; i++) {
      buffer.put(2 + i, (byte) values[i]);
    }
    return buffer.position(2).limit(2 + values.length);
  }

  static ByteBuffer ofHex(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i];
    }
    return of(values);
  }
}
