package org.marshalimage.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.marshalimage.compare.AllowList;
import org.marshalimage.compare.Comparison;
import org.marshalimage.compare.Difference;
import org.marshalimage.compare.ShortRepr;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two images, or what images are built from. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = "Compares two images, or .pyc files, by root and path.",
    footer = {
      "",
      "A line for each difference: root, path, what is in A and in B. Where an object lies,",
      "or which number it has, is no difference. Exit code 0 if there is none, else 1."
    })
final class DiffCommand implements Callable<Integer> {
  private static final int MOST_OF_A_ROOT = 20;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "An image, or a directory, .pyc file or archive as build takes it.")
  private Path pathOfA;

  @Parameters(index = "1", paramLabel = "B", description = "The same.")
  private Path pathOfB;

  @Option(
      names = "--allow",
      paramLabel = "FILE",
      description = {
        "Differences that are allowed: on each line a pattern of ROOT: PATH,",
        "* for any chars; # starts a comment."
      })
  private @Nullable Path allow;

  @Option(
      names = "--all",
      description =
          "Writes all differences; without it at most " + MOST_OF_A_ROOT + " of each root.")
  private boolean all;

  @Option(
      names = "--source-stamps",
      description = {
        "Compares what is recorded of sources, too: time and size, or hash.",
        "Whatever is compiled anew differs there."
      })
  private boolean sourceStamps;

  @Mixin private PycOptions pycs;

  @Option(names = "--json", description = "Writes JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (InputFile.isStandardInput(pathOfA) && InputFile.isStandardInput(pathOfB)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "standard input can be one of the two only");
    }
    PycInputs.Options which = pycs.options(spec.commandLine());
    AllowList allowed = allow == null ? AllowList.parse(new byte[0], "") : AllowList.read(allow);
    PrintWriter out = spec.commandLine().getOut();
    try (ComparedInput a = ComparedInput.open(pathOfA, pycs, which);
        ComparedInput b = ComparedInput.open(pathOfB, pycs, which)) {
      Report report = json ? new JsonReport(out) : new TextReport(out);
      Comparison.create()
          .sourceStamps(sourceStamps)
          .run(
              a.side(),
              b.sideBeside(a),
              difference -> {
                if (allowed.allows(difference)) {
                  report.allowed++;
                } else {
                  report.add(difference);
                }
              });
      report.end(allowed.unused());
      return finish(allowed, report, a, b);
    }
  }

  private Integer finish(AllowList allowed, Report report, ComparedInput a, ComparedInput b) {
    PrintWriter err = spec.commandLine().getErr();
    List<String> bad = new ArrayList<>();
    for (ComparedInput each : List.of(a, b)) {
      each.notes().forEach(note -> err.println("marshal: " + InputFile.named(note)));
      each.bad().forEach(fault -> bad.add(InputFile.named(fault)));
    }
    for (AllowList.Line line : allowed.unused()) {
      err.println(
          Main.oneLine(
              "marshal: nothing differs that a line allows: "
                  + line.pattern()
                  + ", line="
                  + line.number()
                  + ", file="
                  + allow));
    }
    if (!bad.isEmpty()) {
      throw new BadInputException(String.join("\n", bad));
    }
    return report.found == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** Writes differences as they are found: there may be very many. */
  private abstract class Report {
    long found;
    long allowed;
    private int roots;
    private long ofRoot;
    private @Nullable String root;

    /** Writes a difference. */
    abstract void write(Difference difference);

    /** Says how many differences of a root are not written. */
    abstract void leaveOut(String name, long count);

    /** Writes what there is to say at the end. */
    abstract void writeEnd(int differing, List<AllowList.Line> unused);

    final void add(Difference difference) {
      if (!difference.root().equals(root)) {
        endRoot();
        root = difference.root();
        roots += root.isEmpty() ? 0 : 1;
      }
      found++;
      if (ofRoot++ < MOST_OF_A_ROOT || all) {
        write(difference);
      }
    }

    private void endRoot() {
      if (root != null && ofRoot > MOST_OF_A_ROOT && !all) {
        leaveOut(root, ofRoot - MOST_OF_A_ROOT);
      }
      ofRoot = 0;
    }

    final void end(List<AllowList.Line> unused) {
      endRoot();
      writeEnd(roots, unused);
    }
  }

  private final class TextReport extends Report {
    private final PrintWriter out;

    TextReport(PrintWriter out) {
      this.out = out;
    }

    @Override
    void write(Difference difference) {
      out.println(difference.toText());
    }

    @Override
    void leaveOut(String name, long count) {
      out.println(ShortRepr.printable(name) + ": " + count + " more, --all writes them");
    }

    @Override
    void writeEnd(int differing, List<AllowList.Line> unused) {
      if (found > 0) {
        out.println(
            found
                + (found == 1 ? " difference" : " differences")
                + " in "
                + differing
                + (differing == 1 ? " root" : " roots")
                + (allowed == 0 ? "" : ", " + allowed + " more allowed"));
      }
    }
  }

  private final class JsonReport extends Report {
    private final PrintWriter out;
    private final JsonGenerator json;
    private final Map<String, Long> leftOut = new LinkedHashMap<>();

    JsonReport(PrintWriter out) throws IOException {
      this.out = out;
      json = Json.generator(out);
      json.writeStartObject();
      json.writeStringField("a", pathOfA.toString());
      json.writeStringField("b", pathOfB.toString());
      json.writeArrayFieldStart("differences");
    }

    @Override
    void write(Difference difference) {
      try {
        json.writeStartObject();
        json.writeStringField("root", difference.root());
        json.writeStringField("path", difference.path());
        json.writeStringField("what", difference.what().toString());
        json.writeStringField("a", difference.a());
        json.writeStringField("b", difference.b());
        json.writeStringField("detail", difference.detail());
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    void leaveOut(String name, long count) {
      leftOut.put(name, count);
    }

    @Override
    void writeEnd(int differing, List<AllowList.Line> unused) {
      try {
        json.writeEndArray();
        json.writePOJOField("leftOut", leftOut);
        json.writeNumberField("total", found);
        json.writeNumberField("allowed", allowed);
        json.writeNumberField("roots", differing);
        json.writePOJOField("unusedLines", unused);
        json.writeEndObject();
        json.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.println();
    }
  }
}
