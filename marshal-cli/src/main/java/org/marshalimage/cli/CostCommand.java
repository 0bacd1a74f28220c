package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.trace.Execution;
import org.marshalimage.trace.ImportTimeLog;
import org.marshalimage.trace.ModuleCost;
import org.marshalimage.trace.Trace;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what modules cost a program that starts. */
@Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    description = "Says what each module costs a program when it starts.",
    footer = {
      "",
      "Of an image and a trace of it: bytes, pages and objects that were read, and the",
      "time, if the interpreter has recorded it. Of a log of CPython: the time."
    })
final class CostCommand implements Callable<Integer> {
  /** By what lines are sorted; all but the name from the greatest down. */
  enum Order {
    NAME(Comparator.comparing(ModuleCost::module)),
    BYTES(greatest(ModuleCost::touchedBytes)),
    PAGES(greatest(ModuleCost::touchedPages)),
    OBJECTS(greatest(ModuleCost::touchedObjects)),
    SELF(greatest(ModuleCost::selfMicros)),
    TOTAL(greatest(ModuleCost::totalMicros));

    private final Comparator<ModuleCost> comparator;

    Order(Comparator<ModuleCost> comparator) {
      this.comparator = comparator;
    }

    private static Comparator<ModuleCost> greatest(ToLongFunction<ModuleCost> field) {
      return Comparator.comparingLong(field).reversed().thenComparing(ModuleCost::module);
    }
  }

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "IMG",
      description = "The image of which traces were recorded, or another one with its modules.")
  private @Nullable Path image;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "What a program has recorded. May be given again: runs are merged.")
  private List<Path> traces = new ArrayList<>();

  @Option(
      names = "--importtime",
      paramLabel = "LOG",
      description = {"What CPython has written with -X importtime;", "instead of an image."})
  private @Nullable Path log;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      description = {
        "By name, bytes, pages, objects, self or total;",
        "without it by self where times are known, else by bytes."
      })
  private @Nullable Order order;

  @Option(names = "--packages", description = "A line for each package.")
  private boolean packages;

  @Option(names = "--tree", description = "Shows what has imported what, instead of the table.")
  private boolean tree;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    List<Execution> executions;
    List<ModuleCost> costs;
    if (log != null) {
      executions = ImportTimeLog.read(log);
      costs = ModuleCost.of(executions);
    } else {
      Trace trace = TraceFiles.read(traces);
      executions = trace.executions();
      costs = costs(trace);
    }
    if (tree) {
      printTree(executions);
    } else {
      print(costs, executions.isEmpty());
    }
    return CommandLine.ExitCode.OK;
  }

  private void checkUsage() {
    String fault = null;
    if (log != null && (image != null || !traces.isEmpty())) {
      fault = "--importtime needs no image and no --trace";
    } else if (log == null && (image == null || traces.isEmpty())) {
      fault = "needs IMG and --trace FILE, or --importtime LOG";
    } else if (tree && (packages || json || order != null)) {
      fault = "--tree goes with none of --packages, --json and --sort";
    }
    if (fault != null) {
      throw new CommandLine.ParameterException(spec.commandLine(), fault);
    }
  }

  private List<ModuleCost> costs(Trace trace) throws IOException {
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      Trace.Found found = trace.find(mapped);
      TraceFiles.report(spec.commandLine().getErr(), trace, found.passedOver());
      return ModuleCost.of(mapped, found, trace.executions());
    }
  }

  private void print(List<ModuleCost> costs, boolean isUntimed) {
    List<ModuleCost> rows = new ArrayList<>(packages ? ModuleCost.byPackage(costs) : costs);
    Order by = order != null ? order : isUntimed ? Order.BYTES : Order.SELF;
    rows.sort(by.comparator);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(rows));
      return;
    }
    boolean isOfImage = log == null;
    out.println(
        (isOfImage ? "  own bytes       read  pages  objects" : "")
            + (isUntimed ? "" : "    self ms   total ms")
            + (packages ? "  package" : "  module"));
    for (ModuleCost row : rows) {
      out.println(
          (isOfImage
                  ? Columns.right(Columns.grouped(row.bytes()), 11)
                      + Columns.right(Columns.grouped(row.touchedBytes()), 11)
                      + Columns.right(Columns.grouped(row.touchedPages()), 7)
                      + Columns.right(Columns.grouped(row.touchedObjects()), 9)
                  : "")
              + (isUntimed
                  ? ""
                  : Columns.right(millis(row.selfMicros()), 11)
                      + Columns.right(millis(row.totalMicros()), 11))
              + "  "
              + Main.oneLine(row.module()));
    }
  }

  private void printTree(List<Execution> executions) {
    PrintWriter out = spec.commandLine().getOut();
    long[] self = ModuleCost.selfTimes(executions);
    int[] depths = new int[self.length];
    out.println("    self ms   total ms  module");
    for (int i = 0; i < self.length; i++) {
      Execution each = executions.get(i);
      depths[i] = each.parent() < 0 ? 0 : depths[each.parent()] + 1;
      out.println(
          Columns.right(millis(self[i]), 11)
              + Columns.right(millis(each.end() - each.begin()), 11)
              + "  "
              + "  ".repeat(Math.min(depths[i], 100))
              + Main.oneLine(each.module()));
    }
  }

  private static String millis(long micros) {
    String fraction = Long.toString(1000 + micros % 1000).substring(1);
    return Columns.grouped(micros / 1000) + "." + fraction;
  }
}
