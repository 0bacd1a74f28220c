package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.PythonVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the modules of an image. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = "Lists the modules of an image.")
final class LsCommand implements Callable<Integer>, DirectCommand {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "IMG", description = "The image.")
  private Path image;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      description = "By name, bytes or code; the last two from the greatest down.")
  private Order order = Order.NAME;

  @Option(names = "--packages", description = "A line for each package, with all below it.")
  private boolean packages;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  /** By what lines are sorted. */
  enum Order {
    NAME(Comparator.comparing(Row::name)),
    BYTES(Comparator.comparingLong(Row::bytes).reversed().thenComparing(Row::name)),
    CODE(Comparator.comparingInt(Row::codeObjects).reversed().thenComparing(Row::name));

    private final Comparator<Row> comparator;

    Order(Comparator<Row> comparator) {
      this.comparator = comparator;
    }
  }

  /**
   * A line.
   *
   * @param name the module
   * @param isPackage whether it is a package
   * @param python its Python version; empty if none is known
   * @param codeObjects code objects
   * @param bytes bytes that it alone uses
   */
  record Row(String name, boolean isPackage, String python, int codeObjects, long bytes) {}

  LsCommand() {}

  LsCommand(Path image) {
    this.image = image;
  }

  @Override
  public Integer call() throws IOException {
    return run(spec.commandLine().getOut(), spec.commandLine().getErr());
  }

  @Override
  public Integer run(PrintWriter out, PrintWriter err) throws IOException {
    try (InputFile input = InputFile.of(image);
        MarshalImage mapped = input.map()) {
      List<Row> rows = new ArrayList<>();
      for (ImageModule module : mapped.modules()) {
        rows.add(row(module));
      }
      if (packages) {
        rows = byPackage(rows);
      }
      rows.sort(order.comparator);
      if (json) {
        out.println(Json.write(rows));
        return CommandLine.ExitCode.OK;
      }
      mapped.properties().forEach((name, text) -> out.println(Main.oneLine(name + " = " + text)));
      out.println("python  code objects   own bytes  module");
      for (Row row : rows) {
        out.println(
            Columns.right(row.python, 6)
                + Columns.right(Integer.toString(row.codeObjects), 14)
                + Columns.right(Long.toString(row.bytes), 12)
                + "  "
                + Main.oneLine(row.name)
                + (row.isPackage ? " (package)" : ""));
      }
    }
    return CommandLine.ExitCode.OK;
  }

  /** Sums by what comes before the first dot of a name. */
  private static List<Row> byPackage(List<Row> rows) {
    Map<String, List<Row>> packages = new TreeMap<>();
    for (Row row : rows) {
      String name =
          row.name.contains(".") ? row.name.substring(0, row.name.indexOf('.')) : row.name;
      packages.computeIfAbsent(name, each -> new ArrayList<>()).add(row);
    }
    List<Row> sums = new ArrayList<>();
    packages.forEach(
        (name, parts) ->
            sums.add(
                new Row(
                    name,
                    parts.size() > 1 || parts.get(0).isPackage,
                    parts.stream().map(Row::python).distinct().count() == 1
                        ? parts.get(0).python
                        : "",
                    parts.stream().mapToInt(Row::codeObjects).sum(),
                    parts.stream().mapToLong(Row::bytes).sum())));
    return sums;
  }

  private static Row row(ImageModule module) {
    PythonVersion python = module.pythonVersion().orElse(null);
    return new Row(
        module.name(),
        module.isPackage(),
        python == null ? "" : python.toString(),
        module.codeCount(),
        module.segmentLength());
  }
}
