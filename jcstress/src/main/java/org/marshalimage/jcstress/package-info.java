/**
 * Races between threads, as jcstress tries them out: each nested class is one, and names every
 * outcome that may be seen.
 */
@NullMarked
package org.marshalimage.jcstress;

import org.jspecify.annotations.NullMarked;
