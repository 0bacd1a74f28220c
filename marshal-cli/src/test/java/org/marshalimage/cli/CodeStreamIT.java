package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.marshalimage.cli.CodeStream.bytes;
import static org.marshalimage.cli.CodeStream.complex;
import static org.marshalimage.cli.CodeStream.dict;
import static org.marshalimage.cli.CodeStream.flagged;
import static org.marshalimage.cli.CodeStream.frozenset;
import static org.marshalimage.cli.CodeStream.integer;
import static org.marshalimage.cli.CodeStream.list;
import static org.marshalimage.cli.CodeStream.name;
import static org.marshalimage.cli.CodeStream.number;
import static org.marshalimage.cli.CodeStream.of;
import static org.marshalimage.cli.CodeStream.ref;
import static org.marshalimage.cli.CodeStream.set;
import static org.marshalimage.cli.CodeStream.text;
import static org.marshalimage.cli.CodeStream.tuple;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.MarshalStreamException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.MarshalDecoder;
import org.marshalimage.format.stream.MarshalEncoder;

/**
 * Streams of code objects that no compiler writes: the decoder takes what {@code marshal.loads} of
 * each interpreter found takes, makes sets of the same size of it, and refuses what that refuses or
 * dies of. What the decoder took is encoded again and loaded. Where the decoder is stricter, the
 * name of the case is listed here, and the reason in {@code help/threats.md}.
 */
class CodeStreamIT {
  private static final String SCRIPT = "load_streams.py";

  /** Python 2 takes text for bytecode; 3.11 and newer count arguments in 32 bits. */
  private static final List<String> STRICTER = List.of("code=text", "arguments beyond 32 bits");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInterpreter() throws IOException {
    List<Path> interpreters = CPythons.interpreters();
    if (interpreters.isEmpty()) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "skipped", () -> assumeTrue(false, "no CPython: no streams were compared")));
    }
    return interpreters.stream()
        .map(python -> DynamicTest.dynamicTest(python.toString(), () -> compare(python)));
  }

  private void compare(Path python) throws IOException, InterruptedException {
    PythonVersion version = version(python);
    Map<String, byte[]> cases = new LinkedHashMap<>();
    fieldCases(version, cases);
    argumentCases(version, cases);
    equalityCases(version, cases);
    textFloatCases(cases);
    if (!version.isPython2()) {
      cycleCases(version, cases);
      nanCases(version, cases);
    }
    List<String> theirs = load(python, List.copyOf(cases.values()));
    List<String> wrong = new ArrayList<>();
    List<String> names = List.copyOf(cases.keySet());
    List<byte[]> again = new ArrayList<>();
    List<String> againNames = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      byte[] stream = cases.get(names.get(i));
      String ours;
      try {
        Value value = MarshalDecoder.decode(stream, 0, stream.length, version, null);
        ours = "ok" + size(value);
        again.add(MarshalEncoder.encode(value, version));
        againNames.add(names.get(i));
      } catch (MarshalStreamException e) {
        ours = "refused " + e.getMessage();
      }
      boolean isAgreed =
          ours.startsWith("ok")
              ? theirs.get(i).startsWith("ok")
                  && (size(ours).isEmpty()
                      || theirs.get(i).matches("ok (.*,)?" + size(ours) + "]?"))
              : !theirs.get(i).startsWith("ok") || STRICTER.contains(names.get(i));
      if (!isAgreed) {
        wrong.add(names.get(i) + ": CPython: " + theirs.get(i) + "; here: " + ours);
      }
    }
    List<String> loaded = load(python, again);
    for (int i = 0; i < loaded.size(); i++) {
      if (!loaded.get(i).startsWith("ok")) {
        wrong.add(againNames.get(i) + ", encoded again: " + loaded.get(i));
      }
    }
    long crashes = theirs.stream().filter(answer -> answer.startsWith("crashed")).count();
    System.out.printf(
        "%s: %d streams, %d taken, %d that it dies of%n",
        python, names.size(), again.size(), crashes);
    assertThat(wrong).isEmpty();
  }

  /** Returns how large the set is that ends a case of equality; nothing for other values. */
  private static String size(Value value) {
    Value last =
        value instanceof SequenceValue tuple && tuple.typeCode() == '(' && tuple.size() > 0
            ? tuple.get(tuple.size() - 1)
            : value;
    return last instanceof SequenceValue set && set.typeCode() == '<' ? "set" + set.size() : "";
  }

  private static String size(String ours) {
    int at = ours.indexOf("set");
    return at < 0 ? "" : ours.substring(at + "set".length());
  }

  private static void fieldCases(PythonVersion version, Map<String, byte[]> cases) {
    cases.put("sound", new CodeStream(version).toByteArray());
    for (String field :
        List.of(
            "argcount",
            "posonlyargcount",
            "kwonlyargcount",
            "nlocals",
            "stacksize",
            "flags",
            "firstlineno")) {
      for (int value :
          new int[] {Integer.MIN_VALUE, -2, -1, 0, 1, 2, 3, 4, 100, Integer.MAX_VALUE}) {
        put(cases, version, field + "=" + value, field, of(value));
      }
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    values.put("None", of("N"));
    values.put("int", integer(1));
    values.put("bytes", bytes("\11\0"));
    values.put("three bytes", bytes("\11\0\11"));
    values.put("no bytes", bytes(""));
    values.put("text", text("zz"));
    values.put("name", name("ii"));
    values.put("empty tuple", tuple());
    values.put("tuple of a name", tuple(name("aa")));
    values.put("three names", tuple(name("x"), name("y"), name("z")));
    values.put("one name twice", tuple(name("x"), name("x")));
    values.put("tuple of None", tuple("N"));
    values.put("tuple of bytes", tuple(bytes("a")));
    values.put("tuple of text", tuple(text("a")));
    values.put("list", list());
    values.put("frozenset", frozenset());
    values.put("null", of("0"));
    for (String field :
        List.of(
            "code",
            "consts",
            "names",
            "varnames",
            "localsplusnames",
            "localspluskinds",
            "freevars",
            "cellvars",
            "filename",
            "name",
            "qualname",
            "linetable",
            "exceptiontable")) {
      values.forEach((what, value) -> put(cases, version, field + "=" + what, field, value));
    }
    for (int kind = 0; kind < 0x100; kind++) {
      String kinds = "" + (char) kind + (char) kind;
      put(cases, version, "kinds=" + kind, "localspluskinds", bytes(kinds));
    }
  }

  private static void put(
      Map<String, byte[]> cases, PythonVersion version, String what, String field, byte[] value) {
    CodeStream code = new CodeStream(version);
    if (code.has(field)) {
      cases.put(what, code.with(field, value).toByteArray());
    }
  }

  private static void argumentCases(PythonVersion version, Map<String, byte[]> cases) {
    for (int arguments = 0; arguments < 4; arguments++) {
      for (int more = 0; more < 4; more++) {
        for (int flags : new int[] {0x43, 0x47, 0x4B, 0x4F}) {
          for (boolean hasCell : new boolean[] {false, true}) {
            CodeStream code = new CodeStream(version);
            code.with("argcount", arguments).with("kwonlyargcount", more).with("flags", flags);
            if (hasCell) {
              code.with("cellvars", tuple(name("x")));
            }
            cases.put(
                "arguments " + arguments + ", " + more + ", " + flags + ", " + hasCell,
                code.toByteArray());
          }
        }
        cases.put(
            "positional-only " + arguments + ", " + more,
            new CodeStream(version)
                .with("argcount", arguments)
                .with("posonlyargcount", more)
                .toByteArray());
      }
    }
    cases.put(
        "arguments beyond 32 bits",
        new CodeStream(version)
            .with("argcount", Integer.MAX_VALUE)
            .with("kwonlyargcount", Integer.MAX_VALUE)
            .toByteArray());
  }

  /** Sets of two code objects that differ in one field, or in a constant. */
  private static void equalityCases(PythonVersion version, Map<String, byte[]> cases) {
    CodeStream one = new CodeStream(version);
    cases.put("equal code objects", set(one, one));
    cases.put("tuples of equal code objects", set(tuple(one), tuple(one)));
    Map<String, byte[]> others = new LinkedHashMap<>();
    others.put("argcount", of(0));
    others.put("stacksize", of(0));
    others.put("posonlyargcount", of(1));
    others.put("kwonlyargcount", of(1));
    others.put("nlocals", of(3));
    others.put("firstlineno", of(9));
    others.put("flags", of(0x42));
    others.put("code", bytes("\11\0"));
    others.put("consts", tuple("N", "N"));
    for (String field : List.of("names", "varnames", "localsplusnames")) {
      others.put(field, tuple(name("x"), name("z")));
    }
    others.put("localspluskinds", bytes(" `"));
    others.put("freevars", tuple(name("f")));
    others.put("cellvars", tuple(name("c")));
    for (String field : List.of("filename", "name", "qualname")) {
      others.put(field, name("other"));
    }
    others.put("linetable", bytes("\1\1"));
    others.put("exceptiontable", bytes("\1"));
    others.forEach(
        (field, value) ->
            cases.put(
                "code objects that differ in " + field,
                set(one, new CodeStream(version).with(field, value))));
    cases.put(
        "code objects that differ in NOFREE", set(new CodeStream(version).with("flags", 0x3), one));

    byte[] nan = number(Double.NaN);
    CodeStream other = new CodeStream(version).with("consts", tuple(integer(1)));
    Object[][] pairs = {
      {integer(1), of("T")},
      {integer(1), number(1)},
      {of("T"), number(1)},
      {integer(1), of("l", 1, "\1\0")},
      {number(0.0), number(-0.0)},
      {number(1), number(1)},
      {integer(0), complex(0, 0)},
      {complex(0, 1), complex(0, 1)},
      {complex(0, 0), complex(-0.0, 0)},
      {complex(0, 0), complex(0, -0.0)},
      {bytes("a"), bytes("a")},
      {bytes("a"), text("a")},
      {text("a"), text("a")},
      {tuple(integer(1)), tuple(integer(1))},
      {tuple(integer(1)), tuple("T")},
      {frozenset(integer(1)), frozenset(integer(1))},
      {frozenset(integer(1)), frozenset("T")},
      {frozenset(integer(1), "N"), frozenset("N", integer(1))},
      {frozenset(tuple(integer(1))), frozenset(tuple("T"))},
      {tuple(frozenset(integer(1))), tuple(frozenset("T"))},
      {nan, nan},
      {tuple(nan), tuple(nan)},
      {of("."), of(".")},
      {of("S"), of("S")},
      {one, one},
      {one, other},
      {other, new CodeStream(version).with("consts", tuple("T"))},
      {list(), list()},
      {tuple(dict()), tuple(set())},
    };
    for (int i = 0; i < pairs.length; i++) {
      cases.put(
          "code objects with constants, pair " + i,
          set(
              new CodeStream(version).with("consts", tuple(pairs[i][0])),
              new CodeStream(version).with("consts", tuple(pairs[i][1]))));
    }
  }

  private static void textFloatCases(Map<String, byte[]> cases) {
    for (String text :
        List.of(
            "1.5",
            "1.5\0",
            "1.5\0junk",
            "\0",
            "\0001.5",
            "nan\0",
            "-inf\0x",
            "1.5 \0",
            " 1.5",
            "",
            "1e400\0",
            "1_0",
            "0x10\0")) {
      cases.put("float " + text, of("f" + (char) text.length() + text));
      cases.put("complex " + text, of("x" + (char) text.length() + text + "\0031.5"));
    }
  }

  /** Graphs in which something refers to what is not complete yet, or holds itself. */
  private static void cycleCases(PythonVersion version, Map<String, byte[]> cases) {
    byte[] top = ref(0);
    Map<String, byte[]> constants = new LinkedHashMap<>();
    constants.put("T", top);
    constants.put("(T,)", tuple(top));
    constants.put("((T,),)", tuple(tuple(top)));
    constants.put("([T],)", tuple(list(top)));
    constants.put("(([T],),)", tuple(tuple(list(top))));
    constants.put("({None: T},)", tuple(dict("N", top)));
    constants.put("({T: None},)", tuple(dict(top, "N")));
    constants.put("({T},)", tuple(set(top)));
    constants.put("(frozenset({T}),)", tuple(frozenset(top)));
    for (Map.Entry<String, byte[]> each : constants.entrySet()) {
      CodeStream code = new CodeStream(version).with("consts", each.getValue());
      CodeStream outer = new CodeStream(version).with("consts", tuple(code));
      String what = "code object with constants " + each.getKey();
      cases.put("T = (C,), " + what, flagged(tuple(code)));
      cases.put("T = [C], " + what, flagged(list(code)));
      cases.put("T = {None: C}, " + what, flagged(dict("N", code)));
      cases.put("T = {C: None}, " + what, flagged(dict(code, "N")));
      cases.put("T = {C}, " + what, flagged(set(code)));
      cases.put("T = frozenset({C}), " + what, flagged(frozenset(code)));
      cases.put("T = C, " + what, flagged(code.toByteArray()));
      cases.put("T = (D,), C in D, " + what, flagged(tuple(outer)));
      cases.put("T = D, C in D, " + what, flagged(outer.toByteArray()));
      cases.put("T = (T,), " + what, list(flagged(tuple(top)), code));
      cases.put("T = ((T,),), " + what, list(flagged(tuple(tuple(top))), code));
      cases.put("T = ([T],), " + what, list(flagged(tuple(list(top))), code));
      cases.put("T = [T], " + what, list(flagged(list(top)), code));
    }
    for (String field :
        List.of("names", "varnames", "localsplusnames", "freevars", "cellvars", "name")) {
      CodeStream code = new CodeStream(version);
      if (code.has(field)) {
        cases.put("T = (C,), " + field + " T", flagged(tuple(code.with(field, top))));
      }
    }
    cases.put("T = (frozenset({T}),)", flagged(tuple(frozenset(top))));
    cases.put("T = ({T},)", flagged(tuple(set(top))));
    cases.put("T = ({(T,)},)", flagged(tuple(set(tuple(top)))));
    cases.put("T = ({T: None},)", flagged(tuple(dict(top, "N"))));
    cases.put("T = ({None: T},)", flagged(tuple(dict("N", top))));
    cases.put("T = ((T,),)", flagged(tuple(tuple(top))));
    cases.put("T = (T,), {T}", list(flagged(tuple(top)), set(top)));
  }

  private static void nanCases(PythonVersion version, Map<String, byte[]> cases) {
    byte[] nan = number(Double.NaN);
    byte[] complex = complex(Double.NaN, 0);
    byte[] same = flagged(nan);
    cases.put("NaNs", tuple(same, set(ref(0), ref(0), nan)));
    cases.put("NaNs in tuples", tuple(same, set(tuple(ref(0)), tuple(ref(0)), tuple(nan))));
    cases.put("complex NaNs", tuple(flagged(complex), set(ref(0), ref(0), complex)));
    CodeStream code = new CodeStream(version).with("consts", tuple(ref(0)));
    cases.put("code objects with one NaN", tuple(same, set(code, code)));
    code = new CodeStream(version).with("consts", tuple(tuple(ref(0))));
    cases.put("code objects with one NaN in tuples", tuple(same, set(code, code)));
  }

  /** CPython corrects a flag and a size as it loads them; here they stay as the stream has them. */
  @TestFactory
  Stream<DynamicTest> numbersThatCPythonCorrectsAreKept() throws IOException {
    return CPythons.interpreters().stream()
        .map(python -> DynamicTest.dynamicTest(python.toString(), () -> correct(python)));
  }

  private void correct(Path python) throws IOException, InterruptedException {
    PythonVersion version = version(python);
    boolean setsNoFree = !version.isPython2() && !version.hasLocalsPlus();
    boolean setsStack = version.compareTo(PythonVersion.V3_13) >= 0;
    byte[] free = new CodeStream(version).with("flags", 0x3).with("stacksize", 0).toByteArray();
    byte[] cell =
        new CodeStream(version)
            .with("cellvars", tuple(name("c")))
            .with("stacksize", 1)
            .toByteArray();
    assertThat(load(python, List.of(free, cell)))
        .containsExactly(
            "ok code(" + (setsNoFree ? 0x43 : 0x3) + "," + (setsStack ? 1 : 0) + ")",
            "ok code(" + (setsNoFree ? 0x3 : 0x43) + ",1)");
    CodeValue code = (CodeValue) MarshalDecoder.decode(free, 0, free.length, version, null);
    assertThat(code.flags()).isEqualTo(0x3);
    assertThat(code.stackSize()).isZero();
    assertThat(((CodeValue) MarshalDecoder.decode(cell, 0, cell.length, version, null)).flags())
        .isEqualTo(0x43);
  }

  private PythonVersion version(Path python) throws IOException, InterruptedException {
    String script = "import sys; print('%d.%d' % sys.version_info[:2])";
    return PythonVersion.ofName(
        Processes.run(directory, List.of(python.toString(), "-c", script)).out().strip());
  }

  private List<String> load(Path python, List<byte[]> streams)
      throws IOException, InterruptedException {
    Path script = directory.resolve(SCRIPT);
    if (!Files.exists(script)) {
      try (InputStream resource = CodeStreamIT.class.getResourceAsStream(SCRIPT)) {
        Files.copy(resource, script);
      }
    }
    Path in = directory.resolve("streams.txt");
    Path out = directory.resolve("answers.txt");
    Files.write(in, streams.stream().map(HexFormat.of()::formatHex).toList());
    Processes.Result result =
        Processes.run(
            directory,
            List.of(python.toString(), script.toString(), in.toString(), out.toString()));
    assertThat(result.code()).as(result.err()).isZero();
    List<String> answers = Files.readAllLines(out);
    assertThat(answers).hasSameSizeAs(streams);
    return answers;
  }
}
