package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.python.core.PySystemState;

/** Names of externals come from a file: one that says nothing is lacking, and no other error. */
class ExternalNamesTest {
  @BeforeAll
  static void startJython() {
    PySystemState.initialize();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        ":",
        "x:y",
        "root:",
        "root:x",
        "attr:x",
        "attr:",
        "type:",
        "type:no.such.Type",
        "descr:x",
        "descr:no.such.Type/x",
        "descr:java.lang.String/nothing",
        "method:",
        "method:java.lang.String",
        "method:java.lang.String/nothing",
        "enum:x",
        "enum:java.lang.String/X",
        "enum:java.util.concurrent.TimeUnit/X",
        "value:x"
      })
  void nameThatSaysNothingIsLacking(String name) {
    assertThat(new ExternalNames(new Snapshot()).resolve(name)).isNull();
  }
}
