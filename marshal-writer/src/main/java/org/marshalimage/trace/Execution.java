package org.marshalimage.trace;

/**
 * A module that an interpreter has executed.
 *
 * @param module its name
 * @param begin when, in microseconds from the start of the trace
 * @param end likewise; that of the last line of its thread if the trace ends before
 * @param parent index, in {@link Trace#executions()}, of the execution that has imported it; -1 if
 *     none has
 */
public record Execution(String module, long begin, long end, int parent) {}
