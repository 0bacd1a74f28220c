/**
 * How bytes are mapped and read, and in place written. The room that all others stand on. Not
 * exported but to the writer.
 */
package org.marshalimage.internal.memory;
