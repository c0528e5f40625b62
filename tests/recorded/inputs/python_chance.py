"""What differs in every run: time, entropy, ids, hash seeds, addresses; and what a program makes of it."""
import os
import random
import secrets
import time
import uuid

values = [time.time_ns(), time.perf_counter_ns(), os.getpid(), secrets.token_hex(), uuid.uuid4(), uuid.uuid1(),
          hash("seeded"), id(object()), random.random(), os.urandom(8), os.times(), os.getloadavg()]
for value in values:
    print("varies:", value)
random.seed(str(values))
walk = [0]
for _ in range(5000):
    walk.append(walk[-1] + random.choice((-1, 1)))
print("varies:", walk[-1], max(walk))
start = time.monotonic()
while time.monotonic() < start + 0.02:  # asks for the time thousands of times
    pass
print("done")
