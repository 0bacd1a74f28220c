/** The goals of the Maven plugin. They run the {@code marshal} command in a JVM of its own. */
@NullMarked
package org.marshalimage.maven;

import org.jspecify.annotations.NullMarked;
