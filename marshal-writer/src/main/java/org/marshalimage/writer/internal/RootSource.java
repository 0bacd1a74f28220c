package org.marshalimage.writer.internal;

/**
 * What a root's entry records of where it came from.
 *
 * @param flags those of {@link org.marshalimage.format.ModuleLayout}
 * @param magicWord the first four bytes of the {@code .pyc}; 0 if there was none
 * @param source the SOURCE field
 */
public record RootSource(int flags, int magicWord, long source) {}
