/**
 * Python values as Java objects: what the stream decoder gives and the image writer takes.
 *
 * <p>Values are immutable once made and safe to share between threads. Sharing and cycles are those
 * of the Java objects: the same object in two places is one Python object. No value overrides
 * {@code equals}.
 */
@NullMarked
package org.marshalimage.format.model;

import org.jspecify.annotations.NullMarked;
