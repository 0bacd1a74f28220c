package org.marshalimage.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.marshalimage.format.stream.PycFile;
import org.marshalimage.format.stream.PycHeader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a {@code .pyc} file in another stream version, or with another header. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Writes a .pyc file in another marshal version, or with another header.")
final class ConvertCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "PYC", description = "The file to read.")
  private Path input;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "PYC",
      description = "The file to write; may be the same.")
  private Path output;

  @Option(
      names = "--marshal-version",
      paramLabel = "N",
      description = "Version of the stream: 0 to the greatest that the file's Python writes.")
  private @Nullable Integer marshalVersion;

  @Option(
      names = "--header",
      paramLabel = "FORM",
      description = "timestamp, checked-hash or unchecked-hash; needs --source.")
  private @Nullable String header;

  @Option(names = "--source", paramLabel = "PY", description = "The source that the header is of.")
  private @Nullable Path source;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if ((header == null) != (source == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--header and --source go together");
    }
    if (source != null) {
      ImageTarget.checkIsNot(output, source);
    }
    PycFile read;
    try (InputFile file = InputFile.of(input)) {
      read = PycFile.parseExactly(file.pyc(), input.toString());
    }
    try {
      PycHeader newHeader = header == null ? read.header() : header(read);
      PycFile pyc = new PycFile(read.version(), newHeader, read.root(), read.forms());
      byte[] bytes = marshalVersion == null ? pyc.toByteArray() : pyc.toByteArray(marshalVersion);
      new AtomicFiles().write(output, bytes);
      out.printf("%s: %d bytes, Python %s%n", output, bytes.length, pyc.version());
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage() + ", file=" + input);
    }
    return CommandLine.ExitCode.OK;
  }

  private PycHeader header(PycFile read) throws IOException {
    switch (header) {
      case "timestamp":
        return PycHeader.ofSource(source, PycHeader.Kind.TIMESTAMP, read.version());
      case "checked-hash":
        return PycHeader.ofSource(source, PycHeader.Kind.CHECKED_HASH, read.version());
      case "unchecked-hash":
        return PycHeader.ofSource(source, PycHeader.Kind.UNCHECKED_HASH, read.version());
      default:
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "--header takes timestamp, checked-hash or unchecked-hash, found " + header);
    }
  }
}
