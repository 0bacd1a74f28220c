package org.marshalimage.format.bytecode;

/**
 * One opcode of one Python version. Immutable.
 *
 * @param number 0 to 255
 * @param name for example {@code "LOAD_CONST"}; {@code "<17>"} if no compiler of the version writes
 *     it
 * @param caches number of inline cache entries, of 2 bytes each, that follow an instruction; 0
 *     before 3.11
 * @param argument what its argument is
 */
public record Opcode(int number, String name, int caches, ArgumentKind argument) {
  /**
   * Tells whether an instruction has an argument.
   *
   * @return false if the byte beside the opcode means nothing, or in 2.7 is not there
   */
  public boolean hasArgument() {
    return argument != ArgumentKind.NONE;
  }

  /**
   * Tells whether the argument is a place in the bytecode. It is a jump's target but for {@code
   * END_ASYNC_FOR} of 3.14 and newer, whose argument leads back to the {@code SEND} of its loop.
   *
   * @return whether it is
   */
  public boolean isJump() {
    return argument == ArgumentKind.JUMP_ABSOLUTE
        || argument == ArgumentKind.JUMP_FORWARD
        || argument == ArgumentKind.JUMP_BACKWARD;
  }
}
