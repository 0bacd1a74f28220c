/** The page of {@code marshal report}: what an image holds, gathered, and how it is shown. */
@NullMarked
package org.marshalimage.cli.report;

import org.jspecify.annotations.NullMarked;
