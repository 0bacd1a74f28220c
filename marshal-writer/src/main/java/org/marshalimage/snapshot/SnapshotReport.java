package org.marshalimage.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.marshalimage.compare.ShortRepr;
import org.marshalimage.writer.ImageSummary;

/**
 * What became of a snapshot.
 *
 * @param image what was written
 * @param objects the interpreter's objects that were kept
 * @param modules the roots that were kept, but those outside modules
 * @param outside the roots outside modules that were kept
 * @param fallen the roots that were not kept
 * @param causes why, a line for each cause
 * @param recipes what is made anew when the snapshot is used, a line for each way
 * @param leftOut what is missing from objects that were kept
 */
public record SnapshotReport(
    ImageSummary image,
    int objects,
    List<String> modules,
    List<String> outside,
    List<String> fallen,
    List<Cause> causes,
    List<Recipe> recipes,
    List<LeftOut> leftOut) {
  /** Roots that a line of text names before it says how many more there are. */
  private static final int NAMED = 3;

  /** Makes a report; the lists are copied. */
  public SnapshotReport {
    modules = List.copyOf(modules);
    outside = List.copyOf(outside);
    fallen = List.copyOf(fallen);
    causes = List.copyOf(causes);
    recipes = List.copyOf(recipes);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Why roots were not kept.
   *
   * @param path a shortest way to the object, of a long one without its middle
   * @param kind what it is
   * @param roots that were not kept because of it, and of nothing above it; may be empty
   * @param more objects of this kind that are reached from the same root, and have no effect of
   *     their own
   * @param remedy what can be done
   */
  public record Cause(String path, String kind, List<String> roots, int more, String remedy) {
    /** Makes a cause; the list is copied. */
    public Cause {
      roots = List.copyOf(roots);
    }

    Cause andOneMore() {
      return new Cause(path, kind, roots, more + 1, remedy);
    }

    private String toText() {
      String text = path + (more == 0 ? "" : " and " + more + " like it") + "  " + kind + "  ";
      return text + consequence() + (remedy.isEmpty() ? "" : "  " + remedy);
    }

    private String consequence() {
      if (roots.isEmpty()) {
        return "nothing else is lost by it";
      }
      int named = Math.min(roots.size(), NAMED);
      String text = "not kept: " + String.join(", ", roots.subList(0, named));
      return named == roots.size() ? text : text + " and " + (roots.size() - named) + " more";
    }
  }

  /**
   * Objects that are made anew when the snapshot is used.
   *
   * @param how as the describer says it
   * @param path a shortest way to the first of them
   * @param objects how many there are
   */
  public record Recipe(String how, String path, int objects) {}

  /**
   * What is missing from an object that was kept.
   *
   * @param path the slot that led to it
   * @param why the path and the kind of what could not be kept, or of what holds it
   */
  public record LeftOut(String path, String why) {}

  /**
   * Tells the report as text, a line for each root cause, and so on.
   *
   * @return lines, each with its end
   */
  public String toText() {
    StringBuilder text = new StringBuilder();
    int kept = modules.size() + outside.size();
    text.append(kept)
        .append(" of ")
        .append(kept + fallen.size())
        .append(" roots kept: ")
        .append(objects)
        .append(" objects; the image has ")
        .append(image.length())
        .append(" bytes\n");
    if (!causes.isEmpty()) {
      text.append("could not be kept:\n");
      causes.forEach(cause -> line(text, cause.toText()));
    }
    if (!leftOut.isEmpty()) {
      text.append("left out:\n");
      leftOut.forEach(each -> line(text, each.path + "  " + each.why));
    }
    if (!recipes.isEmpty()) {
      text.append("made anew when the snapshot is used:\n");
      recipes.forEach(
          each -> {
            String others = each.objects == 1 ? "" : " and " + (each.objects - 1) + " more";
            line(text, each.path + others + "  " + each.how);
          });
    }
    if (!outside.isEmpty()) {
      text.append("put back outside modules:\n");
      line(text, String.join(", ", outside));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    // Names and keys are a program's: what does not print would break lines.
    text.append("  ").append(ShortRepr.printable(line)).append('\n');
  }

  /**
   * Tells the report as JSON: one object, whose names are those of the components of this record,
   * and of the records in it.
   *
   * @return JSON without a line end
   */
  public String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("image");
    json.writeStringField("id", image.id());
    json.writeNumberField("length", image.length());
    json.writeNumberField("objects", image.objects());
    json.writeNumberField("strings", image.strings());
    json.writeNumberField("sharedStrings", image.sharedStrings());
    json.writeEndObject();
    json.writeNumberField("objects", objects);
    writeNames(json, "modules", modules);
    writeNames(json, "outside", outside);
    writeNames(json, "fallen", fallen);
    json.writeArrayFieldStart("causes");
    for (Cause cause : causes) {
      json.writeStartObject();
      json.writeStringField("path", cause.path);
      json.writeStringField("kind", cause.kind);
      writeNames(json, "roots", cause.roots);
      json.writeNumberField("more", cause.more);
      json.writeStringField("remedy", cause.remedy);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("recipes");
    for (Recipe recipe : recipes) {
      json.writeStartObject();
      json.writeStringField("how", recipe.how);
      json.writeStringField("path", recipe.path);
      json.writeNumberField("objects", recipe.objects);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("leftOut");
    for (LeftOut each : leftOut) {
      json.writeStartObject();
      json.writeStringField("path", each.path);
      json.writeStringField("why", each.why);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeNames(JsonGenerator json, String field, List<String> names)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }
}
