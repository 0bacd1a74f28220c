def log = new File(basedir, "build.log").readLines()
def count = { String text -> log.count { it.contains(text) } }

def image = new File(basedir, "target/folder-1-py313.img")
def repacked = new File(basedir, "target/folder-1-repacked.img")
def installed = new File(localRepositoryPath, "it/folder/1/folder-1-py313.img")
assert image.length() > 0
assert Arrays.equals(image.bytes, installed.bytes)
assert repacked.length() > 0 && !Arrays.equals(image.bytes, repacked.bytes)

// Made once in three runs, and said so twice.
assert count("  modules   ") == 1
assert count("  hot bytes ") == 1
assert count("folder-1-py313.img is up to date") == 2
assert count("folder-1-repacked.img is up to date") == 2

// Both images, in two runs; in the third the damaged one, with the place.
assert count("folder-1-py313.img: sound") == 3
assert count("folder-1-repacked.img: sound") == 2
assert count("not all images are sound") >= 1
assert log.any { it.contains("[ERROR]") && it.contains("target/damaged.img: 0x") }

// Nothing that libraries print: of chronicle, SLF4J, or the JDK.
assert !log.any { it =~ /(?i)chronicle|slf4j|sun\.misc\.Unsafe::|ByteBufferCleaner/ }
assert count("[WARNING]") == 0
