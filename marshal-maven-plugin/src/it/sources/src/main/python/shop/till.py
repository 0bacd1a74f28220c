COINS = frozenset({"penny", "nickel", "dime", "quarter"})


def is_coin(name):
    return name in {"penny", "nickel", "dime", "quarter"}
