import optparse, sys
p = optparse.OptionParser(usage='%prog [options] FILE', version='%prog 1')
p.add_option('-v', '--verbose', action='store_true', dest='verbose', help='say more')
p.add_option('-n', type='int', default=3, metavar='N', help='count [default: %default]')
p.add_option('-c', type='choice', choices=['a', 'b'])
g = optparse.OptionGroup(p, 'More', 'of these')
g.add_option('-x', type='float', action='append')
p.add_option_group(g)
print p.parse_args(['-v', '-n', '5', '-x', '1', '-x', '2.5', 'f'])
p.print_help()
try:
    p.parse_args(['-n', 'z'])
except SystemExit, e:
    print e.code
print optparse.OptionParser.__mro__ if hasattr(optparse.OptionParser, '__mro__') else optparse.OptionParser.__bases__
