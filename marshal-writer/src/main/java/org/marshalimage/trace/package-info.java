/**
 * What programs touch when they start: traces read back and merged, and what they say of an image.
 */
@NullMarked
package org.marshalimage.trace;

import org.jspecify.annotations.NullMarked;
