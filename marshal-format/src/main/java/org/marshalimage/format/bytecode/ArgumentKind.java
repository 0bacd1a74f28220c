package org.marshalimage.format.bytecode;

/** What the argument of an instruction is. */
public enum ArgumentKind {
  /** There is none; a word of 2 bytes has a byte for it that means nothing. */
  NONE,
  /** A number that means itself. */
  NUMBER,
  /** The upper bits of the next instruction's argument: {@code EXTENDED_ARG}. */
  EXTENDED,
  /** Index of a constant. */
  CONST,
  /** Index of a name. */
  NAME,
  /** Index of a name, and bit 0: push NULL too. */
  GLOBAL_NAME,
  /** Index of a name, and bit 0: push the method and self. */
  ATTRIBUTE_NAME,
  /** Index of a name, and two bits; bit 0 means the same as in {@link #ATTRIBUTE_NAME}. */
  SUPER_NAME,
  /** Index of a name, and two bits: import lazily (1), import eagerly (2). */
  IMPORT_NAME,
  /** Index of a local variable. */
  LOCAL,
  /** Indexes of two local variables, of 4 bits each. */
  LOCAL_PAIR,
  /** Index of a cell or free variable: from 3.11 on among all variables. */
  FREE,
  /** Offset of a jump's target, counted by {@link Opcodes#jumpUnit()}. */
  JUMP_ABSOLUTE,
  /** Distance from the next instruction forwards, counted by {@link Opcodes#jumpUnit()}. */
  JUMP_FORWARD,
  /** Distance from the next instruction backwards, counted by {@link Opcodes#jumpUnit()}. */
  JUMP_BACKWARD,
  /** Index of a comparison, above {@link Opcodes#compareShift()} bits that are flags. */
  COMPARE,
  /** 0 for {@code is}, 1 for {@code is not}. */
  IS,
  /** 0 for {@code in}, 1 for {@code not in}. */
  CONTAINS,
  /** Index of an operator. */
  BINARY,
  /** Index of a function of one argument. */
  INTRINSIC_1,
  /** Index of a function of two arguments. */
  INTRINSIC_2,
  /** Index of an object. */
  COMMON_CONSTANT,
  /** Index of a method. */
  SPECIAL_METHOD,
  /** Bits, each of which is a part that a function is made with. */
  FUNCTION_PARTS,
  /** 1 to 3: {@code str}, {@code repr}, {@code ascii}. */
  CONVERSION,
  /** Two bits of a {@link #CONVERSION}, and bit 2: there is a format. */
  FORMAT,
  /** A byte of the number of arguments, and one of that of keyword arguments; Python 2. */
  CALL
}
