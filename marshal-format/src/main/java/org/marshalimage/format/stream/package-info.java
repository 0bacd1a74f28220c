/**
 * The classic marshal stream and the {@code .pyc} file.
 *
 * <p>Sources: CPython's {@code Python/marshal.c} for the stream, PEP 3147 for the place of {@code
 * .pyc} files, PEP 552 for their header.
 */
@NullMarked
package org.marshalimage.format.stream;

import org.jspecify.annotations.NullMarked;
