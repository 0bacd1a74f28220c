import codecs
print 'handles is executed'
def held(error):
    return u'', error.end
codecs.register_error('of-handles', held)
