# Identifiers beyond ASCII: interned text that is not ASCII, in names, locals, cells and arguments.
größe = 1
имя = "имя"
数 = 世界 = größe


def größer(größe, *, имя=1):
    数 = größe.größe
    return lambda: (数, имя)


class Größe:
    __größe = 1

    def имя(self):
        return self.__größe
