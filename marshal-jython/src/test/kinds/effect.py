# Changes what is not of its state.
import sys, __builtin__
print 'effect is executed'
sys.path.append('of-effect')
__builtin__.of_effect = 5


class Finder(object):
    def find_module(self, name, path=None):
        if name == 'of_finder':
            return self

    def load_module(self, name):
        import imp
        return sys.modules.setdefault(name, imp.new_module(name))


sys.meta_path.append(Finder())
import codecs


def search(name):
    if name == 'of_effect':
        return codecs.lookup('latin-1')


codecs.register(search)


class NoModule(object):
    name = 'of_no_module'


sys.modules['effect_alias'] = NoModule()
