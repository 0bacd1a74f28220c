# Runs a program of which all functions that its modules hold run code by reference: by_reference.py IMAGE MODULES
# SCRIPT [ARGUMENT...]. First the modules are imported, separated by commas. Says on stderr how many functions that were.
import sys

from org.marshalimage.jython.compiled import ReferencesEverywhere

image, modules, script = sys.argv[1:4]
del sys.argv[:3]
ReferencesEverywhere.keepTexts()
for name in modules.split(','):
    __import__(name, None, None, ['*'])
print >>sys.stderr, ReferencesEverywhere.replaceAll(image)
execfile(script)
