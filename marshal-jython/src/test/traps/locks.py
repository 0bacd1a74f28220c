import threading
print 'locks is executed'
held = threading.Lock()
held.acquire()
