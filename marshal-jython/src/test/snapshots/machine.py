# What the process has, and not the one that made the snapshot.
import os, sys, time, locale, random, tempfile, threading
print os.environ.get('MARSHAL_TEST'), os.getcwd() == os.path.realpath(os.getcwd()), sys.argv[1:]
print os.path.abspath('x') == os.path.join(os.getcwd(), 'x'), os.path.expanduser('~') == os.environ.get('HOME')
os.environ['MARSHAL_NEW'] = 'new'
sys.stdout.flush()
os.system('echo $MARSHAL_NEW')
import posix
print posix.environ is os.environ, os.getpid() > 0, os.name, os.sep
print threading.currentThread().getName(), threading.currentThread() in threading.enumerate(), len(threading.enumerate())
print random.random() == random.Random(1).random(), type(random.random())
t = threading.Thread(target=lambda: sys.stdout.write(threading.currentThread().getName() + '\n'), name='other')
t.start(); t.join()
lock = threading.RLock()
with lock:
    print type(lock).__name__
print time.tzname == time.tzname, tempfile.gettempdir()
