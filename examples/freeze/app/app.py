from station.dew import dew_point


def report(temperature, humidity):
    return "dew point {:.1f}".format(dew_point(temperature, humidity))
