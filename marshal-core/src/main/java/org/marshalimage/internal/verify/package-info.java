/**
 * Checks the whole of an image. It stands on layout, and knows nothing of linking. Not exported but
 * to the writer.
 */
@NullMarked
package org.marshalimage.internal.verify;

import org.jspecify.annotations.NullMarked;
