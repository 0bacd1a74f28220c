/**
 * Jython 2.7 runs CPython 2.7's bytecode from an image: {@link
 * org.marshalimage.examples.jython.ImageImporter} finds modules, {@link
 * org.marshalimage.examples.jython.MappedCode} is a code object over the mapping.
 */
@NullMarked
package org.marshalimage.examples.jython;

import org.jspecify.annotations.NullMarked;
