/**
 * What bytes mean: the header, the tables, and the checks that an object lies whole in its image.
 * It reads by way of memory. Not exported but to the writer.
 */
package org.marshalimage.internal.layout;
