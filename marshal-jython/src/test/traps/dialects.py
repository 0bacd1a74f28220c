import csv
print 'dialects is executed'
class held(csv.excel):
    delimiter = ';'
csv.register_dialect('of dialects', held)
