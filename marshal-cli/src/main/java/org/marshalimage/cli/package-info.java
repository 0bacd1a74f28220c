/** The {@code marshal} command: one class for each subcommand. */
@NullMarked
package org.marshalimage.cli;

import org.jspecify.annotations.NullMarked;
