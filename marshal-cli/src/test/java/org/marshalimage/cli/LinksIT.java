package org.marshalimage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links in trees: passed over and counted, or followed. */
class LinksIT extends PackagedCommand {
  private Path link(String path, String target) throws Exception {
    Path link = directory.resolve(path);
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, directory.resolve(target));
  }

  @Test
  void treesOfLinksAreReadIfThatIsAskedFor() throws Exception {
    file("store/a.pyc", PYC_311);
    file("store/pkg/__init__.pyc", PYC_311);
    file("store/pkg/b.pyc", PYC_313);
    file("store/a.py", PYC_311);
    file("store/pkg/__init__.py", PYC_311);
    file("store/pkg/b.py", PYC_311);
    link("tree/a.pyc", "store/a.pyc");
    link("tree/a.py", "store/a.py");
    link("tree/pkg", "store/pkg");
    Path tree = directory.resolve("tree");
    String none =
        "no .pyc files in directory: "
            + tree
            + "; links are not followed: 2 in directory "
            + tree
            + ", the first is a.pyc; --follow-links follows them";
    assertThat(fault(marshal("build", "-o", image(), tree))).contains(none);
    assertThat(fault(marshal("digest", tree))).contains(none);

    ok(marshal("build", "-o", image(), "--follow-links", tree));
    assertThat(names()).containsExactly("a", "pkg", "pkg.b");
    assertThat(ok(marshal("digest", "--follow-links", tree)).out().lines())
        .extracting(line -> line.substring(66))
        .containsExactly(tree + "/a.pyc", tree + "/pkg/__init__.pyc", tree + "/pkg/b.pyc");

    Processes.Result check = marshal("check", image(), "--source", tree);
    assertThat(check.err())
        .contains("no .py files in directory: " + tree + "; links are not followed: 2 in");
    assertThat(check.out()).contains("0 current, 0 stale, 3 missing, 0 new", "--follow-links");
    check = marshal("check", image(), "--follow-links", "--source", tree);
    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("0 current, 3 stale, 0 missing, 0 new");
  }

  @Test
  void loopsAndLinksToNowhereEndNothing() throws Exception {
    file("tree/a.pyc", PYC_311);
    link("tree/sub/up", "tree");
    link("tree/self.pyc", "tree/self.pyc");
    link("tree/nowhere.pyc", "missing");
    Path tree = directory.resolve("tree");
    Processes.Result passed = marshal("build", "-o", image(), tree);
    assertThat(passed.code()).isZero();
    assertThat(passed.err()).contains("links are not followed: 3 in directory " + tree);
    assertThat(names()).containsExactly("a");
    for (Object[] args :
        new Object[][] {
          {"build", "-o", image(), "--follow-links", tree}, {"digest", "--follow-links", tree}
        }) {
      Processes.Result followed = marshal(args);
      assertThat(followed.code()).isZero();
      assertThat(followed.err().lines())
          .containsExactly(
              "marshal: links that lead back to a folder around them are passed over: 1 in"
                  + " directory "
                  + tree
                  + ", the first is sub/up",
              "marshal: links that lead nowhere are passed over: 2 in directory "
                  + tree
                  + ", the first is nowhere.pyc");
    }
    assertThat(names()).containsExactly("a");
    Processes.Result excluded =
        marshal("build", "-o", image(), "--exclude", "sub", "--exclude", "[ns]*.pyc", tree);
    assertThat(ok(excluded).out()).contains("modules                1");
  }

  @Test
  void foldersThatCannotBeListedAreFaultsAndTheRestIsRead() throws Exception {
    file("tree/a.pyc", PYC_311);
    file("tree/closed/b.pyc", PYC_311);
    Path tree = directory.resolve("tree");
    Path closed = tree.resolve("closed");
    Path out = Files.createDirectory(directory.resolve("out"));
    Path image = out.resolve("x.img");
    for (Path each : List.of(directory, tree)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeTrue(
          asOther(List.of("sh", "-c", "test -r '" + Processes.marshalJar() + "'")).code() == 0);
      for (Object[] args :
          new Object[][] {{"build", "-o", image, tree}, {"digest", tree}, {"digest", closed}}) {
        Processes.Result refused = asOther(Processes.marshal(List.of(), args));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("permission denied: " + closed.toRealPath());
      }
      Processes.Result skipped =
          asOther(Processes.marshal(List.of(), "build", "--skip-bad", "-o", image, tree));
      assertThat(skipped.code()).as(skipped.err()).isZero();
      assertThat(skipped.err()).startsWith("marshal: skipped: permission denied: ");
      Processes.Result excluded =
          asOther(Processes.marshal(List.of(), "build", "--exclude", "closed", "-o", image, tree));
      assertThat(ok(excluded).out()).contains("modules                1");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Runs a command as a user whom permissions stop, who is another one than root. */
  private Processes.Result asOther(List<String> command) throws Exception {
    List<String> all = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      all.addAll(List.of("setpriv", "--reuid", "65534", "--clear-groups", "--"));
    }
    all.addAll(command);
    try {
      return Processes.run(directory, all);
    } catch (IOException e) {
      assumeTrue(false, "cannot run as another user: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void foldersWithEndlesslyManyWaysThroughThemAreRefused() throws Exception {
    file("tree/a.pyc", PYC_311);
    for (int i = 0; i < 40; i++) {
      Files.createDirectories(directory.resolve("tree/d" + (i + 1)));
      link("tree/d" + i + "/l", "tree/d" + (i + 1));
      link("tree/d" + i + "/r", "tree/d" + (i + 1));
    }
    Path tree = directory.resolve("tree");
    Processes.Result refused = marshal("build", "-o", image(), "--follow-links", tree);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("too many ways by links to one folder: max=64, folder=");
    assertThat(marshal("build", "-o", image(), tree).code()).isZero();
    assertThat(names()).containsExactly("a");
  }
}
