# Runs the test cases of a module of CPython's Lib/test, and its doctests, without test.regrtest. A line for each: what
# became of it, its id and what was raised; at the end "done".
import doctest
import gc
import os
import sys
import unittest

from test import test_support


class Reporter(unittest.TestResult):
    def say(self, result, test, error=None):
        words = [result, test.id()]
        if error:
            text = '%s: %s' % (error[0].__name__, error[1])
            words.append(text.replace('\n', '|').replace('\t', ' ')[:200])
        print >>sys.__stdout__, '\t'.join(words)
        sys.__stdout__.flush()

    def startTest(self, test):
        unittest.TestResult.startTest(self, test)
        if isinstance(test, doctest.DocTestCase):
            # What generators of the test before print when they are collected is no output of this one.
            gc.collect()

    def addSuccess(self, test):
        self.say('pass', test)

    def addError(self, test, error):
        self.say('error', test, error)

    def addFailure(self, test, error):
        self.say('fail', test, error)

    def addSkip(self, test, reason):
        self.say('skip', test)

    def addExpectedFailure(self, test, error):
        self.say('expected', test)

    def addUnexpectedSuccess(self, test):
        self.say('unexpected', test)


test_support.verbose = False
test_support.use_resources = []
module = __import__(sys.argv[1], None, None, ['*'])
suite = unittest.defaultTestLoader.loadTestsFromModule(module)
if hasattr(module, '__test__'):
    suite.addTest(doctest.DocTestSuite(module))
suite.run(Reporter())
print >>sys.__stdout__, 'done'
sys.__stdout__.flush()
# Threads that a test has left must not keep the process.
os._exit(0)
