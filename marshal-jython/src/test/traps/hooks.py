import sys
print 'hooks is executed'
def held(path):
    raise ImportError
sys.path_hooks.append(held)
