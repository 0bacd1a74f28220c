package org.marshalimage.jython;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.marshalimage.MarshalImage;
import org.marshalimage.format.CorruptImageException;
import org.marshalimage.format.MarshalFormatException;
import org.marshalimage.format.model.RecordType;
import org.marshalimage.jython.compiled.CodeRecordLayout;

/**
 * The records that a program's state is made of. A comment names the slots; one in brackets may be
 * empty, and those behind a semicolon repeat.
 */
enum StateTypes {
  /** key, value. */
  NAMESPACE(0, 2),
  /** name, names of what it imports, [what it leaves in registries], [class]; key, value. */
  MODULE(4, 2),
  /** [class], namespace: a module whose place in {@code sys.modules} another one has taken. */
  MODULE_OBJECT(2, 0),
  /** code, globals, name, [defaults], [closure], doc, module, [dict]. */
  FUNCTION(8, 0),
  /** name, metaclass, bases, namespace, [abstract methods]; [module of a subclass], subclass. */
  TYPE(5, 2),
  /** name, bases, namespace. */
  OLD_CLASS(3, 0),
  /** class, dict. */
  INSTANCE(2, 0),
  /** type, [dict], [what it is as an instance of a type of Jython's own]; [its own slots]. */
  OBJECT(3, 1),
  /** type, args, message, [dict]; [its own slots]. */
  EXCEPTION(4, 1),
  /** type, [getter], [setter], [deleter], doc, [dict]. */
  PROPERTY(6, 0),
  /** callable. */
  STATIC_METHOD(1, 0),
  /** callable. */
  CLASS_METHOD(1, 0),
  /** function, [self], [class]. */
  METHOD(3, 0),
  /** [content]. */
  CELL(1, 0),
  /** self, name. */
  BUILTIN_METHOD(2, 0),
  /** pattern, flags, number of groups, group index, index of groups; its program is its bytes. */
  PATTERN(5, 0),
  /** type; items. */
  WEAK_SET(1, 1),
  /** which map of weak references, type of dict. */
  WEAK_DICT_BUILDER(2, 0),
  /** type, [what the thread has that made it]. */
  THREAD_LOCAL(2, 0),
  /** which lock. */
  LOCK(1, 0),
  /** its lock. */
  CONDITION(1, 0),
  /** type, [dict]: a generator of random numbers, with a new seed. */
  RANDOM(2, 0),
  /** type, factory, items, [dict]. */
  DEFAULT_DICT(4, 0),
  /** text, shadow, targets. */
  SHADOW_STRING(3, 0),
  /** what is called, arguments: what a call gives that has no state of its own. */
  CALL(2, 0),
  /** what is called, arguments, a dict of those by keyword, [dict]. */
  KEYWORD_CALL(4, 0),
  /** type, [greatest length], [dict]; items. */
  DEQUE(3, 1),
  /** which reference, what it leads to, [what is called when that is gone]. */
  WEAK_REFERENCE(3, 0),
  /** pattern, text, where to begin, where to end, name of the method: it is matched again. */
  MATCH(5, 0),
  /** encoding, strict, and five hooks: what reads JSON. */
  JSON_SCANNER(7, 0),
  /** which references are weak; key, value. */
  WEAK_DICT(1, 2),
  /** text that is executed, its code. */
  TEXT(2, 0),
  /** the name of a package: its {@code __path__}. */
  PACKAGE_PATH(1, 0);

  private static final StateTypes[] ALL = values();
  private static final int VERSION = 1;

  private final RecordType type;

  StateTypes(int fixedSlots, int repeatedSlots) {
    String text = "jython." + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    type = new RecordType(text, VERSION, fixedSlots, repeatedSlots, text.equals("jython.pattern"));
  }

  RecordType type() {
    return type;
  }

  /** Returns what the numbers of an image's types of records stand for. */
  static @Nullable StateTypes[] of(MarshalImage image) {
    List<RecordType> types = image.recordTypes();
    @Nullable StateTypes[] found = new StateTypes[types.size()];
    for (int i = 0; i < found.length; i++) {
      RecordType type = types.get(i);
      found[i] = CodeRecordLayout.has(type) ? null : of(type, image);
    }
    return found;
  }

  private static StateTypes of(RecordType type, MarshalImage image) {
    for (StateTypes each : ALL) {
      if (each.type.equals(type)) {
        return each;
      }
    }
    throw new CorruptImageException(
        "no record of Jython's state: type=" + type,
        MarshalFormatException.NO_OFFSET,
        image.path().toString());
  }
}
