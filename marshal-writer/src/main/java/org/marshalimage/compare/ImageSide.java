package org.marshalimage.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.ImageObject;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.model.Value;

/** The roots of an image. */
final class ImageSide implements Side {
  private final MarshalImage image;

  /** Not looked up by name: a damaged image may list what it does not find. */
  private final SortedMap<String, ImageModule> modules = new TreeMap<>();

  /** The roots that are no code, which may share objects; null before one is asked for. */
  private @Nullable Map<String, Value> state;

  ImageSide(MarshalImage image) {
    this.image = image;
    for (ImageModule module : image.modules()) {
      modules.put(module.name(), module);
    }
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(modules.keySet()));
  }

  @Override
  public Root read(String name) {
    ImageModule module = modules.get(name);
    Value value = module.isCode() ? module.root().toValue() : state().remove(name);
    if (value == null) {
      throw new IllegalStateException("root is read twice: " + name);
    }
    return new Root(value, module.isPackage(), module.source());
  }

  private Map<String, Value> state() {
    if (state == null) {
      state = new HashMap<>();
      List<String> names = new ArrayList<>();
      List<ImageObject> roots = new ArrayList<>();
      modules.forEach(
          (name, module) -> {
            if (!module.isCode()) {
              names.add(name);
              roots.add(module.root());
            }
          });
      List<Value> values = ImageObject.toValues(roots);
      for (int i = 0; i < values.size(); i++) {
        state.put(names.get(i), values.get(i));
      }
    }
    return state;
  }

  @Override
  public SlotNames slotNames() {
    ImageModule names = modules.get(SlotNames.ROOT);
    return names == null || names.isCode()
        ? SlotNames.NONE
        : new SlotNameDict(names.root().toValue());
  }

  @Override
  public Map<String, String> properties() {
    return image.properties();
  }
}
