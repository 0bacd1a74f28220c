package org.marshalimage.format.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.TypeCode;
import org.marshalimage.format.model.DictValue;
import org.marshalimage.format.model.IntValue;
import org.marshalimage.format.model.SequenceValue;
import org.marshalimage.format.model.Value;

/** A frozendict that is used twice is written twice; what it holds must not be. */
class SharedFrozendictTest {
  @Test
  void whatASharedFrozendictHoldsStaysOneObject() {
    Value list = SequenceValue.list(IntValue.of(7));
    Value inner = DictValue.frozendict(IntValue.of(1), list);
    Value outer = DictValue.frozendict(IntValue.of(2), inner);
    byte[] stream =
        MarshalEncoder.encode(SequenceValue.tuple(outer, inner, outer), PythonVersion.V3_15);

    SequenceValue tuple =
        (SequenceValue) MarshalDecoder.decode(stream, 0, stream.length, PythonVersion.V3_15, null);
    Value first = ((DictValue) ((DictValue) tuple.get(0)).value(0)).value(0);
    Value second = ((DictValue) tuple.get(1)).value(0);
    Value third = ((DictValue) ((DictValue) tuple.get(2)).value(0)).value(0);
    assertThat(second).isSameAs(first);
    assertThat(third).isSameAs(first);
  }

  @Test
  void frozendictThatHoldsItselfIsRefused() {
    SequenceValue.Builder list = SequenceValue.unfinished(TypeCode.LIST);
    Value frozendict = DictValue.frozendict(IntValue.of(1), list.value());
    list.finish(new Value[] {frozendict});
    assertThatThrownBy(() -> MarshalEncoder.encode(frozendict, PythonVersion.V3_15))
        .isInstanceOf(MarshalEncodeException.class)
        .hasMessageContaining("frozendict that holds itself");
  }
}
