from java.util import Random
print 'has_java is executed'
held = Random(3)
