package org.marshalimage.jython.compiled;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.python.core.PyCode;
import org.python.core.PyFunctionTable;
import org.python.core.PyTableCode;

/**
 * Finds the class file and the number of code objects of a running Jython, for who makes an image.
 * Looks by reflection into {@code PyTableCode.funcs} and {@code func_id}, and into the fields of
 * compiled classes that hold their code. Not thread-safe.
 */
public final class CodeNamer {
  private final Field table;
  private final Field number;

  /** What is known of the classes met so far; the text says why there is no reference to one. */
  private final Map<Class<?>, Object> classes = new HashMap<>();

  private final @Nullable TextClasses texts;

  /**
   * Makes a namer.
   *
   * @param texts which has code that is compiled from text; null if there is none to be named
   * @throws IllegalStateException if this Jython has not the fields that are to be read
   */
  public CodeNamer(@Nullable TextClasses texts) {
    this.texts = texts;
    table = field("funcs");
    number = field("func_id");
  }

  private static Field field(String name) {
    try {
      Field field = PyTableCode.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException("no field of Jython's code objects: " + name, e);
    }
  }

  /**
   * Names a code object.
   *
   * @param code of Jython's compiler, or made from a reference
   * @return a reference to it
   * @throws UnnamedCodeException if it was not compiled to a class file, or that file is gone or
   *     has changed since it was loaded
   */
  public CodeReference name(PyCode code) throws UnnamedCodeException {
    if (!(code instanceof PyTableCode compiled)) {
      throw new UnnamedCodeException(
          "code is not in a class: found=" + code.getClass().getSimpleName());
    }
    PyFunctionTable owner = (PyFunctionTable) get(table, compiled);
    int index = (Integer) get(number, compiled);
    if (owner instanceof ReferencedTable referenced) {
      return CodeReference.of(referenced.file(), index, compiled);
    }
    Object known = classes.computeIfAbsent(owner.getClass(), type -> look(type, compiled));
    if (known instanceof String reason) {
      throw new UnnamedCodeException(reason);
    }
    KnownClass found = (KnownClass) known;
    CodeReference reference = CodeReference.of(found.file, index, compiled);
    if (!reference.equals(found.codes.get(index))) {
      throw new UnnamedCodeException(
          "class file has changed since it was loaded: code="
              + compiled.co_name
              + ", class file="
              + found.file.path());
    }
    return reference;
  }

  private static Object get(Field field, @Nullable Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** What a class file holds: its code by number. */
  private record KnownClass(CompiledFile file, Map<Integer, CodeReference> codes) {}

  private Object look(Class<?> type, PyTableCode code) {
    byte[] compiled = texts == null ? null : texts.contents(type);
    if (compiled != null) {
      return known(CompiledFile.ofText(type.getName(), code.co_filename, compiled), type);
    }
    String path = classFile(code.co_filename);
    String where = ", class=" + type.getName() + ", source=" + code.co_filename;
    if (path == null) {
      return "code was compiled from text" + where;
    }
    try {
      byte[] bytes = ClassFiles.readAt(path);
      if (bytes == null) {
        return "code has no class file: missing=" + path + where;
      }
      PyFunctionTable again = CompiledClass.load(type.getName(), code.co_filename, bytes);
      if (!again.getClass().getName().equals(type.getName())) {
        return "class file is of another class: found=" + again.getClass().getName() + where;
      }
      String absolute = ClassFiles.absolute(path);
      // 0 if that is no file, but a path that goes on in an archive.
      long modified = new File(absolute).lastModified();
      // Whether Jython takes an archive's class file or compiles the source beside it hangs on the
      // time zone; the code by reference is that of the class file.
      String source = modified == 0 ? absolute : code.co_filename;
      CompiledFile file = CompiledFile.of(type.getName(), source, absolute, bytes, modified);
      return known(file, again.getClass());
    } catch (IOException | ReflectiveOperationException e) {
      return "class file cannot be read: " + e.getMessage() + where;
    }
  }

  /**
   * Returns the class file of a source, which may be the class file itself; null if none can be.
   */
  static @Nullable String classFile(String source) {
    if (source.endsWith(CompiledFile.FILE_SUFFIX)) {
      return source;
    }
    return source.endsWith(".py")
        ? source.substring(0, source.length() - ".py".length()) + CompiledFile.FILE_SUFFIX
        : null;
  }

  private KnownClass known(CompiledFile file, Class<?> type) {
    Map<Integer, CodeReference> codes = new HashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == PyCode.class) {
        field.setAccessible(true);
        if (get(field, null) instanceof PyTableCode code) {
          int index = (Integer) get(number, code);
          codes.put(index, CodeReference.of(file, index, code));
        }
      }
    }
    return new KnownClass(file, codes);
  }
}
