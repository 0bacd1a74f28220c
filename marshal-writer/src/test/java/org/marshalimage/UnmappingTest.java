package org.marshalimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.marshalimage.format.TestData;
import org.marshalimage.testkit.LinkMode;

/** Images that nobody closes are unmapped when nothing of them is in use any more. */
@EnabledOnOs(OS.LINUX)
class UnmappingTest {
  private static final int MANY = 1_000;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void copyImage() throws IOException {
    path = directory.resolve("x.img");
    Files.copy(TestData.path(ImageFiles.SOUND), path);
  }

  /** Maps, uses and forgets images; a method of its own, so that no variable holds the last one. */
  private void forget(MapOptions options, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      MarshalImage image = MarshalImage.map(path, options);
      assertThat(image.module("shop").code().bytecode().get(0)).isNotNull();
      assertThat(image.intern(0).toString()).isNotNull();
    }
  }

  @Test
  void imagesThatAreForgottenAreUnmapped() throws Exception {
    forget(MapOptions.defaults(), MANY);
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
  }

  @Test
  void imagesWithChecksumsThatAreForgottenAreUnmapped() throws Exception {
    forget(MapOptions.builder().checksums(true).build(), MANY);
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
  }

  @Test
  void imagesInPlaceThatAreForgottenAreUnmapped() throws Exception {
    forget(MapOptions.builder().inPlace().linkAll().build(), MANY / 10);
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
    // By system calls.
    LinkMode.PRELINKED_FOR_OTHERS.prepare(path, path, 0);
    forget(MapOptions.builder().inPlace().linkAll().build(), MANY / 10);
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
  }

  private void forgetWithTables(MapOptions options) throws IOException {
    Interner<Object> interner = Interner.create(StrView::toString);
    for (int i = 0; i < 20; i++) {
      MarshalImage image = MarshalImage.map(path, options);
      CodeView code = image.module("shop").code();
      // What is attached refers to views, and so to the image that the tables belong to.
      Attachments<Object> objects = Attachments.ofObjects(image, view -> List.of(view, image));
      Attachments<Object> codes = Attachments.ofCode(image, view -> new Object[] {view, objects});
      assertThat(objects.get(code)).isNotNull();
      assertThat(codes.get(code)).isNotNull();
      assertThat(interner.attachments(image).get(code.name())).isNotNull();
    }
  }

  @Test
  void attachmentsThatReferToTheirImageDoNotKeepIt() throws Exception {
    forgetWithTables(MapOptions.defaults());
    forgetWithTables(MapOptions.builder().inPlace().build());
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
  }

  private List<Object> rests(LinkMode mode) throws IOException {
    List<Object> rests = new ArrayList<>();
    rests.add(mode.map(path).module("shop"));
    rests.add(mode.map(path).module("shop").code());
    rests.add(mode.map(path).cursor());
    rests.add(Attachments.ofCode(mode.map(path), view -> view));
    MarshalImage closed = mode.map(path);
    rests.add(closed.module("shop").code().bytecode());
    closed.close();
    return rests;
  }

  @Test
  void whateverIsLeftOfAnImageKeepsItMapped() throws Exception {
    for (LinkMode mode :
        List.of(LinkMode.READ_ONLY, LinkMode.IN_PLACE, LinkMode.PRELINKED_FOR_OTHERS)) {
      mode.prepare(path, path, 0);
      List<Object> rests = rests(mode);
      for (int i = 0; i < 5; i++) {
        System.gc();
        Thread.sleep(20);
      }
      assertThat(Memory.mappings(path)).isEqualTo(rests.size());
      assertThat(((ImageModule) rests.get(0)).code().flags()).isNotNegative();
      assertThat(((CodeView) rests.get(1)).name().toString()).isNotEmpty();
      assertThat(((ByteBuffer) rests.get(4)).get(0)).isNotNull();
      Reference.reachabilityFence(rests);
      rests.clear();
      assertThat(Memory.mappingsAfterCollection(path)).isZero();
    }
  }

  private CodeView closedView() throws IOException {
    MarshalImage image = MarshalImage.map(path);
    CodeView code = image.module("shop").code();
    image.close();
    return code;
  }

  @Test
  void viewsOfAClosedImageDoNotKeepItMapped() throws Exception {
    CodeView code = closedView();
    assertThat(Memory.mappingsAfterCollection(path)).isZero();
    Reference.reachabilityFence(code);
  }

  @Test
  void anImageIsReplacedWhileTheOldOneIsInUse() throws Exception {
    MarshalImage old = MarshalImage.map(path);
    CodeView code = old.module("shop").code();
    String name = code.name().toString();
    Path next = directory.resolve("next.img");
    Files.copy(path, next);
    Files.move(next, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (MarshalImage fresh = MarshalImage.map(path)) {
      assertThat(fresh.module("shop").code().name().toString()).isEqualTo(name);
      assertThat(code.name().toString()).isEqualTo(name);
      assertThat(code.bytecode().get(0)).isEqualTo(fresh.module("shop").code().bytecode().get(0));
    }
  }
}
