count = 0


def add():
    global count
    count += 1
    return count
