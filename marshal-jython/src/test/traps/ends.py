# Has something called when the program ends.
import atexit


def last(text):
    print text


atexit.register(last, 'ends')
