/**
 * Races between threads, as jcstress tries them out: each class with actors is one, and names every
 * outcome that may be seen.
 */
@NullMarked
package org.marshalimage.jcstress;

import org.jspecify.annotations.NullMarked;
