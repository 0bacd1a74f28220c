/**
 * Checks the whole of an image. It stands on layout, and knows nothing of linking. Not exported but
 * to the writer.
 */
package org.marshalimage.internal.verify;
