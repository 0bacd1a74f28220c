package org.marshalimage.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.marshalimage.compare.Compared.code;
import static org.marshalimage.compare.Compared.names;
import static org.marshalimage.compare.Compared.str;
import static org.marshalimage.compare.Compared.texts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TestData;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CanonicalJson;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;

/** Differences of code objects, by field. */
class CodeComparisonTest {
  private static final Value ONE = IntValue.of(1);

  private static BytesValue bytes(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return BytesValue.of(all);
  }

  private static CodeValue with(Consumer<CodeValue.Builder> change) {
    CodeValue.Builder builder = code("f");
    change.accept(builder);
    return builder.build();
  }

  @Test
  void eachFieldIsNamedAsCPythonDoes() throws Exception {
    Map<String, Consumer<CodeValue.Builder>> changes = new LinkedHashMap<>();
    changes.put("co_argcount: 0 in A, 1 in B", b -> variables(b).argCount(1));
    changes.put(
        "co_posonlyargcount: 0 in A, 1 in B", b -> variables(b).argCount(1).posOnlyArgCount(1));
    changes.put("co_kwonlyargcount: 0 in A, 1 in B", b -> variables(b).kwOnlyArgCount(1));
    changes.put("co_stacksize: 0 in A, 7 in B", b -> b.stackSize(7));
    changes.put("co_flags: 0x0 in A, 0x43 in B", b -> b.flags(0x43));
    changes.put("co_firstlineno: 0 in A, 9 in B", b -> b.firstLine(9));
    changes.put("co_names[1]: 'b' in A, 'x' in B", b -> b.names(names("a", "x")));
    changes.put("co_name: 'f' in A, 'g' in B", b -> b.name(str("g")));
    changes.put("co_qualname: 'f' in A, 'C.f' in B", b -> b.qualName(str("C.f")));
    changes.put("co_filename: 'f.py' in A, 'g.py' in B", b -> b.filename(str("g.py")));
    changes.put("co_localsplusnames: 0 items in A, 1 item in B", CodeComparisonTest::variables);
    changes.put("co_localsplusnames[0]: only in B: 'v'", CodeComparisonTest::variables);
    changes.put(
        "co_localspluskinds: 0 bytes in A, 1 byte in B; they differ from [0]",
        CodeComparisonTest::variables);
    changes.put(
        "co_linetable: 0 bytes in A, 2 bytes in B; they differ from [0]",
        b -> b.lineTable(bytes(1, 2)));
    changes.put(
        "co_exceptiontable: 0 bytes in A, 1 byte in B; they differ from [0]",
        b -> b.exceptionTable(bytes(1)));
    changes.put("co_consts[0]: only in B: 1", b -> b.consts(SequenceValue.tuple(ONE)));
    changes.put("co_consts: 0 items in A, 1 item in B", b -> b.consts(SequenceValue.tuple(ONE)));
    for (Map.Entry<String, Consumer<CodeValue.Builder>> each : changes.entrySet()) {
      assertThat(texts(with(b -> {}), with(each.getValue()))).contains("r: " + each.getKey());
    }
    assertThat(texts(with(b -> {}), with(b -> {}))).isEmpty();
  }

  private static CodeValue.Builder variables(CodeValue.Builder builder) {
    return builder.localNames(names("v")).kinds(bytes(0x20));
  }

  @Test
  void fieldsOfPython2AreThose() throws Exception {
    CodeValue a = python2(new byte[] {100, 1, 0, 83}, "v", 1);
    CodeValue b = python2(new byte[] {100, 2, 0, 83}, "w", 2);
    assertThat(texts(a, b))
        .containsExactlyInAnyOrder(
            "r: co_nlocals: 1 in A, 2 in B",
            "r: co_varnames[0]: 'v' in A, 'w' in B",
            "r: co_cellvars[0]: 'v' in A, 'w' in B",
            "r: co_freevars[0]: 'v' in A, 'w' in B",
            "r: co_lnotab: 1 byte in A, 1 byte in B; they differ from [0]",
            "r: co_code: 4 bytes in A, 4 bytes in B; they differ from [1]: LOAD_CONST 1 at 0 in"
                + " A, LOAD_CONST 2 at 0 in B");
  }

  private static CodeValue python2(byte[] code, String variable, int locals) {
    Value names = SequenceValue.tuple(BytesValue.of(variable.getBytes()));
    Value name = BytesValue.of(new byte[] {'f'});
    return CodeValue.builder(PythonVersion.V2_7)
        .localCount(locals)
        .code(BytesValue.of(code))
        .consts(SequenceValue.tuple())
        .names(SequenceValue.tuple())
        .localNames(names)
        .freevars(names)
        .cellvars(names)
        .filename(name)
        .name(name)
        .lineTable(bytes(locals))
        .build();
  }

  @Test
  void bytecodeIsOneDifferenceWithItsFirstInstruction() throws Exception {
    // EXTENDED_ARG, then LOAD_CONST; RETURN_CONST; an instruction that B has not.
    CodeValue a = with(b -> b.code(bytes(149, 0, 71, 1, 83, 2, 103, 0)));
    CodeValue b = with(c -> c.code(bytes(149, 0, 71, 1, 83, 3)));
    assertThat(texts(a, b))
        .containsExactly(
            "r: co_code: 8 bytes in A, 6 bytes in B; they differ from [5]: LOAD_CONST 258 at 4"
                + " in A, LOAD_CONST 259 at 4 in B");
    CodeValue shorter = with(c -> c.code(bytes(149, 0, 71, 1, 83, 2)));
    assertThat(texts(a, shorter)).singleElement().asString().contains("nothing in B");
  }

  @Test
  void functionsAreComparedByNameAndMayMove() throws Exception {
    Value a = code("m", code("f", ONE).build(), ONE, code("g").build()).build();
    Value moved =
        code("m", code("new").build(), code("g").build(), ONE, code("f", IntValue.of(2)).build())
            .build();
    assertThat(texts(a, moved))
        .containsExactly(
            "r: co_consts[0]: only in B: <code object new, line 0>",
            "r: co_consts[0].co_consts[0]: 1 in A, 2 in B");
    Value gone = code("m", ONE, code("g").build()).build();
    assertThat(texts(a, gone))
        .containsExactly("r: co_consts[0]: only in A: <code object f, line 0>");
  }

  @Test
  void functionsOfOneNameAreComparedInTheirOrder() throws Exception {
    Value a = code("m", code("f", ONE).build(), code("f", str("x")).build()).build();
    Value b =
        code("m", str("c"), code("f", ONE).build(), code("f", str("y")).build(), code("f").build())
            .build();
    assertThat(texts(a, b))
        .containsExactly(
            "r: co_consts: 0 items in A, 1 item in B",
            "r: co_consts[0]: only in B: 'c'",
            "r: co_consts[3]: only in B: <code object f, line 0>",
            "r: co_consts[1].co_consts[0]: 'x' in A, 'y' in B");
  }

  @Test
  void pathGoesThroughFunctionsAsCPythonNamesThem() throws Exception {
    CodeValue.Builder inner = code("h").names(names("a", "x"));
    Value a = code("m", ONE, code("g", ONE, code("h").build()).build()).build();
    Value b = code("m", ONE, code("g", ONE, inner.build()).build()).build();
    assertThat(texts(a, b))
        .containsExactly("r: co_consts[1].co_consts[1].co_names[1]: 'b' in A, 'x' in B");
  }

  @Test
  void anotherPythonIsToldOnceForARoot() throws Exception {
    PycFile older = PycFile.read(TestData.path("pyc/3.12/classes.pyc"));
    PycFile newer = PycFile.read(TestData.path("pyc/3.13/classes.pyc"));
    List<String> found = texts(older.root(), newer.root());
    assertThat(found)
        .filteredOn(line -> line.contains("<python>"))
        .containsExactly("r: <python>: 3.12 in A, 3.13 in B");
    assertThat(texts(of(PythonVersion.V3_12, 151, 0), of(PythonVersion.V3_13, 149, 0)))
        .containsExactly(
            "r: <python>: 3.12 in A, 3.13 in B",
            "r: co_code: 2 bytes in A, 2 bytes in B; they differ from [0], with the same"
                + " instructions");
    PycFile oldest = PycFile.read(TestData.path("pyc/3.6/classes.pyc"));
    assertThat(texts(oldest.root(), newer.root())).contains("r: <python>: 3.6 in A, 3.13 in B");
  }

  private static CodeValue of(PythonVersion version, int... code) {
    BytesValue none = bytes();
    Value empty = SequenceValue.tuple();
    return CodeValue.builder(version)
        .code(bytes(code))
        .consts(empty)
        .names(empty)
        .localNames(empty)
        .kinds(none)
        .filename(str("f.py"))
        .name(str("f"))
        .qualName(str("f"))
        .lineTable(none)
        .exceptionTable(none)
        .build();
  }

  @Test
  void anotherNameOfTheFileIsToldOnceForARoot() throws Exception {
    CodeValue.Builder inner = code("h").filename(str("g.py"));
    Value a = code("m", code("h").build(), code("i").build()).build();
    Value b =
        code("m", inner.build(), code("i").filename(str("x.py")).build())
            .filename(str("g.py"))
            .build();
    assertThat(texts(a, b))
        .containsExactly(
            "r: co_filename: 'f.py' in A, 'g.py' in B",
            "r: co_consts[1].co_filename: 'f.py' in A, 'x.py' in B");
  }

  /**
   * What CanonicalJson tells apart, and what it leaves out: identity, and unknown kinds of locals.
   */
  @Test
  void eachBitOfAFileThatChangesItsGraphIsFound() throws Exception {
    byte[] bytes = Files.readAllBytes(TestData.path("pyc/3.13/decorators.pyc"));
    Value root = PycFile.parse(bytes, null).root();
    String json = CanonicalJson.write(root);
    int changed = 0;
    for (int bit = 8 * PythonVersion.V3_13.headerLength(); bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Value other;
      String otherJson;
      try {
        other = PycFile.parse(flipped, null).root();
        otherJson = CanonicalJson.write(other, 1 << 24);
      } catch (MarshalFormatException | IllegalArgumentException e) {
        continue;
      }
      List<Difference> found = Compared.differences(root, other);
      if (!otherJson.equals(json)) {
        assertThat(found).as("bit " + bit).isNotEmpty();
        changed++;
      } else {
        assertThat(found)
            .as("bit " + bit)
            .allMatch(
                each ->
                    each.what() == Difference.What.IDENTITY
                        || each.path().endsWith("co_localspluskinds"));
      }
      found.forEach(each -> assertThat(each.toText()).startsWith("r").doesNotContain("\n"));
    }
    assertThat(changed).isGreaterThan(1000);
  }

  @Test
  void everyFileOfTestdataIsItself() throws Exception {
    int count = 0;
    for (Path file : TestData.files("pyc", ".pyc")) {
      byte[] bytes = Files.readAllBytes(file);
      Value a = PycFile.parse(bytes, null).root();
      assertThat(texts(a, PycFile.parse(bytes, null).root())).as(file.toString()).isEmpty();
      count++;
    }
    assertThat(count).isGreaterThan(500);
  }
}
