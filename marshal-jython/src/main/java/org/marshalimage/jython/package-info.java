/**
 * Jython 2.7 runs CPython 2.7's bytecode from an image: {@link
 * org.marshalimage.jython.ImageImporter} finds modules, {@link org.marshalimage.jython.MappedCode}
 * is a code object over the mapping.
 */
@NullMarked
package org.marshalimage.jython;

import org.jspecify.annotations.NullMarked;
