/**
 * Maps images and reads them where they lie; writes images.
 *
 * <p>{@link org.marshalimage.MarshalImage#map} opens an image in constant time and touches no
 * object. A view ({@link org.marshalimage.ImageObject}) is a small Java object over one object of
 * the mapping; {@link org.marshalimage.ImageCursor} reads without making any. {@code ImageWriter}
 * makes images.
 *
 * <p>What is read from a file is checked when it is first used. A damaged file gives a {@link
 * org.marshalimage.format.CorruptImageException} with the offset, and once an image is closed every
 * access to it throws {@link IllegalStateException}; each method that reads may throw either, and
 * their documentation does not repeat it.
 */
@NullMarked
package org.marshalimage;

import org.jspecify.annotations.NullMarked;
