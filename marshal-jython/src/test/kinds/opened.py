# Cannot be kept; so it is executed when it is touched.
import os, logging
opened = open(os.devnull)
print 'opened is executed'
log = logging.getLogger('opened')
log.addHandler(logging.StreamHandler())


class Class(object):
    pass


class Old:
    pass


def function():
    return Class


marker = object()
table = {}
