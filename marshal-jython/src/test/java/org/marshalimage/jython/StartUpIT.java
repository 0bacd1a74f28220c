package org.marshalimage.jython;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * All ways of the table of start-up times start, and say what they did; how fast is not looked at.
 * A part of the sweep: making the archives takes a minute.
 */
@EnabledIfSystemProperty(named = "marshalimage.sweep", matches = "true")
class StartUpIT {
  @Test
  void everyWayStarts() throws Exception {
    Libraries.requirePython();
    List<String> table = StartUp.once("import optparse");
    assertThat(table)
        .anyMatch(line -> line.matches("\\| import optparse( \\| \\d+ \\(.+\\)){6} \\|"));
  }
}
