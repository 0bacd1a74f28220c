package org.marshalimage.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.model.Build;
import org.apache.maven.model.Model;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;
import org.marshalimage.format.ClassArchive;
import org.marshalimage.format.TestData;

/** A project in a folder, and goals that are as Maven makes them; what they log is kept. */
final class TestProject {
  /** The first JDK that prints errors about an archive if there is an option --add-exports. */
  private static final int FIRST_JDK_WITH_CDS_ERRORS = 24;

  private static final Jvm JVM = Jvm.make();

  final MavenProject project;
  final List<String> infos = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();

  private final Path folder;

  /**
   * What the command runs with: as little as may be, since there are dozens of runs. The projects
   * in {@code src/it} have it run as it is.
   *
   * @param classPath the packaged command, or before it is packaged what it is made of
   * @param flags options of the JVM
   */
  private record Jvm(List<String> classPath, List<String> flags) {
    static Jvm make() {
      List<String> flags = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      Path jar = TestData.root().resolve("marshal-cli/target/marshal.jar");
      if (!Files.exists(jar)) {
        String all = System.getProperty("java.class.path");
        return new Jvm(List.of(all.split(File.pathSeparator)), flags);
      }
      if (Runtime.version().feature() >= FIRST_JDK_WITH_CDS_ERRORS) {
        return new Jvm(List.of(jar.toString()), flags);
      }
      Path target = TestData.root().resolve("marshal-maven-plugin/target");
      List<String> build = new ArrayList<>();
      build.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      build.addAll(flags);
      build.addAll(MarshalMojo.FLAGS);
      build.addAll(List.of("-cp", jar.toString(), MarshalMojo.MAIN, "build", "-o"));
      build.add(target.resolve("class-archives/x.img").toString());
      build.add(TestData.path("pyc/3.13").toString());
      try {
        flags.addAll(ClassArchive.flags(ClassArchive.Form.ARCHIVE, target, List.of(jar), build));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Jvm(List.of(jar.toString()), flags);
    }
  }

  TestProject(Path folder) {
    this.folder = folder;
    Model model = new Model();
    model.setGroupId("org.example");
    model.setArtifactId("app");
    model.setVersion("1");
    Build build = new Build();
    build.setDirectory(folder.resolve("target").toString());
    build.setOutputDirectory(folder.resolve("target/classes").toString());
    build.setFinalName("app-1");
    model.setBuild(build);
    project = new MavenProject(model);
    project.setFile(folder.resolve("pom.xml").toFile());
  }

  /** Makes a goal know its project. */
  <T extends MarshalMojo> T with(T mojo, String goal, String id) {
    mojo.project = project;
    mojo.execution = new MojoExecution(null, goal, id);
    mojo.pluginArtifacts = new ArrayList<>();
    mojo.jvmArguments = JVM.flags;
    for (String jar : JVM.classPath) {
      mojo.pluginArtifacts.add(artifact("jar", null, new File(jar)));
    }
    mojo.setLog(
        new SystemStreamLog() {
          @Override
          public void info(CharSequence line) {
            infos.add(line.toString());
          }

          @Override
          public void debug(CharSequence line) {
            // Not kept: it is about how, not what.
          }

          @Override
          public void warn(CharSequence line) {
            warnings.add(line.toString());
          }
        });
    return mojo;
  }

  BuildMojo build(String id) {
    return with(new BuildMojo(new Helper()), "build", id);
  }

  RepackMojo repack(String id) {
    return with(new RepackMojo(new Helper()), "repack", id);
  }

  VerifyMojo verify() {
    return with(new VerifyMojo(), "verify", "default");
  }

  CheckMojo check() {
    return with(new CheckMojo(), "check", "default");
  }

  private static Artifact artifact(String type, String classifier, File file) {
    Artifact artifact =
        new DefaultArtifact(
            "org.example",
            "app",
            "1",
            "runtime",
            type,
            classifier,
            new DefaultArtifactHandler(type));
    artifact.setFile(file);
    return artifact;
  }

  /** Returns a file of the project, as a POM gives it. */
  File file(String path) {
    return folder.resolve(path).toFile();
  }

  /** Copies a file into the project. */
  Path copy(Path from, String to) throws Exception {
    Path file = folder.resolve(to);
    Files.createDirectories(file.getParent());
    return Files.write(file, Files.readAllBytes(from));
  }

  /** Writes a file of the project. */
  Path write(String to, String text) throws Exception {
    Path file = folder.resolve(to);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Attaches as Maven does. */
  private static final class Helper implements MavenProjectHelper {
    @Override
    public void attachArtifact(MavenProject to, File file, String classifier) {
      attachArtifact(to, "jar", classifier, file);
    }

    @Override
    public void attachArtifact(MavenProject to, String type, File file) {
      attachArtifact(to, type, null, file);
    }

    @Override
    public void attachArtifact(MavenProject to, String type, String classifier, File file) {
      to.addAttachedArtifact(artifact(type, classifier, file));
    }

    @Override
    public void addResource(
        MavenProject to, String folder, List<String> includes, List<String> excludes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void addTestResource(
        MavenProject to, String folder, List<String> includes, List<String> excludes) {
      throw new UnsupportedOperationException();
    }
  }
}
