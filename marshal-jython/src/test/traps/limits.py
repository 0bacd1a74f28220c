import sys
print 'limits is executed'
held = sys.getrecursionlimit() + 5
sys.setrecursionlimit(held)
