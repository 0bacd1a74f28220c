package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.marshalimage.MarshalImage;
import org.marshalimage.TypeTable;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.ExternalValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.format.model.RecordValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.writer.ImageWriter;

/** What the commands say of records and externals. */
class StateCommandsTest extends CommandTest {
  private Path image;

  @BeforeEach
  void writeImage() throws Exception {
    RecordType function = new RecordType("function", 1, 2, 0, false);
    RecordType data = new RecordType("d\u001bta", 0, 0, 0, true);
    Value len = ExternalValue.of("builtins.len");
    image = directory.resolve("state.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add(
          "m",
          SequenceValue.list(
              RecordValue.of(function, len, null),
              RecordValue.of(function, IntValue.of(1), len),
              RecordValue.of(data, BytesValue.of(new byte[] {1}))));
      writer.write(image);
    }
  }

  @Test
  void statCountsThemByTheirTypes() throws Exception {
    String out = run("stat", image).ok().out();
    assertThat(out).contains("type of record", "function version 1");
    assertThat(out.lines().filter(line -> line.startsWith("  function version 1")))
        .singleElement()
        .asString()
        .endsWith(" 2");
    assertThat(out).doesNotContain("\u001b");
    JsonNode json = new ObjectMapper().readTree(run("stat", "--json", image).ok().out());
    assertThat(json.get("kinds").get("record").get("objects").asInt()).isEqualTo(3);
    assertThat(json.get("kinds").get("external").get("objects").asInt()).isEqualTo(1);
    assertThat(json.get("recordTypes").get("function version 1").asInt()).isEqualTo(2);
  }

  @Test
  void verifyFindsNothing() {
    run("verify", image).ok();
  }

  @Test
  void dumpWritesThem() {
    assertThat(run("dump", image).ok().out())
        .contains("{\"record\":{\"type\":{\"str\":\"function\"},\"version\":1,")
        .contains("{\"external\":{\"str\":\"builtins.len\"}}");
  }

  @Test
  void theyAreShownInOneLineWithoutWhatATerminalObeys() throws Exception {
    try (MarshalImage mapped = MarshalImage.map(image)) {
      assertThat(ConstantRepr.of(mapped.root("m"), false, 200))
          .isEqualTo(
              "[<function(<external builtins.len>, -)>, <function(1, <external builtins.len>)>,"
                  + " <d\\x1bta(b'\\x01')>]");
    }
  }

  @Test
  void linkNamesTypesThatAreNotBoundAndBindsThoseThatAre() throws Exception {
    TypeTable.Builder types = TypeTable.builder();
    for (int code : TypeTable.imageTypes()) {
      if (code != TypeCode.RECORD) {
        types.bind(code, 0x1000 + code);
      }
    }
    types.bindRecord("function", 1, 0x9000);
    Path linked = directory.resolve("linked.img");
    assertThat(run("link", image, "-o", linked, "--types", types.build()).fault())
        .contains("type table does not bind: record d")
        .doesNotContain("\u001b");
    types.bindRecord("d\u001bta", 0, 0x9008);
    run("link", image, "-o", linked, "--types", types.build()).ok();
    run("verify", linked).ok();
  }
}
