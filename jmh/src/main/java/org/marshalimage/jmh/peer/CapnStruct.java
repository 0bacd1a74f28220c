package org.marshalimage.jmh.peer;

import org.capnproto.FromPointerBuilder;
import org.capnproto.FromPointerReader;
import org.capnproto.SegmentBuilder;
import org.capnproto.SegmentReader;
import org.capnproto.SetPointerBuilder;
import org.capnproto.StructBuilder;
import org.capnproto.StructFactory;
import org.capnproto.StructReader;
import org.capnproto.StructSize;

/**
 * A struct of Cap'n Proto of which the fields are named by their numbers. Stands in for the three
 * classes that its compiler makes of each struct of a schema.
 */
final class CapnStruct extends StructFactory<CapnStruct.Builder, CapnStruct.Reader> {
  private final StructSize size;

  /** Describes a struct. */
  CapnStruct(int words, int pointers) {
    size = new StructSize((short) words, (short) pointers);
  }

  @Override
  public Reader constructReader(
      SegmentReader segment,
      int data,
      int pointers,
      int dataSize,
      short pointerCount,
      int nestingLimit) {
    return new Reader(segment, data, pointers, dataSize, pointerCount, nestingLimit);
  }

  @Override
  public Builder constructBuilder(
      SegmentBuilder segment, int data, int pointers, int dataSize, short pointerCount) {
    return new Builder(segment, data, pointers, dataSize, pointerCount);
  }

  @Override
  public StructSize structSize() {
    return size;
  }

  @Override
  public Reader asReader(Builder builder) {
    return builder.asReader();
  }

  static final class Reader extends StructReader {
    Reader(
        SegmentReader segment,
        int data,
        int pointers,
        int dataSize,
        short pointerCount,
        int nestingLimit) {
      super(segment, data, pointers, dataSize, pointerCount, nestingLimit);
    }

    /** Returns a field, which counts in units of its own size. */
    int getInt(int field) {
      return _getIntField(field);
    }

    boolean getBoolean(int field) {
      return _getBooleanField(field);
    }

    <T> T get(FromPointerReader<T> type, int pointer) {
      return _getPointerField(type, pointer);
    }
  }

  static final class Builder extends StructBuilder {
    Builder(SegmentBuilder segment, int data, int pointers, int dataSize, short pointerCount) {
      super(segment, data, pointers, dataSize, pointerCount);
    }

    void setInt(int field, int value) {
      _setIntField(field, value);
    }

    void setBoolean(int field, boolean value) {
      _setBooleanField(field, value);
    }

    <T> T init(FromPointerBuilder<T> type, int pointer, int size) {
      return _initPointerField(type, pointer, size);
    }

    <B, R> void set(SetPointerBuilder<B, R> type, int pointer, R value) {
      _setPointerField(type, pointer, value);
    }

    Reader asReader() {
      return new Reader(segment, data, pointers, dataSize, pointerCount, Integer.MAX_VALUE);
    }
  }
}
