import thread
print 'locks_low is executed'
held = thread.allocate_lock()
held.acquire()
