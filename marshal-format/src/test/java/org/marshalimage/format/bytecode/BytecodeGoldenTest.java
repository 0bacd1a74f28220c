package org.marshalimage.format.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.stream.PycFile;

class BytecodeGoldenTest {
  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void decodesWhatEachCpythonFoundInItsFiles(PythonVersion version) throws IOException {
    List<String> golden = Files.readAllLines(TestData.path("golden/bytecode/" + version + ".txt"));
    List<Path> files = TestData.files("pyc/" + version, ".pyc");
    assertThat(golden).hasSameSizeAs(files);
    for (String line : golden) {
      String[] words = line.split(" ");
      Path file = TestData.path("pyc/" + version).resolve(words[2]);
      BytecodeText text = new BytecodeText().append((CodeValue) PycFile.read(file).root());
      assertThat(text.digest() + " " + text.count())
          .as("%s; compare with bytecode_facts.py text:%n%s", file, text)
          .isEqualTo(words[0] + " " + words[1]);
    }
  }
}
