/** What the public API is made of. Not exported. */
@NullMarked
package org.marshalimage.internal;

import org.jspecify.annotations.NullMarked;
