/** What the modules of this library share and nobody else needs. Not exported but to the writer. */
package org.marshalimage.format.internal;
