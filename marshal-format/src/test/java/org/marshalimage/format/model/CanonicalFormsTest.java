package org.marshalimage.format.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.PythonVersion;

/** The canonical text of each kind of value, letter for letter, and how long it may be. */
class CanonicalFormsTest {
  private static final Value ONE = IntValue.of(1);
  private static final String ONE_TEXT = "{\"int\":\"1\"}";

  private static String text(Value value) {
    return CanonicalJson.write(value).replace('"', '\'');
  }

  @Test
  void numbersAreDecimalAndFloatsAreTheirBits() {
    BigInteger big = BigInteger.ONE.shiftLeft(64);
    assertThat(text(IntValue.of(-7))).isEqualTo("{'int':'-7'}");
    assertThat(text(IntValue.of(big))).isEqualTo("{'int':'18446744073709551616'}");
    assertThat(text(IntValue.python2Long(BigInteger.TEN))).isEqualTo("{'long':'10'}");
    assertThat(text(IntValue.python2Long(big))).isEqualTo("{'long':'18446744073709551616'}");
    assertThat(text(FloatValue.ofBits(0x0123456789ABCDEFL)))
        .isEqualTo("{'float':'0123456789abcdef'}");
    assertThat(text(ComplexValue.ofBits(0xFEDCBA9876543210L, 1)))
        .isEqualTo("{'complex':['fedcba9876543210','0000000000000001']}");
  }

  @Test
  void bytesAreHexAndTextIsAscii() {
    assertThat(text(BytesValue.of(new byte[] {0, 0x1F, (byte) 0xA0, -1})))
        .isEqualTo("{'bytes':'001fa0ff'}");
    assertThat(text(BytesValue.of(new byte[0]))).isEqualTo("{'bytes':''}");
    assertThat(text(StrValue.of(" ~\u001f\u0080"))).isEqualTo("{'str':' ~\\u001f\\u0080'}");
    assertThat(text(StrValue.of("\uffff\ud800\udc00\udbff\udfff")))
        .isEqualTo("{'str':'\\uffff\\ud800\\udc00\\udbff\\udfff'}");
  }

  @Test
  void textWithSurrogatesIsHexOfAllOfIt() {
    int[] points = {'a', 0xD83D, 0xDFFF, 0xE9, 0x20AC, 0x1F600};
    assertThat(text(StrValue.ofCodePoints(points, 0, points.length, false)))
        .isEqualTo("{'wtf8':'61eda0bdedbfbfc3a9e282acf09f9880'}");
  }

  @Test
  void containersAreListsOfWhatTheyHold() {
    Value none = Singleton.NONE;
    assertThat(text(SequenceValue.tuple(none, none))).isEqualTo("{'tuple':['None','None']}");
    assertThat(text(SequenceValue.list(Singleton.TRUE))).isEqualTo("{'list':['True']}");
    assertThat(text(SequenceValue.set())).isEqualTo("{'set':[]}");
    assertThat(text(SequenceValue.frozenset())).isEqualTo("{'frozenset':[]}");
    assertThat(text(DictValue.dict())).isEqualTo("{'dict':[]}");
    assertThat(text(DictValue.frozendict(ONE, none)))
        .isEqualTo("{'frozendict':[[{'int':'1'},'None']]}");
    assertThat(text(new SliceValue(none, ONE, Singleton.ELLIPSIS)))
        .isEqualTo("{'slice':['None',{'int':'1'},'Ellipsis']}");
  }

  /** Items of lists stay where they are; in a set, text with a comma is still one item. */
  @Test
  void onlySetsAreSorted() {
    Value b = StrValue.of("b,a");
    Value a = StrValue.of("a");
    String sorted = "[{'str':'a'},{'str':'b,a'}]}";
    assertThat(text(SequenceValue.set(b, a))).isEqualTo("{'set':" + sorted);
    assertThat(text(SequenceValue.frozenset(b, a))).isEqualTo("{'frozenset':" + sorted);
    assertThat(text(SequenceValue.list(b, a))).isEqualTo("{'list':[{'str':'b,a'},{'str':'a'}]}");
    assertThat(text(SequenceValue.tuple(SequenceValue.set(b, a), ONE)))
        .isEqualTo("{'tuple':[{'set':" + sorted + ",{'int':'1'}]}");
  }

  @Test
  void sharedValueStandsWhereverItIsUsed() {
    Value shared = SequenceValue.tuple(ONE);
    assertThat(text(SequenceValue.list(shared, SequenceValue.list(shared))))
        .isEqualTo("{'list':[{'tuple':[{'int':'1'}]},{'list':[{'tuple':[{'int':'1'}]}]}]}");
  }

  @Test
  void textOfTheLimitIsWrittenAndOneLongerIsRefused() {
    Value list = SequenceValue.list(ONE, ONE);
    String text = "{\"list\":[" + ONE_TEXT + ',' + ONE_TEXT + "]}";
    assertThat(CanonicalJson.write(list, text.length())).isEqualTo(text);
    int beforeEnd = text.length() - "]}".length();
    assertThat(CanonicalJson.write(list, beforeEnd)).isEqualTo(text);
    assertThatThrownBy(() -> CanonicalJson.write(list, beforeEnd - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("canonical JSON exceeds its limit: limit=" + (beforeEnd - 1));
  }

  @Test
  void codeObjectHasTheFieldsOfItsVersion() {
    assertThat(text(code(PythonVersion.V2_7)))
        .isEqualTo(
            "{'code':{'name':{'bytes':'66'},'filename':{'bytes':'70'},'firstlineno':{'int':'5'},"
                + "'argcount':{'int':'2'},'nlocals':{'int':'3'},'stacksize':{'int':'6'},"
                + "'flags':{'int':'64'},'code':{'bytes':'0102'},'consts':{'tuple':['None']},"
                + "'names':{'tuple':[{'bytes':'6e'}]},"
                + "'varnames':{'tuple':[{'bytes':'78'},{'bytes':'79'},{'bytes':'7a'}]},"
                + "'freevars':{'tuple':[{'bytes':'75'}]},'cellvars':{'tuple':[{'bytes':'76'}]},"
                + "'linetable':{'bytes':'03'}}}");
    String names =
        "'varnames':{'tuple':[{'str':'x'},{'str':'y'},{'str':'z'}]},"
            + "'freevars':{'tuple':[{'str':'u'}]},'cellvars':{'tuple':[{'str':'v'}]},";
    String start = "{'code':{'name':{'str':'f'},";
    String place = "'filename':{'str':'p'},'firstlineno':{'int':'5'},'argcount':{'int':'2'},";
    String rest =
        "'kwonlyargcount':{'int':'1'},'nlocals':{'int':'3'},'stacksize':{'int':'6'},"
            + "'flags':{'int':'64'},'code':{'bytes':'0102'},'consts':{'tuple':['None']},"
            + "'names':{'tuple':[{'str':'n'}]},"
            + names
            + "'linetable':{'bytes':'03'}";
    String posOnly = "'posonlyargcount':{'int':'1'},";
    assertThat(text(code(PythonVersion.V3_7))).isEqualTo(start + place + rest + "}}");
    assertThat(text(code(PythonVersion.V3_8))).isEqualTo(start + place + posOnly + rest + "}}");
    assertThat(text(code(PythonVersion.V3_13)))
        .isEqualTo(
            start
                + "'qualname':{'str':'q'},"
                + place
                + posOnly
                + rest
                + ",'exceptiontable':{'bytes':'04'}}}");
  }

  private static Value name(PythonVersion version, String name) {
    return version.isPython2() ? BytesValue.of(name.getBytes()) : StrValue.of(name);
  }

  private static Value names(PythonVersion version, String... names) {
    Value[] all = new Value[names.length];
    for (int i = 0; i < names.length; i++) {
      all[i] = name(version, names[i]);
    }
    return SequenceValue.tuple(all);
  }

  private static CodeValue code(PythonVersion version) {
    CodeValue.Builder code =
        CodeValue.builder(version)
            .argCount(2)
            .posOnlyArgCount(version.hasPosOnlyArgs() ? 1 : 0)
            .kwOnlyArgCount(version.isPython2() ? 0 : 1)
            .stackSize(6)
            .flags(64)
            .firstLine(5)
            .code(BytesValue.of(new byte[] {1, 2}))
            .consts(SequenceValue.tuple(Singleton.NONE))
            .names(names(version, "n"))
            .filename(name(version, "p"))
            .name(name(version, "f"))
            .lineTable(BytesValue.of(new byte[] {3}));
    if (!version.hasLocalsPlus()) {
      return code.localCount(3)
          .localNames(names(version, "x", "y", "z"))
          .freevars(names(version, "u"))
          .cellvars(names(version, "v"))
          .build();
    }
    byte local = CodeLayout.KIND_LOCAL;
    byte[] kinds = {local, local, local, CodeLayout.KIND_CELL, (byte) CodeLayout.KIND_FREE};
    return code.localNames(names(version, "x", "y", "z", "v", "u"))
        .kinds(BytesValue.of(kinds))
        .qualName(name(version, "q"))
        .exceptionTable(BytesValue.of(new byte[] {4}))
        .build();
  }
}
