package org.marshalimage.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Writer;
import java.util.HexFormat;
import org.marshalimage.ImageInfo;

/** Writes records, maps and lists as JSON. */
final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addMixIn(ImageInfo.class, InfoAsJson.class);

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes what writes JSON piece by piece, for what is too long to be kept. */
  static JsonGenerator generator(Writer out) throws IOException {
    return MAPPER.createGenerator(out);
  }

  /** Spells 64 bits that are no number; those of JSON are exact up to 53 bits in most readers. */
  static String hex(long bits) {
    return HexFormat.of().toHexDigits(bits);
  }

  /** How an {@link ImageInfo} is written, where it is not as its fields are. */
  private interface InfoAsJson {
    @JsonSerialize(using = HexSerializer.class)
    long typesFingerprint();
  }

  /** Writes 64 bits as {@link #hex}. */
  static final class HexSerializer extends StdSerializer<Long> {
    private static final long serialVersionUID = 1L;

    private HexSerializer() {
      super(Long.class);
    }

    @Override
    public void serialize(Long value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeString(hex(value));
    }
  }
}
