"""Processes that share memory, locks and queues."""
import multiprocessing as mp
from multiprocessing import shared_memory


def square(x):
    return x * x


def add(counter, times):
    for _ in range(times):
        with counter.get_lock():
            counter.value += 1


def fill(name, start):
    memory = shared_memory.SharedMemory(name=name)
    for i in range(100):
        memory.buf[start + i] = i
    memory.close()


if __name__ == "__main__":
    with mp.Pool(2) as pool:
        print(pool.map(square, range(20)))
    counter = mp.Value("i", 0)
    adders = [mp.Process(target=add, args=(counter, 200)) for _ in range(3)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    print(counter.value)
    memory = shared_memory.SharedMemory(create=True, size=200)
    fillers = [mp.Process(target=fill, args=(memory.name, start)) for start in (0, 100)]
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()
    print(sum(memory.buf[:200]))
    memory.close()
    memory.unlink()
