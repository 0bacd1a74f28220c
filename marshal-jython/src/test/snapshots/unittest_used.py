import sys, unittest, re, StringIO
class T(unittest.TestCase):
    def setUp(self):
        self.x = 1
    def test_ok(self):
        self.assertEqual(self.x, 1)
        self.assertIn(1, [1]); self.assertRaises(ValueError, int, 'x')
    def test_fail(self):
        self.assertEqual([1, 2], [1, 3])
    def test_error(self):
        1 / 0
    @unittest.skip('later')
    def test_skipped(self):
        pass
    @unittest.expectedFailure
    def test_expected(self):
        self.fail()
out = StringIO.StringIO()
suite = unittest.defaultTestLoader.loadTestsFromTestCase(T)
result = unittest.TextTestRunner(stream=out, verbosity=2).run(suite)
print re.sub(r'in [0-9.]+s', 'in s', re.sub(r'line \d+', 'line', out.getvalue()))
print result, unittest.TestCase.__module__, unittest.case.TestCase is unittest.TestCase
