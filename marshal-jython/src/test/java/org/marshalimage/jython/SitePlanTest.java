package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitePlanTest {
  /** What posixpath.normpath of CPython 2.7 gives. */
  @ParameterizedTest
  @CsvSource({
    "'', .",
    "., .",
    "/, /",
    "//, //",
    "///, /",
    "//a, //a",
    "///a//b/, /a/b",
    "a/./b/../c, a/c",
    "../a, ../a",
    "../../a/.., ../..",
    "/../a, /a",
    "a/.., .",
    "/a/../.., /",
    "x/jar.jar/Lib/, x/jar.jar/Lib"
  })
  void pathsAreNormalizedAsPythonDoes(String path, String normal) {
    assertThat(SitePlan.normalized(path)).isEqualTo(normal);
  }
}
