package org.marshalimage.internal.link;

/**
 * What linking has done.
 *
 * @param modules that were linked
 * @param objects that were linked
 * @param slots that were changed
 * @param typeWords that were changed
 * @param pins counts that were changed
 * @param pages that were written to
 * @param nanos that it took
 */
public record LinkCounts(
    int modules, long objects, long slots, long typeWords, long pins, int pages, long nanos) {}
