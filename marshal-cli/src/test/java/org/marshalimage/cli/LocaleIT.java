package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names beyond ASCII in locales that have no such characters, and in one that has. */
@EnabledOnOs(OS.LINUX)
class LocaleIT extends PackagedCommand {
  private static final String UTF_8 = "LC_ALL=C.UTF-8";

  /** The two bytes of the sharp s. */
  private static final String ARGUMENT = "stra\\303\\237e";

  private Processes.Result marshalIn(String locale, Object... args) throws Exception {
    return run(locale, Processes.marshal(List.of(), args));
  }

  /** Runs a command whose environment has nothing but the locale; "" for none. */
  private Processes.Result run(String locale, List<String> command) throws Exception {
    List<String> all = new ArrayList<>(List.of("/usr/bin/env", "-i"));
    Stream.of(locale).filter(each -> !each.isEmpty()).forEach(all::add);
    all.addAll(command);
    return Processes.run(directory, all);
  }

  /** Runs the command with an argument in which printf's escapes are bytes. */
  private Processes.Result withBytes(String locale, String escaped, Object... args)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("/bin/sh", "-c", "exec \"$@\" \"$(printf '" + escaped + "')\"", "marshal"));
    command.addAll(Processes.marshal(List.of(), args));
    return run(locale, command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "", UTF_8})
  void namesInFoldersAreTheirBytesAsUtf8(String locale) throws Exception {
    for (String name : List.of("straße", "äö/ü", "ö", "ü", "q\ufffd", "\ud83d\udc0d")) {
      file("lib/" + name + ".pyc", PYC_311);
      file("src/" + name + ".py", PYC_311);
    }
    place("lib/%ff.pyc", PYC_311);
    place("lib/%fe.pyc", PYC_311);
    Path lib = directory.resolve("lib");
    Processes.Result built = marshalIn(locale, "build", "-o", image(), lib);
    assertThat(built.code()).as(built.err()).isZero();
    assertThat(built.err().lines()).hasSize(1);
    assertThat(built.err()).contains("files whose names are not in UTF-8 are passed over: 2 in");
    assertThat(names())
        .containsExactlyInAnyOrder("straße", "äö.ü", "ö", "ü", "q\ufffd", "\ud83d\udc0d");

    assertThat(marshalIn(locale, "ls", image()).out()).contains("straße", "äö.ü", "\ud83d\udc0d");
    assertThat(marshalIn(locale, "digest", image()).out()).contains("  straße\n", "  äö.ü\n");
    assertThat(marshalIn(locale, "digest", lib).out())
        .contains("  " + lib + "/straße.pyc\n", "  " + lib + "/äö/ü.pyc\n");
    Path source = directory.resolve("src");
    Processes.Result check = marshalIn(locale, "check", image(), "--source", source);
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .contains("stale    straße  " + source + "/straße.py", "stale    äö.ü  ")
        .contains("0 current, 6 stale, 0 missing, 0 new");

    Processes.Result excluded =
        marshalIn(locale, "build", "-o", image(), "--exclude", "stra?e.pyc", "--exclude", "?", lib);
    assertThat(excluded.code()).isZero();
    assertThat(names()).doesNotContain("straße").contains("ö");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "", UTF_8})
  void namesInArchivesDependOnNoLocale(String locale) throws Exception {
    Path archive = directory.resolve("x.zip");
    Files.write(archive, zip(Map.of("straße.pyc", PYC_311, "ä/ö.pyc", PYC_311, "a.pyc", PYC_311)));
    ok(marshalIn(locale, "build", "-o", image(), archive));
    assertThat(names()).containsExactly("a", "straße", "ä.ö");
    ok(marshalIn(locale, "build", "-o", image(), "--exclude", "stra*", archive));
    assertThat(names()).containsExactly("a", "ä.ö");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", ""})
  void argumentsThatTheLocaleCannotSpellAreRefusedWithCauseAndCure(String locale) throws Exception {
    file("lib/a.pyc", PYC_311);
    file("straße/a.pyc", PYC_311);
    ok(marshalIn(locale, "build", "-o", image(), directory.resolve("lib")));
    byte[] before = Files.readAllBytes(image());
    String folder = directory + "/" + ARGUMENT;
    List<Processes.Result> results =
        List.of(
            withBytes(locale, folder, "build", "-o", image()),
            withBytes(locale, folder, "digest"),
            withBytes(locale, folder, "check", image(), "--source"),
            withBytes(locale, folder, "extract", image(), "-d"),
            withBytes(locale, ARGUMENT, "extract", image(), "-d", directory.resolve("out")));
    for (Processes.Result result : results) {
      assertThat(fault(result))
          .contains("stra??e' has characters that this locale cannot spell", "LC_ALL=C.UTF-8");
    }
    assertThat(image()).hasBinaryContent(before);
    assertThat(withBytes(UTF_8, folder, "build", "-o", image()).code()).isZero();
    assertThat(names()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", ""})
  void modulesThatTheLocaleCannotSpellAreNotExtracted(String locale) throws Exception {
    file("lib/straße.pyc", PYC_311);
    file("lib/a.pyc", PYC_311);
    ok(marshalIn(UTF_8, "build", "-o", image(), directory.resolve("lib")));
    Path out = directory.resolve("out");
    Processes.Result result = marshalIn(locale, "extract", image(), "-d", out);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err())
        .contains("'straße' has characters that this locale cannot spell", "LC_ALL=C.UTF-8");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).containsExactly(out.resolve("a.pyc"));
    }
    Path other = directory.resolve("other");
    assertThat(marshalIn(UTF_8, "extract", image(), "-d", other).code()).isZero();
    assertThat(marshalIn(locale, "digest", other).out()).contains("/straße.pyc\n");
  }
}
