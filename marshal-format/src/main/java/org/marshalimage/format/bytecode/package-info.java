/**
 * Bytecode decoded: what an interpreter, a debugger or a profiler needs to know of the bytes in a
 * code object, for each Python version.
 *
 * <ul>
 *   <li>{@link org.marshalimage.format.bytecode.Opcodes}: the opcodes of a version;
 *   <li>{@link org.marshalimage.format.bytecode.Instructions}: walks bytecode;
 *   <li>{@link org.marshalimage.format.bytecode.LineTable}: walks a line table, of any of the four
 *       forms, and finds the line of an offset;
 *   <li>{@link org.marshalimage.format.bytecode.ExceptionTable}: walks an exception table, and
 *       finds the handler of an offset;
 *   <li>{@link org.marshalimage.format.bytecode.CodeFlag}: the bits of {@code co_flags}.
 * </ul>
 *
 * <p>The three that walk are cursors. Each is made once, moves with {@code next()} or {@code
 * seek(offset)}, allocates nothing while it moves, and can be set to other bytes with {@code wrap}.
 * They read the bytes where they lie. An offset counts bytes from the start of the bytecode, as in
 * Python's {@code dis}.
 *
 * <p>Damaged bytes never cause an exception or an endless loop: a walk ends early, and tells so.
 *
 * <p>Sources: CPython's {@code Lib/dis.py}, {@code Lib/opcode.py}, {@code Objects/codeobject.c},
 * {@code Objects/lnotab_notes.txt}, {@code Objects/locations.md} (since 3.14 {@code
 * InternalDocs/code_objects.md}), {@code Objects/exception_handling_notes.txt} (since 3.14 {@code
 * InternalDocs/exception_handling.md}), {@code Include/cpython/code.h}.
 */
@NullMarked
package org.marshalimage.format.bytecode;

import org.jspecify.annotations.NullMarked;
