from units import clock


def run(beds, hours, start=6 * 3600):
    for hour in range(hours):
        print(clock(start + 3600 * hour))
        for bed in beds:
            bed.step()
            note = ""
            if bed.dry:
                bed.water()
                note = "  watered"
            print("  " + str(bed) + note)
