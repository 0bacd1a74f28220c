first = 'first'
second = 'second'
