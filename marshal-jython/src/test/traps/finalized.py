# What is done when objects are gone; what goes by identity; what threads have of their own.
import threading, weakref
gone = []


class New(object):
    def __del__(self):
        gone.append('new')


class Old:
    def __del__(self):
        gone.append('old')


new, old = New(), Old()
