// A CPython: one of the setting, else of pyenv. Before 3.7 none records hashes of sources.
def found = (pythons ?: "").split(",").collect { it.trim() }.findAll { it }.collect { new File(it) }
if (!found) {
  found = (new File(System.getProperty("user.home"), ".pyenv/versions").listFiles() ?: [])
      .findAll { it.name ==~ /3\.([7-9]|1\d)\..*/ }
      .collect { new File(it, "bin/python") }
}
def python = found.find { it.canExecute() && !(it.path =~ /2\.7|3\.6/) }
if (python == null) {
  println "sources: no CPython found, skipped; -Dmarshalimage.pythons=FILE names one"
  return false
}
context.userProperties.setProperty("python", python.path)
return true
