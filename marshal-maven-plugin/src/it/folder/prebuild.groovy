// One bit of a name is wrong.
def image = new File(testdata, "compat/v1/small.img").bytes
int at = new String(image, "ISO-8859-1").indexOf("<module>")
image[at + 1] = (byte) (image[at + 1] ^ 1)
def target = new File(basedir, "target")
target.mkdirs()
new File(target, "damaged.img").bytes = image
return true
