/**
 * Other ways to keep the graph of an image in a file, and to have it again: general serializers,
 * zero-copy formats, and marshal streams behind an index. {@code jmh/README.md} tells what loading
 * means for each.
 */
@NullMarked
package org.marshalimage.jmh.peer;

import org.jspecify.annotations.NullMarked;
