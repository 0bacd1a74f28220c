package org.marshalimage.jython;

import org.jspecify.annotations.Nullable;
import org.marshalimage.ImageModule;
import org.marshalimage.MarshalImage;
import org.python.core.Py;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTuple;

/** Finds what is in one package. */
final class PackageFinder extends PyObject implements Method.Owner {
  private final MarshalImage image;
  private final String start;
  private final ImageImporter importer;

  PackageFinder(MarshalImage image, String name, ImageImporter importer) {
    super(PyObject.TYPE);
    this.image = image;
    this.start = name + ".";
    this.importer = importer;
  }

  @Override
  public @Nullable PyObject __findattr_ex__(String name) {
    return name.equals("find_module") || name.equals("iter_modules")
        ? new Method(this, name)
        : super.__findattr_ex__(name);
  }

  @Override
  public PyObject call(String method, String argument) {
    return method.equals("find_module") ? importer.findModule(argument) : modules(argument);
  }

  /** Lists pairs of name and whether it is a package, for {@code pkgutil.iter_modules}. */
  private PyObject modules(String prefix) {
    PyList found = new PyList();
    for (ImageModule module : image.modules()) {
      String name = module.name();
      if (name.startsWith(start) && name.indexOf('.', start.length()) < 0) {
        PyString shown = new PyString(prefix + name.substring(start.length()));
        found.append(new PyTuple(shown, Py.newBoolean(module.isPackage())));
      }
    }
    return found;
  }
}
