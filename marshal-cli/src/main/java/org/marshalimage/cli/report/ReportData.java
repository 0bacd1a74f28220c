package org.marshalimage.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageInfo;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.marshalimage.compare.ShortRepr;
import org.marshalimage.format.PythonVersion;
import org.marshalimage.trace.ModuleCost;
import org.marshalimage.trace.Trace;

/**
 * What the page's script is given, as JSON. What there is much of stands in columns. All texts are
 * such that they print; no end of a script can be found in them.
 */
final class ReportData {
  /** Chars of a module's name; a longer one is cut, as nobody would read it. */
  private static final int LONGEST_NAME = 300;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final MarshalImage image;
  private final ImageInfo info;
  private final StartRecord start;

  private ReportData(MarshalImage image, StartRecord start) {
    this.image = image;
    this.info = image.info();
    this.start = start;
  }

  static String of(MarshalImage image, String name, StartRecord start) throws IOException {
    return new ReportData(image, start).write(name);
  }

  private String write(String name) throws IOException {
    ObjectSums sums = ObjectSums.of(image);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("image", facts(name));
    data.put("kinds", Arrays.stream(Category.values()).map(Category::label).toList());
    data.put("modules", modules(sums));
    data.put("shared", sums.sharedBytes);
    data.put("saved", sums.savedBytes);
    List<Sections.Section> sections = Sections.read(image.path());
    data.put("sections", sections);
    data.put("tables", sections.stream().filter(section -> !section.hasObjects()).toList());
    long[] touched = start.found() == null ? new long[0] : start.found().offsets();
    data.put("pages", sums.pages.cells(image, touched));
    if (start.trace() != null && start.found() != null) {
      data.put("trace", trace(start.trace(), start.found()));
    }
    if (!start.executions().isEmpty()) {
      data.put("imports", imports());
    }
    data.put("sharedObjects", sums.shared.values());
    data.put("strings", sums.texts.values());
    data.put("codes", sums.codes.values());
    try {
      return JSON.writeValueAsString(data).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static String shown(String name) {
    String cut = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    return ShortRepr.printable(cut);
  }

  private Map<String, Object> facts(String name) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", shown(name));
    facts.put("id", info.id());
    facts.put("bytes", info.length());
    facts.put("pointerWidth", info.pointerWidth());
    facts.put(
        "pythons",
        image.modules().stream()
            .flatMap(module -> module.pythonVersion().stream())
            .distinct()
            .sorted()
            .map(PythonVersion::toString)
            .toList());
    facts.put("objects", info.objects());
    facts.put("codeObjects", info.codeObjects());
    facts.put("strings", info.strings());
    return facts;
  }

  private Map<String, Object> modules(ObjectSums sums) {
    List<ImageModule> modules = image.modules();
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("names", modules.stream().map(module -> shown(module.name())).toList());
    columns.put("codeObjects", modules.stream().mapToInt(ImageModule::codeCount).toArray());
    columns.put("bytes", sums.moduleBytes);
    if (start.found() != null) {
      Map<String, ModuleCost> costs = byName(ModuleCost.of(image, start.found(), List.of()));
      columns.put("readBytes", column(modules, costs, ModuleCost::touchedBytes));
      columns.put("readPages", column(modules, costs, ModuleCost::touchedPages));
      columns.put("readObjects", column(modules, costs, ModuleCost::touchedObjects));
    }
    if (!start.executions().isEmpty()) {
      Map<String, ModuleCost> costs = byName(ModuleCost.of(start.executions()));
      columns.put("selfMicros", column(modules, costs, ModuleCost::selfMicros));
      columns.put("totalMicros", column(modules, costs, ModuleCost::totalMicros));
    }
    return columns;
  }

  private static Map<String, ModuleCost> byName(List<ModuleCost> costs) {
    Map<String, ModuleCost> byName = new HashMap<>();
    costs.forEach(cost -> byName.put(cost.module(), cost));
    return byName;
  }

  private static long[] column(
      List<ImageModule> modules, Map<String, ModuleCost> costs, ToLongFunction<ModuleCost> field) {
    return modules.stream()
        .mapToLong(
            module -> {
              ModuleCost cost = costs.get(module.name());
              return cost == null ? 0 : field.applyAsLong(cost);
            })
        .toArray();
  }

  private static Map<String, Object> trace(Trace trace, Trace.Found found) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("runs", trace.runs());
    facts.put("objects", trace.objectCount());
    facts.put("passedOver", found.passedOver());
    facts.put("dropped", trace.dropped());
    return facts;
  }

  private Map<String, Object> imports() {
    ImportTree.Nodes nodes = ImportTree.of(start.executions());
    Map<String, Object> columns = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    nodes.names().forEach(name -> names.add(shown(name)));
    columns.put("names", names);
    columns.put("parents", nodes.parents());
    columns.put("micros", nodes.micros());
    columns.put("counts", nodes.counts());
    columns.put("left", nodes.left());
    columns.put("runs", runs(start.trace()));
    return columns;
  }

  private static int runs(@Nullable Trace trace) {
    return trace == null ? 1 : trace.runs();
  }
}
