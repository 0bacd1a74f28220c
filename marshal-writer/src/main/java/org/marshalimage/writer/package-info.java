/**
 * Makes images. {@link org.marshalimage.writer.ImageWriter} takes modules, or graphs of a program's
 * own, and writes one file of them.
 */
@NullMarked
package org.marshalimage.writer;

import org.jspecify.annotations.NullMarked;
