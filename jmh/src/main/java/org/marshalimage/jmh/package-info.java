/**
 * Benchmarks, one class for each question, and the fresh-JVM harness {@link
 * org.marshalimage.jmh.ColdStart}. {@code jmh/README.md} tells how to run them.
 */
@NullMarked
package org.marshalimage.jmh;

import org.jspecify.annotations.NullMarked;
