def jar = new File(basedir, "target/app.jar")
def home = new File(basedir, "target/home")
assert !home.exists()
home.mkdirs()
def java = new File(System.getProperty("java.home"), "bin/java").path
long length = new java.util.zip.ZipFile(jar).withCloseable { it.getEntry("app/app.img").size }

def start = {
  new ProcessBuilder(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Duser.home=" + home, "-jar", jar.path)
      .redirectErrorStream(true)
      .start()
}
def read = { process ->
  def text = process.inputStream.getText("UTF-8").trim()
  assert process.waitFor() == 0 : text
  println "application: " + text
  def words = text.split(" ")
  assert words.length == 5 && words[0] == "shop/stock/shelf.py" : text
  words[2] as long
}

// Two at once, in a home folder that is empty: one unpacks the image, the other waits and maps it.
def both = [start(), start()].collect { read(it) }
assert both.count { it >= length } == 1
assert both.count { it < length } == 1
def images = { new File(home, ".cache/app").listFiles().findAll { it.name.endsWith(".img") } }
assert images().size() == 1
def first = images()[0].lastModified()

// Another one reads the header from the jar and nothing more: that is why it is faster.
assert read(start()) < length
assert images().size() == 1
assert images()[0].lastModified() == first
assert images()[0].length() == length
