/** What the modules of this library share and nobody else needs. Not exported but to the writer. */
@NullMarked
package org.marshalimage.format.internal;

import org.jspecify.annotations.NullMarked;
