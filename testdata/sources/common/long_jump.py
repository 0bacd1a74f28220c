# Jumps over more than 256 code units: EXTENDED_ARG on jumps, forward and backward.
def far(x, y):
    while x:
        if y:
            x = x + y * 2000; x = x + y * 2001; x = x + y * 2002; x = x + y * 2003
            x = x + y * 2004; x = x + y * 2005; x = x + y * 2006; x = x + y * 2007
            x = x + y * 2008; x = x + y * 2009; x = x + y * 2010; x = x + y * 2011
            x = x + y * 2012; x = x + y * 2013; x = x + y * 2014; x = x + y * 2015
            x = x + y * 2016; x = x + y * 2017; x = x + y * 2018; x = x + y * 2019
            x = x + y * 2020; x = x + y * 2021; x = x + y * 2022; x = x + y * 2023
            x = x + y * 2024; x = x + y * 2025; x = x + y * 2026; x = x + y * 2027
            x = x + y * 2028; x = x + y * 2029; x = x + y * 2030; x = x + y * 2031
            x = x + y * 2032; x = x + y * 2033; x = x + y * 2034; x = x + y * 2035
            x = x + y * 2036; x = x + y * 2037; x = x + y * 2038; x = x + y * 2039
            x = x + y * 2040; x = x + y * 2041; x = x + y * 2042; x = x + y * 2043
            x = x + y * 2044; x = x + y * 2045; x = x + y * 2046; x = x + y * 2047
        elif x > y:
            try:
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
                y = x[y].attribute; y = x[y].attribute; y = x[y].attribute; y = x[y].attribute
            except ValueError:
                break
        else:
            continue
    return x
