package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.writer.ImageWriter;

/** {@code marshal show} of roots that are no modules. */
class ShowRootTest {
  @TempDir Path directory;

  @Test
  void rootThatIsNoCodeObjectIsRefusedByItsType() throws Exception {
    Path image = directory.resolve("x.img");
    try (ImageWriter writer = ImageWriter.create()) {
      writer.add("text", StrValue.of("a")).write(image);
    }
    for (String target : new String[] {"text", "text:f"}) {
      CommandTest.Run run = CommandTest.run("show", image, target);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.fault())
          .isEqualTo(
              "marshal: root is no code object, dump shows it: root=text, found=str, file="
                  + image);
    }
    assertThat(CommandTest.run("dump", image, "text").ok().out()).contains("a");
  }
}
