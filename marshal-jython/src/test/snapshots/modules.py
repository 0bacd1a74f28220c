# A module is in sys.modules when it is imported, with what it imports, and is the same for all.
import sys
def shown():
    return sorted(name for name in sys.modules if sys.modules[name] is not None and not name.startswith(('java', 'org')))
print shown()
print 'decimal' in sys.modules, 'json' in sys.modules, sys.modules.has_key('unittest'), sys.modules.get('optparse')
import optparse
print 'optparse' in sys.modules, 'json' in sys.modules, 'unittest' in sys.modules, 'decimal' in sys.modules
print shown()
import json
print shown()
import json.decoder, json.tool, os.path, os
print json.decoder is sys.modules['json.decoder'], os.path is sys.modules['os.path'], os.path is sys.modules['posixpath']
print os.path.__name__, json.__path__[-1:] == json.__path__[-1:], json.__package__, json.decoder.__package__
import re, sre_compile
print re.sre_compile is sre_compile, optparse.os is os, optparse.__file__, optparse.__loader__ is json.__loader__
reload(json)
print json.dumps(1)
del sys.modules['optparse']
import optparse as again
print again is optparse, again.OptionParser is optparse.OptionParser
import unittest
print sorted(n for n in sys.modules if n.startswith('unittest')), unittest.case.TestCase is unittest.TestCase
import imp
print imp.find_module is not None
from encodings import aliases, ascii
print u'\xe9'.encode('latin-1') == '\xe9', 'x'.decode('utf-8'), u'\u20ac'.encode('utf-16-be')
import codecs
print codecs.lookup('utf-8').name, codecs.lookup('rot13').name, codecs.getincrementaldecoder('utf-8')
import __future__, datetime
print datetime.date(2010, 1, 2), __future__.division
