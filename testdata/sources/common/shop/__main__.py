# The module that runs when the package is run.
from shop.prices import price

if __name__ == "__main__":
    price("tea")
