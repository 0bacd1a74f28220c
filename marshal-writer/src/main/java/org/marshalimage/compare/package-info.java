/**
 * Compares two graphs, two images, or whatever else has named roots, and says by path what differs:
 * {@link org.marshalimage.compare.Comparison} goes through them, an {@link
 * org.marshalimage.compare.AllowList} has what may differ. So two makings of one snapshot show what
 * they took from the machine where they were made.
 */
@NullMarked
package org.marshalimage.compare;

import org.jspecify.annotations.NullMarked;
