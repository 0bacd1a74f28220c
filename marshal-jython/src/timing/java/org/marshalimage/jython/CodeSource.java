package org.marshalimage.jython;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.python.core.BytecodeLoader;
import org.python.core.CompileMode;
import org.python.core.CompilerFlags;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.imp;
import org.python.modules._marshal;
import org.python.modules.cStringIO;

/** Jython's own ways from a file to a code object. */
enum CodeSource {
  SOURCE(".py") {
    @Override
    PyCode load(Path file, String name) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return Py.compile_flags(in, file.toString(), CompileMode.exec, new CompilerFlags());
      }
    }
  },

  CLASS("$py.class") {
    @Override
    PyCode load(Path file, String name) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return BytecodeLoader.makeCode(
            name + "$py", imp.readCode(name, in, false), file.toString());
      }
    }
  },

  MARSHAL(".pyc") {
    @Override
    PyCode load(Path file, String name) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      // Magic number and time stand before the stream.
      String stream = new String(bytes, 8, bytes.length - 8, StandardCharsets.ISO_8859_1);
      return (PyCode) new _marshal.Unmarshaller(cStringIO.StringIO(stream)).load();
    }
  };

  private final String suffix;

  CodeSource(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the file of a module's own name below a folder. */
  Path file(Path folder, String path) {
    return folder.resolve(path + suffix);
  }

  abstract PyCode load(Path file, String name) throws IOException;
}
