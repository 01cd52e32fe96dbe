import plants

for plant in plants.ALL:
    print(plant.name, plant.moisture)
