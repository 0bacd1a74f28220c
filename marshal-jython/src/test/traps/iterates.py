print 'iterates is executed'
held = iter([1, 2])
