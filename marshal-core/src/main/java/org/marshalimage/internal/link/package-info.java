/**
 * Links objects in place: slots, type words and counts. It stands on layout. Not exported but to
 * the writer.
 */
package org.marshalimage.internal.link;
