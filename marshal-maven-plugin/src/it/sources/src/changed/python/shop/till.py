COINS = frozenset({"penny"})
