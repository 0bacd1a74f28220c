// Runs a Python script with arguments in a CPython that is WebAssembly, under Node.js 20 or newer, so
// that RandomGraphIT can take it for an interpreter. By hand, for a CPython that has no other build:
//
// 1. Unpack the npm package "pyodide" whose Python it is to be, say at /opt/p314/package.
// 2. Make an executable shell script /opt/p314/python:
//
//      #!/bin/sh
//      PYODIDE_HOME=/opt/p314/package exec node .../pyodide_python.mjs "$@"
//
// 3. mvn verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=RandomGraphIT \
//      -Dfailsafe.failIfNoSpecifiedTests=false -Dmarshalimage.graphs=10000 \
//      -Dmarshalimage.pythons=/opt/p314/python
import { pathToFileURL } from "node:url";

const HOST = "/host";
const { loadPyodide } = await import(pathToFileURL(process.env.PYODIDE_HOME + "/pyodide.mjs").href);
const py = await loadPyodide();
py.FS.mkdirTree(HOST);
py.FS.mount(py.FS.filesystems.NODEFS, { root: "/" }, HOST);
const args = process.argv.slice(2).map((arg) => (arg.startsWith("/") ? HOST + arg : arg));
py.globals.set("arguments", py.toPy(args));
py.runPython(`
import runpy, sys
sys.argv = list(arguments)
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    code = end.code or 0
`);
process.exitCode = py.globals.get("code");
