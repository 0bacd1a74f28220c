package org.marshalimage.cli.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.trace.Execution;
import org.marshalimage.trace.Trace;

/**
 * What is known of starts of a program.
 *
 * @param trace what was read; null if no trace is given
 * @param found where the image has it; null if no trace is given
 * @param executions what was executed, by the trace or by a log of imports; may be empty
 */
public record StartRecord(
    @Nullable Trace trace, Trace.@Nullable Found found, List<Execution> executions) {}
