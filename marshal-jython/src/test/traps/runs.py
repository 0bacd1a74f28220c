import threading
print 'runs is executed'
stop = threading.Event()
held = threading.Thread(target=stop.wait)
held.setDaemon(True)
held.start()
