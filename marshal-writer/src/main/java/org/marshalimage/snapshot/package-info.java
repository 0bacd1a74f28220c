/**
 * Makes snapshots: what a program has become after its imports, in an image. {@link
 * org.marshalimage.snapshot.SnapshotBuilder} walks from the roots that it is given, a {@link
 * org.marshalimage.snapshot.Describer} says what each object is.
 */
@NullMarked
package org.marshalimage.snapshot;

import org.jspecify.annotations.NullMarked;
