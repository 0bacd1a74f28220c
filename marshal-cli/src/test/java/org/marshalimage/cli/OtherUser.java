package org.marshalimage.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Runs the packaged command as nobody, for whom there are files that cannot be read. */
final class OtherUser {
  private static final List<String> PREFIX =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  private final Path scratch;
  private final Path jar;

  private OtherUser(Path scratch, Path jar) {
    this.scratch = scratch;
    this.jar = jar;
  }

  /**
   * Makes the command a file that all users can read; skips the test where this process may not
   * become another user.
   *
   * @param scratch for output
   * @param directory the test's, which is opened for all users
   */
  static OtherUser prepare(Path scratch, Path directory) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path jar = Files.copy(Processes.marshalJar(), directory.resolve("marshal.jar"));
    OtherUser user = new OtherUser(scratch, jar);
    assumeTrue(user.canRun(), "this process may not become another user");
    return user;
  }

  private boolean canRun() throws InterruptedException {
    try {
      return marshal("--version").code() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  Processes.Result marshal(Object... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(PREFIX);
    command.addAll(List.of(Processes.java(), "-jar", jar.toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return Processes.run(scratch, command);
  }
}
