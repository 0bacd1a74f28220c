# Imports the modules of the first argument, a list with commas, then those that the files of the others name.
import sys

names = sys.argv[1].split(',')
for path in sys.argv[2:]:
    names += open(path).read().split()
for name in names:
    try:
        __import__(name)
    except Exception, e:
        # Some import only from within another one, and some not on Jython.
        print name, e
