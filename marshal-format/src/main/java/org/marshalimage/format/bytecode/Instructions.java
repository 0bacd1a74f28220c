package org.marshalimage.format.bytecode;

import java.nio.ByteBuffer;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.format.model.CodeValue;

/**
 * Walks bytecode as compilers write it, one instruction at a time. Extended arguments are folded
 * into the instruction that they extend, and inline caches belong to the instruction before them.
 *
 * <pre>{@code
 * Instructions at = code.instructions();
 * while (at.next()) {
 *   print(at.offset(), at.opcode().name(), at.argument(), at.jumpTarget());
 * }
 * }</pre>
 *
 * <p>{@code startOffset <= offset < cacheOffset <= endOffset}: prefixes lie from {@link
 * #startOffset()} up to {@link #offset()}, there the opcode, then its argument, and inline caches
 * from {@link #cacheOffset()} up to {@link #endOffset()}, which is the next instruction's {@code
 * startOffset}. Damaged bytecode ends in an instruction that {@link #isTruncated()}.
 *
 * <p>Not thread-safe.
 */
public final class Instructions {
  /** No jump, or one that leaves the bytecode. */
  public static final int NO_TARGET = -1;

  private static final int MAX_BYTE = 0xFF;
  private static final int WORD = 2;

  private final Opcodes opcodes;
  private final boolean isPython2;
  private final int jumpUnit;

  private ByteBuffer bytes;
  private int first;
  private int length;

  private int start;
  private int offset;
  private int cacheOffset;
  private int end;
  private Opcode opcode;
  private int argument;
  private boolean hasArgument;
  private boolean truncated;

  private Instructions(PythonVersion version, ByteBuffer bytecode) {
    opcodes = Opcodes.of(version);
    isPython2 = version.isPython2();
    jumpUnit = opcodes.jumpUnit();
    opcode = opcodes.opcode(0);
    bytes = bytecode;
    wrap(bytecode);
  }

  /**
   * Makes a cursor before the first instruction of bytecode.
   *
   * @param version the version of its code object
   * @param bytecode {@code co_code}, from position to limit; not copied
   * @return a new cursor
   */
  public static Instructions of(PythonVersion version, ByteBuffer bytecode) {
    return new Instructions(version, bytecode);
  }

  /**
   * Makes a cursor before the first instruction of bytecode.
   *
   * @param version the version of its code object
   * @param bytecode {@code co_code}; not copied
   * @return a new cursor
   */
  public static Instructions of(PythonVersion version, byte[] bytecode) {
    return of(version, ByteBuffer.wrap(bytecode));
  }

  /**
   * Makes a cursor before the first instruction of a code object.
   *
   * @param code a code object
   * @return a new cursor
   */
  public static Instructions of(CodeValue code) {
    return of(code.version(), code.code().toByteArray());
  }

  /**
   * Sets this cursor before the first instruction of other bytecode of the same version.
   *
   * @param bytecode as for {@link #of(PythonVersion, ByteBuffer)}
   * @return this
   */
  public Instructions wrap(ByteBuffer bytecode) {
    bytes = bytecode;
    first = bytecode.position();
    length = bytecode.remaining();
    end = 0;
    return this;
  }

  /**
   * Sets this cursor before an instruction, which {@link #next()} reads.
   *
   * @param to where the instruction starts, with its prefixes; an offset between gives nonsense
   * @throws IndexOutOfBoundsException if it is negative or behind the end
   */
  public void seek(int to) {
    if (to < 0 || to > length) {
      throw new IndexOutOfBoundsException(
          "no offset of this bytecode: offset=" + to + ", length=" + length);
    }
    end = to;
  }

  /**
   * Moves to the next instruction.
   *
   * @return false at the end
   */
  public boolean next() {
    if (end >= length) {
      return false;
    }
    start = end;
    argument = 0;
    boolean isExtended;
    do {
      offset = end;
      readOpcode();
      isExtended = opcode.argument() == ArgumentKind.EXTENDED;
      // Nothing follows that it could extend.
      truncated |= isExtended && end == length;
    } while (isExtended && !truncated);
    cacheOffset = end;
    int caches = WORD * opcode.caches();
    truncated |= caches > length - end;
    end = Math.min(length, end + caches);
    return true;
  }

  private void readOpcode() {
    opcode = opcodes.opcode(byteAt(end));
    int size = !isPython2 ? WORD : opcode.hasArgument() ? 3 : 1;
    truncated = size > length - end;
    hasArgument = !truncated && opcode.hasArgument();
    if (truncated) {
      end = length;
      return;
    }
    if (!isPython2) {
      argument = argument << 8 | byteAt(end + 1);
    } else if (hasArgument) {
      argument = argument << 16 | byteAt(end + 2) << 8 | byteAt(end + 1);
    }
    end += size;
  }

  private int byteAt(int at) {
    return bytes.get(first + at) & MAX_BYTE;
  }

  /**
   * Returns where the instruction starts, with its prefixes.
   *
   * @return offset of the first {@code EXTENDED_ARG}; {@link #offset()} if there is none
   */
  public int startOffset() {
    return start;
  }

  /**
   * Returns where the opcode lies.
   *
   * @return its offset
   */
  public int offset() {
    return offset;
  }

  /**
   * Returns where the inline caches lie.
   *
   * @return offset of the first; {@link #endOffset()} if there are none
   */
  public int cacheOffset() {
    return cacheOffset;
  }

  /**
   * Returns where the next instruction starts.
   *
   * @return offset behind the argument and the inline caches
   */
  public int endOffset() {
    return end;
  }

  /**
   * Returns the opcode.
   *
   * @return of the instruction without its prefixes
   */
  public Opcode opcode() {
    return opcode;
  }

  /**
   * Tells whether the instruction has an argument.
   *
   * @return whether its opcode takes one and it is there
   */
  public boolean hasArgument() {
    return hasArgument;
  }

  /**
   * Returns the argument.
   *
   * @return with its extensions; meaningless if {@link #hasArgument()} is false. CPython compiles
   *     none that are negative
   */
  public int argument() {
    return argument;
  }

  /**
   * Returns where the instruction jumps to, or what {@code END_ASYNC_FOR} of 3.14 and newer leads
   * back to.
   *
   * @return an offset inside the bytecode; {@link #NO_TARGET} if there is none
   */
  public int jumpTarget() {
    if (!hasArgument) {
      return NO_TARGET;
    }
    long distance = (long) argument * jumpUnit;
    long target;
    switch (opcode.argument()) {
      case JUMP_ABSOLUTE:
        target = distance;
        break;
      case JUMP_FORWARD:
        target = end + distance;
        break;
      case JUMP_BACKWARD:
        target = end - distance;
        break;
      default:
        return NO_TARGET;
    }
    return target >= 0 && target < length ? (int) target : NO_TARGET;
  }

  /**
   * Tells whether the bytecode ends within the instruction: its argument or caches are not whole,
   * or it is a prefix of nothing.
   *
   * @return whether it does
   */
  public boolean isTruncated() {
    return truncated;
  }
}
