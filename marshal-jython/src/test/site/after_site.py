# What site leaves, in the order in which a program may ask for it.
import sys
print sorted(name for name in sys.modules if sys.modules[name] is not None)
print sys.path, hasattr(sys, 'setdefaultencoding'), sys.argv
print [(name, getattr(sys.flags, name)) for name in ('no_site', 'no_user_site', 'ignore_environment', 'interactive')]
if '-S' in sys.argv:
    print [name in dir(__builtins__) for name in ('exit', 'quit', 'help')]
    import site
    print sorted(name for name in sys.modules if sys.modules[name] is not None), sys.path
print exit, quit, copyright, credits, license, help
print type(exit).__module__, vars(exit), sorted(vars(license).items()), exit is __builtins__.exit
try:
    exit(3)
except SystemExit, e:
    print 'exits', e
import os, site, sysconfig
print site.USER_BASE, site.USER_SITE, site.ENABLE_USER_SITE, site.PREFIXES, site.__file__, site.__name__
os.environ['HOME'] = '/elsewhere'
os.chdir('/')
print sorted(sysconfig.get_config_vars().items()), sysconfig._CONFIG_VARS is sysconfig.get_config_vars()
print sysconfig.get_path('purelib', 'java_user'), sysconfig._PROJECT_BASE, sysconfig._PREFIX, sysconfig._PYTHON_BUILD
print site.getuserbase() == site.USER_BASE, site.getsitepackages()
for name in ('sitecustomize', 'usercustomize', 'added'):
    print name, name in sys.modules and vars(sys.modules[name]).get('said')
import warnings
print [(each[0], each[2], each[4]) for each in warnings.filters]
print type(type(exit)(1)), help.__class__.__name__, site._Helper is help.__class__
