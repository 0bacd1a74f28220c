def log = new File(basedir, "build.log").readLines()
def count = { String text -> log.count { it.contains(text) } }

def image = new File(basedir, "target/folder-1-py313.img")
def repacked = new File(basedir, "target/folder-1-repacked.img")
def installed = new File(localRepositoryPath, "it/folder/1/folder-1-py313.img")
assert image.length() > 0
assert Arrays.equals(image.bytes, installed.bytes)
assert repacked.length() > 0 && !Arrays.equals(image.bytes, repacked.bytes)

// Made once in two runs, by the trace that a start has left.
assert count("each stored once") == 1
assert count("  hot bytes ") == 1
assert log.any { it =~ /found +2 +objects of the trace/ }
assert count("folder-1-py313.img is up to date") == 1
assert count("folder-1-repacked.img is up to date") == 1

// Both images are sound; in the second run another one is damaged, and the place is told.
assert count("folder-1-py313.img: sound") == 2
assert count("folder-1-repacked.img: sound") == 1
assert count("[ERROR] Failed to execute goal") == 1
assert count("(sound) on project folder: not all images are sound") == 1
assert log.any { it.contains("[ERROR] target/damaged.img: 0x") }

// Nothing that libraries print: of chronicle, SLF4J, or the JDK.
assert !log.any { it =~ /(?i)chronicle|openhft|agrona|slf4j|ByteBufferCleaner/ }
// What Maven says before is of how it was called.
def goals = log.dropWhile { !it.contains("Building folder") }.takeWhile { !it.contains("BUILD SUCCESS") }
assert goals.size() > 20 && !goals.any { it.contains("WARNING") }
