def dew_point(temperature, humidity):
    return temperature - (100 - humidity) / 5
