import json
print json.dumps([1, 2.5, None, True, {'a': u'\xe9', 'b': []}], sort_keys=True)
print json.dumps({'b': 1, 'a': [1, 2]}, indent=2, sort_keys=True, separators=(',', ': '))
print json.loads('[1, 2.5, null, true, {"a": "\\u00e9", "b": []}]')
print json.loads('{"a": 1}', object_hook=lambda d: sorted(d.items()))
try:
    json.loads('[1, 2')
except ValueError, e:
    print e
class E(json.JSONEncoder):
    def default(self, o):
        return repr(o)
print E().encode([1, 1j])
print json.decoder.JSONDecoder().raw_decode('[1] x')
import StringIO
s = StringIO.StringIO()
json.dump([1], s)
print s.getvalue(), json.__version__, json.decoder.__name__, json.scanner.__file__ == json.scanner.__file__
