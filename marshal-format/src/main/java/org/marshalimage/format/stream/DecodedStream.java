package org.marshalimage.format.stream;

import org.marshalimage.format.model.Value;

/**
 * An object and how its stream spells it.
 *
 * @param root the object
 * @param forms the spelling
 * @param end offset of the first byte behind the object
 */
public record DecodedStream(Value root, StreamForms forms, int end) {}
