package org.marshalimage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.HashLayout;
import org.marshalimage.format.Kind;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.internal.memory.ImageBytes;
import org.marshalimage.internal.memory.RecordHandles;
import org.marshalimage.internal.memory.RecordTypes;

/**
 * What an interpreter has for each type of an image: a handle of 64 bits, such as the address of
 * its type object, or an object, or both. Immutable, safe for use by many threads.
 *
 * <p>Given to {@link MapOptions.Builder#types}, a table must bind every type code that objects of
 * the image have. {@link #imageTypes()} lists all there are. A record has the binding of its type,
 * by {@link Builder#bindRecord}, or else that of {@link TypeCode#RECORD}.
 */
public final class TypeTable {
  private final long[] handles;
  private final @Nullable Object[] types;
  private final BoundRecords records;
  private final long fingerprint;

  private TypeTable(Builder builder) {
    handles = builder.handles.clone();
    types = builder.types.clone();
    records = builder.records.copy(handles[TypeCode.RECORD], types[TypeCode.RECORD]);
    long sum = 0;
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (handles[code] != 0) {
        sum = HashLayout.foldChecksum(HashLayout.foldChecksum(sum, code), handles[code]);
      }
    }
    fingerprint = records.fold(sum);
  }

  /**
   * Returns every type code that an object of an image may have.
   *
   * @return a new array, ascending
   */
  public static int[] imageTypes() {
    return Arrays.stream(Kind.values()).mapToInt(Kind::typeCode).sorted().toArray();
  }

  /**
   * Returns a table that binds every type code of an image to 0x100 plus the code, for interpreters
   * that have no handles of their own.
   *
   * @return the table
   */
  public static TypeTable standard() {
    Builder builder = builder();
    for (int code : imageTypes()) {
      builder.bind(code, TypeCode.LIMIT + code);
    }
    return builder.build();
  }

  /**
   * Starts an empty table.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads what {@link #toString()} wrote.
   *
   * @param text the fingerprint, then {@code ,CODE=HANDLE} for each type code and {@code
   *     ,NAME:VERSION=HANDLE} for each type of record, where NAME is its UTF-8; all of it hex
   *     digits without sign or prefix
   * @return a table of these handles, without objects
   * @throws IllegalArgumentException if the text is not of this form, or has another fingerprint
   */
  public static TypeTable parse(String text) {
    String[] parts = text.split(",", -1);
    Builder builder = builder();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "not a type table: expected CODE=HANDLE, found=" + parts[i]);
      }
      int colon = parts[i].indexOf(':');
      if (colon >= 0 && colon < equals) {
        parseRecord(builder, parts[i], colon, equals);
        continue;
      }
      long code = fromHex(parts[i].substring(0, equals));
      if (code < 0 || code >= TypeCode.LIMIT) {
        throw new IllegalArgumentException("no type code of an image: 0x" + parts[i]);
      }
      if (builder.handles[(int) code] != 0) {
        throw new IllegalArgumentException("type code is bound twice: 0x" + Long.toHexString(code));
      }
      builder.bind((int) code, fromHex(parts[i].substring(equals + 1)));
    }
    TypeTable table = builder.build();
    if (table.fingerprint != fromHex(parts[0])) {
      throw new IllegalArgumentException(
          "fingerprint of type table is off: expected="
              + parts[0]
              + ", found="
              + HexFormat.of().toHexDigits(table.fingerprint));
    }
    return table;
  }

  private static void parseRecord(Builder builder, String part, int colon, int equals) {
    String name;
    try {
      name = new String(HexFormat.of().parseHex(part, 0, colon), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a type table: name of a record, found=" + part, e);
    }
    long version = fromHex(part.substring(colon + 1, equals));
    if (version < 0 || version > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("not a type table: version of a record, found=" + part);
    }
    if (builder.records.isNamed(new BoundRecords.Key(name, (int) version))) {
      throw new IllegalArgumentException(
          "type of record is bound twice: " + name + " version " + version);
    }
    builder.bindRecord(name, (int) version, fromHex(part.substring(equals + 1)));
  }

  private static long fromHex(String digits) {
    try {
      if (!digits.isEmpty()) {
        return HexFormat.fromHexDigitsToLong(digits);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "not a type table: expected 1 to 16 hex digits, found=" + digits);
  }

  /**
   * Returns a hash of type codes and handles. Objects do not count.
   *
   * @return 64 bits; 0 for an empty table
   */
  public long fingerprint() {
    return fingerprint;
  }

  /**
   * Tells whether a type code is bound.
   *
   * @param typeCode any value
   * @return whether it is
   */
  public boolean isBound(int typeCode) {
    return typeCode >= 0 && typeCode < TypeCode.LIMIT && handles[typeCode] != 0;
  }

  /**
   * Returns the handle of a type.
   *
   * @param typeCode a {@link TypeCode}
   * @return 64 bits, not 0
   * @throws IllegalArgumentException if the type code is not bound
   */
  public long handle(int typeCode) {
    if (!isBound(typeCode)) {
      throw new IllegalArgumentException("type is not bound: " + TypeCode.nameOf(typeCode));
    }
    return handles[typeCode];
  }

  /**
   * Returns the object of a type.
   *
   * @param typeCode a {@link TypeCode}
   * @return what it was bound to; null if to a handle alone
   * @throws IllegalArgumentException if the type code is not bound
   */
  public @Nullable Object type(int typeCode) {
    handle(typeCode);
    return types[typeCode];
  }

  /**
   * Tells whether a type of record is bound, by its name or as all records are.
   *
   * @param name of the type
   * @param version of the type
   * @return whether it is
   */
  public boolean isRecordBound(String name, int version) {
    return records.handle(checkName(name), version) != 0;
  }

  /**
   * Returns the handle of a type of record.
   *
   * @param name of the type
   * @param version of the type
   * @return 64 bits, not 0
   * @throws IllegalArgumentException if the type is not bound
   */
  public long recordHandle(String name, int version) {
    long handle = records.handle(checkName(name), version);
    if (handle == 0) {
      throw new IllegalArgumentException(
          "type of record is not bound: " + name + " version " + version);
    }
    return handle;
  }

  /**
   * Returns the object of a type of record.
   *
   * @param name of the type
   * @param version of the type
   * @return what it was bound to; null if to a handle alone
   * @throws IllegalArgumentException if the type is not bound
   */
  public @Nullable Object recordType(String name, int version) {
    recordHandle(name, version);
    return records.type(name, version);
  }

  private static String checkName(String name) {
    if (name == null) {
      throw new IllegalArgumentException("no name of a type of record");
    }
    return name;
  }

  /** Returns what types of records are bound to. */
  RecordHandles recordHandles() {
    return records;
  }

  /** Tells an image what its types of records are bound to. */
  void bindRecords(ImageBytes image) {
    RecordTypes found = image.state().recordTypes();
    @Nullable Object[] objects = new Object[found.count()];
    for (int i = 0; i < objects.length; i++) {
      objects[i] = records.type(found.name(i), found.version(i));
    }
    if (objects.length > 0) {
      image.state().setRecordTypes(found.bound(records), objects);
    }
  }

  /** Returns the handles by type code, 0 where there is none; not to be changed. */
  long[] handles() {
    return handles;
  }

  /** Returns the objects by type code; not to be changed. */
  @Nullable Object[] types() {
    return types;
  }

  /**
   * Returns fingerprint and handles, for {@code marshal link --types}.
   *
   * @return what {@link #parse} reads
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(HexFormat.of().toHexDigits(fingerprint));
    for (int code = 0; code < TypeCode.LIMIT; code++) {
      if (handles[code] != 0) {
        text.append(',').append(Integer.toHexString(code));
        text.append('=').append(Long.toHexString(handles[code]));
      }
    }
    for (Map.Entry<BoundRecords.Key, BoundRecords.Binding> each : records.named().entrySet()) {
      byte[] name = each.getKey().name().getBytes(StandardCharsets.UTF_8);
      text.append(',').append(HexFormat.of().formatHex(name));
      text.append(':').append(Integer.toHexString(each.getKey().version()));
      text.append('=').append(Long.toHexString(each.getValue().handle()));
    }
    return text.toString();
  }

  /** Collects bindings. Not thread-safe. */
  public static final class Builder {
    private final long[] handles = new long[TypeCode.LIMIT];
    private final @Nullable Object[] types = new Object[TypeCode.LIMIT];
    private final BoundRecords records = new BoundRecords();

    private Builder() {}

    /**
     * Binds a type code to a handle.
     *
     * @param typeCode one of {@link TypeTable#imageTypes()}
     * @param handle 64 bits; below 0x100, unsigned, there are none, since such type words are type
     *     codes
     * @return this builder
     * @throws IllegalArgumentException if the code or the handle is not allowed
     */
    public Builder bind(int typeCode, long handle) {
      checkHandle(handle);
      // Which throws if there is none.
      Kind.of(typeCode);
      handles[typeCode] = handle;
      types[typeCode] = null;
      return this;
    }

    /**
     * Binds a type code to an object. Its handle is then 0x100 plus the code.
     *
     * @param typeCode one of {@link TypeTable#imageTypes()}
     * @param type what views of such objects return
     * @return this builder
     * @throws IllegalArgumentException if the code is not allowed
     */
    public Builder bind(int typeCode, Object type) {
      return bind(typeCode, TypeCode.LIMIT + (long) typeCode, type);
    }

    /**
     * Binds a type code to a handle and an object.
     *
     * @param typeCode one of {@link TypeTable#imageTypes()}
     * @param handle as of {@link #bind(int, long)}
     * @param type what views of such objects return
     * @return this builder
     * @throws IllegalArgumentException if the code or the handle is not allowed
     */
    public Builder bind(int typeCode, long handle, Object type) {
      bind(typeCode, handle);
      types[typeCode] = type;
      return this;
    }

    private static void checkHandle(long handle) {
      if (handle >= 0 && handle < TypeCode.LIMIT) {
        throw new IllegalArgumentException(
            "handle is too small: expected at least 0x100, found=0x" + Long.toHexString(handle));
      }
    }

    /**
     * Binds a type of record to a handle. Several types of records may have one handle; in place a
     * record and another kind of object may not. What records have whose types are not bound by
     * name, {@link #bind(int, long) bind} tells for {@link TypeCode#RECORD}; by default nothing.
     *
     * @param name of the type
     * @param version of the type, at least 0
     * @param handle as of {@link #bind(int, long)}
     * @return this builder
     * @throws IllegalArgumentException if the handle is not allowed, or there can be no such type
     */
    public Builder bindRecord(String name, int version, long handle) {
      return putRecord(name, version, handle, null);
    }

    /**
     * Binds a type of record to a handle and an object.
     *
     * @param name of the type
     * @param version of the type, at least 0
     * @param handle as of {@link #bindRecord(String, int, long)}
     * @param type what views of such records return
     * @return this builder
     * @throws IllegalArgumentException if the handle is not allowed, or there can be no such type
     */
    public Builder bindRecord(String name, int version, long handle, Object type) {
      return putRecord(name, version, handle, type);
    }

    private Builder putRecord(String name, int version, long handle, @Nullable Object type) {
      checkHandle(handle);
      // Which throws if there is none.
      RecordType checked = new RecordType(name, version, 0, 0, false);
      records.put(
          new BoundRecords.Key(checked.name(), version), new BoundRecords.Binding(handle, type));
      return this;
    }

    /**
     * Makes the table.
     *
     * @return the table
     */
    public TypeTable build() {
      return new TypeTable(this);
    }
  }
}
