/**
 * From values to a file: what is equal is stored once, what is stored is numbered and placed, and
 * the block is laid out outside the heap. Not exported.
 */
@NullMarked
package org.marshalimage.writer.internal;

import org.jspecify.annotations.NullMarked;
