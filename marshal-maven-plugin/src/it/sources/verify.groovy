def log = new File(basedir, "build.log").readLines()
def first = new File(basedir, "target/sources-1.img")
def second = new File(basedir, "target/second.img")

// Compiled twice, at two places: the same bytes.
assert first.length() > 0
assert Arrays.equals(first.bytes, second.bytes)
assert new String(first.bytes, "ISO-8859-1").contains("shop/till.py")
assert !new String(first.bytes, "ISO-8859-1").contains(basedir.path)

assert log.count { it.contains("2 current, 0 stale, 0 missing, 0 new") } == 1
