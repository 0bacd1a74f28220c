package org.marshalimage.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.marshalimage.format.BytesLayout;
import org.marshalimage.format.CodeLayout;
import org.marshalimage.format.HeaderLayout;
import org.marshalimage.format.ObjectLayout;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.SegmentLayout;
import org.marshalimage.format.model.BytesValue;
import org.marshalimage.format.model.CodeValue;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Singleton;
import org.marshalimage.format.model.StrValue;
import org.marshalimage.format.model.Value;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;

/** Slots, each wrong in one way, and what is said of that. */
class SlotVerifierTest {
  private static final int FLAG_VARARGS = 4;

  private static Value texts(int count) {
    return SequenceValue.tuple(
        java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> StrValue.of("v" + i))
            .toArray(Value[]::new));
  }

  private static CodeValue.Builder modern(Value locals, byte[] kinds) {
    return CodeValue.builder(PythonVersion.V3_13)
        .code(BytesValue.of(new byte[] {9, 0}))
        .consts(SequenceValue.tuple(IntValue.of(7)))
        .names(texts(1))
        .localNames(locals)
        .kinds(BytesValue.of(kinds))
        .filename(StrValue.of("f.py"))
        .name(StrValue.of("f"))
        .qualName(StrValue.of("C.f"))
        .lineTable(BytesValue.of(new byte[] {3, 3, 3}))
        .exceptionTable(BytesValue.of(new byte[] {4, 4, 4, 4}));
  }

  private static byte[] locals(int count) {
    byte[] kinds = new byte[count];
    Arrays.fill(kinds, (byte) CodeLayout.KIND_LOCAL);
    return kinds;
  }

  private static Value old(PythonVersion version) {
    Value name = version.isPython2() ? BytesValue.of(new byte[] {'n'}) : StrValue.of("n");
    return CodeValue.builder(version)
        .code(BytesValue.of(new byte[] {9, 0}))
        .consts(SequenceValue.tuple(IntValue.of(7)))
        .names(SequenceValue.tuple(name))
        .localNames(SequenceValue.tuple(name))
        .localCount(1)
        .freevars(SequenceValue.tuple(name))
        .cellvars(SequenceValue.tuple(name))
        .filename(name)
        .name(name)
        .lineTable(BytesValue.of(new byte[] {3, 3, 3}))
        .build();
  }

  private static Forge of(Value root) {
    return Forge.of(HeaderLayout.COMPACT_WIDTH, writer -> writer.add("r", root));
  }

  private static void assertContains(
      Forge forge, java.util.function.Consumer<Forge> edit, String... expected) {
    assertThat(forge.copy().edit(edit).findings()).contains(expected);
  }

  @Test
  void slotsLeadToStartsOfObjectsOfTheModuleOrShared() {
    Value shared = StrValue.of("shared");
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(shared, IntValue.of(1)))
                    .add("b", SequenceValue.list(shared, IntValue.of(2)))
                    .add("c", SequenceValue.list(shared, IntValue.of(3))));
    int slot = forge.slotAt(forge.root(1), 1);
    int own = forge.item(forge.root(1), 1);
    for (int module : new int[] {0, 2}) {
      int other = forge.item(forge.root(module), 1);
      assertContains(
          forge,
          each -> each.setSlot(slot, other),
          "object at "
              + slot
              + ": slot leads to another module's object, found=0x"
              + Integer.toHexString(other),
          "object at " + own + ": nothing leads to the object");
    }
    for (int target : new int[] {own + 8, own - 8, 8, own + (1 << 20)}) {
      assertContains(
          forge,
          each -> each.setSlot(slot, target),
          "object at "
              + slot
              + ": slot leads to no object, found=0x"
              + Integer.toHexString(target));
    }
  }

  @Test
  void sharedObjectsDoNotLeadIntoModules() {
    Value shared = SequenceValue.tuple(StrValue.of("x"), StrValue.of("y"));
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(shared, StrValue.of("own")))
                    .add("b", SequenceValue.list(shared)));
    int slot = forge.slotAt(forge.item(forge.root(0), 0), 1);
    int own = forge.item(forge.root(0), 1);
    assertContains(
        forge,
        each -> each.setSlot(slot, own),
        "object at "
            + slot
            + ": slot leads to another module's object, found=0x"
            + Integer.toHexString(own));
  }

  @Test
  void rootIsAnObjectOfItsModuleOrShared() {
    Forge forge =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .add("a", SequenceValue.list(IntValue.of(1)))
                    .add("b", SequenceValue.list(IntValue.of(2))));
    int field = forge.segment(0) + SegmentLayout.ROOT_OFFSET;
    int root = forge.root(0);
    for (int target : new int[] {forge.root(1), root + 8, 3}) {
      assertContains(
          forge,
          each -> each.bytes.putLong(field, target),
          "module 0 at " + field + ": root is no object of the module, found=" + target,
          "object at " + root + ": nothing leads to the object");
    }
  }

  @Test
  void objectThatNothingLeadsToIsFound() {
    Forge forge = of(SequenceValue.list(IntValue.of(1), IntValue.of(2)));
    int root = forge.root(0);
    int second = forge.item(root, 1);
    forge.assertFindings(
        each -> each.setSlot(each.slotAt(root, 1), each.item(root, 0)),
        "object at " + second + ": nothing leads to the object");
  }

  @Test
  void keysHaveHashesAndStandOnce() {
    Value list = SequenceValue.list();
    Value set = SequenceValue.set(IntValue.of(1), IntValue.of(2));
    Value dict = DictValue.dict(IntValue.of(3), IntValue.of(4), IntValue.of(5), IntValue.of(3));
    Value frozen = SequenceValue.frozenset(IntValue.of(6), IntValue.of(8));
    Forge forge =
        of(
            SequenceValue.list(
                list,
                set,
                dict,
                frozen,
                SequenceValue.list(IntValue.of(2), IntValue.of(5), IntValue.of(8)),
                DictValue.dict(),
                SequenceValue.set()));
    forge.assertFindings(each -> {});
    int root = forge.root(0);
    for (int container : new int[] {1, 2, 3}) {
      int at = forge.item(root, container);
      int first = forge.slotAt(at, 0);
      int second = forge.slotAt(at, container == 2 ? 2 : 1);
      assertThat(forge.copy().edit(each -> each.setSlot(second, each.slot(first))).findings())
          .contains("object at " + second + ": key stands twice");
      for (int unhashable : new int[] {0, 5, 6}) {
        int target = forge.item(root, unhashable);
        String name = new String[] {"list", "", "", "", "", "dict", "set"}[unhashable];
        assertContains(
            forge,
            each -> each.setSlot(first, target),
            "object at " + first + ": key that has no hash, found=" + name);
      }
    }
    // The values of a dict may be anything, and stand as often as they like.
    int at = forge.item(root, 2);
    int target = forge.item(root, 0);
    assertThat(
            forge
                .copy()
                .edit(
                    each -> {
                      each.setSlot(each.slotAt(at, 1), target);
                      each.setSlot(each.slotAt(at, 3), target);
                    })
                .findings())
        .noneMatch(finding -> finding.contains("key"));
  }

  @Test
  void sequencesHoldWhatTheyLikeAsOftenAsTheyLike() {
    Value list = SequenceValue.list();
    Forge forge =
        of(SequenceValue.list(list, list, SequenceValue.tuple(list, list), SequenceValue.set()));
    forge.assertFindings(each -> {});
  }

  @Test
  void whatOneSetHoldsAnotherMayHold() {
    Value one = IntValue.of(1);
    Value two = IntValue.of(2);
    Forge forge =
        of(
            SequenceValue.list(
                SequenceValue.set(one, two),
                SequenceValue.frozenset(two, one),
                DictValue.dict(one, two, two, one)));
    forge.assertFindings(each -> {});
  }

  @Test
  void fieldsOfCodeHaveTheirTypes() {
    Forge forge = of(SequenceValue.list(modern(texts(1), locals(1)).build(), Singleton.NONE));
    forge.assertFindings(each -> {});
    int code = forge.item(forge.root(0), 0);
    int none = forge.item(forge.root(0), 1);
    String[] types = {
      "bytes", "tuple", "tuple", "tuple", "bytes", "bytes", "str", "str", "str", "bytes"
    };
    for (int field = 0; field < CodeLayout.SLOTS; field++) {
      int at = forge.codeSlotAt(code, field);
      assertContains(
          forge,
          each -> each.setSlot(at, none),
          "object at " + at + ": type of a field, expected=" + types[field] + ", found=None");
      assertContains(
          forge,
          each -> each.setSlot(at, 0),
          "object at " + at + ": slot leads to no object, found=0x0");
    }
  }

  @Test
  void fieldsOfOlderCodeHaveTheirTypesAndNoQualifiedName() {
    for (PythonVersion version : new PythonVersion[] {PythonVersion.V2_7, PythonVersion.V3_8}) {
      Forge forge = of(SequenceValue.list(old(version), Singleton.NONE));
      forge.assertFindings(each -> {});
      int code = forge.item(forge.root(0), 0);
      int none = forge.item(forge.root(0), 1);
      String name = version.isPython2() ? "bytes" : "str";
      String[] types = {
        "bytes", "tuple", "tuple", "tuple", "tuple", "tuple", name, name, null, "bytes"
      };
      for (int field = 0; field < CodeLayout.SLOTS; field++) {
        int at = forge.codeSlotAt(code, field);
        assertContains(
            forge,
            each -> each.setSlot(at, none),
            "object at "
                + at
                + (types[field] == null
                    ? ": qualname before 3.11"
                    : ": type of a field, expected=" + types[field] + ", found=None"));
      }
    }
  }

  @Test
  void namesOfCodeHaveTheirType() {
    Forge forge = of(SequenceValue.list(old(PythonVersion.V3_8), Singleton.NONE));
    int code = forge.item(forge.root(0), 0);
    int none = forge.item(forge.root(0), 1);
    // The four tuples are equal, and so one.
    int tuple = forge.slot(forge.codeSlotAt(code, CodeLayout.NAMES_SLOT));
    String said = ": type of name 0, expected=str, found=None";
    assertContains(
        forge,
        each -> each.setSlot(each.slotAt(tuple, 0), none),
        "object at " + forge.codeSlotAt(code, CodeLayout.NAMES_SLOT) + said,
        "object at " + forge.codeSlotAt(code, CodeLayout.LOCAL_NAMES_SLOT) + said,
        "object at " + forge.codeSlotAt(code, CodeLayout.KINDS_OR_FREEVARS_SLOT) + said,
        "object at " + forge.codeSlotAt(code, CodeLayout.EXCEPTIONS_OR_CELLVARS_SLOT) + said);
  }

  /** Long ones are gone through once, however many code objects have them. */
  @Test
  void namesAndKindsBehindTheFirst256AreChecked() {
    for (int count : new int[] {255, 256, 257, 300}) {
      Value names = texts(count);
      byte[] kinds = locals(count);
      Forge forge =
          of(
              SequenceValue.list(
                  modern(names, kinds).names(names).build(),
                  modern(names, kinds).names(names).build(),
                  Singleton.NONE));
      forge.assertFindings(each -> {});
      int none = forge.item(forge.root(0), 2);
      int code = forge.item(forge.root(0), 0);
      int other = forge.item(forge.root(0), 1);
      int tuple = forge.slot(forge.codeSlotAt(code, CodeLayout.NAMES_SLOT));
      String said = ": type of name " + (count - 1) + ", expected=str, found=None";
      assertContains(
          forge,
          each -> each.setSlot(each.slotAt(tuple, count - 1), none),
          "object at " + forge.codeSlotAt(code, CodeLayout.NAMES_SLOT) + said,
          "object at " + forge.codeSlotAt(other, CodeLayout.NAMES_SLOT) + said);
      int bytes = forge.slot(forge.codeSlotAt(code, CodeLayout.KINDS_OR_FREEVARS_SLOT));
      String locals = ": local variables, expected=" + (count - 1) + ", found=" + count;
      forge.assertFindings(
          each ->
              each.bytes.put(
                  bytes + BytesLayout.DATA_OFFSET + count - 1, (byte) CodeLayout.KIND_FREE),
          "object at " + (code + CodeLayout.LOCAL_COUNT_OFFSET) + locals,
          "object at " + (other + CodeLayout.LOCAL_COUNT_OFFSET) + locals);
    }
  }

  @Test
  void everyVariableHasItsKind() {
    Forge forge =
        of(
            SequenceValue.list(
                modern(texts(2), locals(2)).build(), BytesValue.of(new byte[] {1, 2, 3})));
    int code = forge.item(forge.root(0), 0);
    int three = forge.item(forge.root(0), 1);
    int at = forge.codeSlotAt(code, CodeLayout.KINDS_OR_FREEVARS_SLOT);
    assertContains(
        forge,
        each -> each.setSlot(at, three),
        "object at " + at + ": kinds of variables, expected=2, found=3");
    forge.assertFindings(
        each -> each.bytes.putInt(code + CodeLayout.LOCAL_COUNT_OFFSET, 5),
        "object at "
            + (code + CodeLayout.LOCAL_COUNT_OFFSET)
            + ": local variables, expected=2, found=5");
  }

  @Test
  void countsOfCodeAreHeldAgainstTheirBytecodeAndLocals() {
    Forge forge = of(modern(texts(1), locals(1)).build());
    int code = forge.root(0);
    int bytecode = forge.slot(forge.codeSlotAt(code, CodeLayout.CODE_SLOT));
    String at = "object at " + (code + CodeLayout.ARG_COUNT_OFFSET) + ": ";
    assertThat(
            forge
                .copy()
                .edit(
                    each -> {
                      each.bytes.putInt(bytecode + ObjectLayout.SIZE_OFFSET, 1);
                      each.bytes.put(bytecode + BytesLayout.DATA_OFFSET + 1, (byte) 0);
                    })
                .findings())
        .containsExactly(at + "code: expected an even length, found 1");
    assertThat(
            forge
                .copy()
                .edit(each -> each.bytes.putInt(code + CodeLayout.KW_ONLY_ARG_COUNT_OFFSET, 2))
                .findings())
        .singleElement()
        .asString()
        .startsWith(at + "localspluskinds: expected at least 2 locals");
    assertThat(
            forge
                .copy()
                .edit(
                    each -> {
                      each.bytes.putInt(code + CodeLayout.ARG_COUNT_OFFSET, 1);
                      each.bytes.putInt(code + CodeLayout.FLAGS_OFFSET, FLAG_VARARGS);
                    })
                .findings())
        .singleElement()
        .asString()
        .startsWith(at + "localspluskinds: expected at least 2 locals");
    assertThat(
            forge
                .copy()
                .edit(each -> each.bytes.putInt(code + CodeLayout.POS_ONLY_ARG_COUNT_OFFSET, 1))
                .findings())
        .singleElement()
        .asString()
        .startsWith(at + "posonlyargcount: expected at most argcount");
    assertThat(
            forge
                .copy()
                .edit(each -> each.bytes.putInt(code + CodeLayout.STACK_SIZE_OFFSET, -1))
                .findings())
        .containsExactly(at + "stacksize: expected at least 0, found -1");
  }

  @Test
  void codeHasTheMagicNumberOfItsModuleAndOfNoOtherIfItHasNone() {
    Value inner = modern(texts(0), locals(0)).build();
    CodeValue outer = modern(texts(0), locals(0)).consts(SequenceValue.tuple(inner)).build();
    Forge module =
        Forge.of(
            HeaderLayout.COMPACT_WIDTH,
            writer ->
                writer
                    .addModule(
                        "a",
                        new PycFile(PythonVersion.V3_13, PycHeader.timestamp(1, 1), outer),
                        false)
                    .add("b", SequenceValue.list(inner)));
    short other = (short) PythonVersion.V3_12.magicNumber();
    int code = module.root(0);
    int consts = module.slot(module.codeSlotAt(code, CodeLayout.CONSTS_SLOT));
    int deep = module.item(consts, 0);
    for (int each : new int[] {code, deep}) {
      module.assertFindings(
          forge -> forge.bytes.putShort(each + CodeLayout.MAGIC_OFFSET, other),
          "object at "
              + (each + CodeLayout.MAGIC_OFFSET)
              + ": magic number is not the module's, expected=3571, found=3531");
    }
    int free = module.item(module.root(1), 0);
    module.assertFindings(forge -> forge.bytes.putShort(free + CodeLayout.MAGIC_OFFSET, other));
  }

  @Test
  void slotsThatLeadWhereNothingCouldBeToldApartAreNotSaidTwice() {
    Forge forge = of(SequenceValue.list(IntValue.of(1), IntValue.of(2), IntValue.of(3)));
    int first = forge.item(forge.root(0), 0);
    forge.assertFindings(
        each -> each.bytes.putLong(first + ObjectLayout.TYPE_OFFSET, 'z'),
        "object at " + first + ": unknown type code: found=0x7a (str)",
        "object at "
            + forge.slotAt(forge.root(0), 0)
            + ": slot leads to no object, found=0x"
            + Integer.toHexString(first));
  }
}
