/**
 * Code of Jython's own class files, {@code $py.class}, by reference: an image has the number of a
 * code object, the checksum of its class file and what Python shows of it, and the class is loaded
 * when the code is first called.
 *
 * <p>{@link org.marshalimage.jython.compiled.CodeNamer} finds the reference of a running
 * interpreter's code, {@link org.marshalimage.jython.compiled.CodeRecordWriter} makes a record of
 * it, {@link org.marshalimage.jython.compiled.CodeRecordReader} makes a code object of the record.
 */
@NullMarked
package org.marshalimage.jython.compiled;

import org.jspecify.annotations.NullMarked;
