"""Threads that compute, wait, time out and hand each other work."""
import concurrent.futures
import queue
import threading


def compute(n):
    return sum(i * i for i in range(n))


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(compute, range(0, 200000, 20000))))

work, done = queue.Queue(maxsize=3), queue.Queue()


def worker():
    while (item := work.get()) is not None:
        done.put(item * 2)


threads = [threading.Thread(target=worker) for _ in range(3)]
for thread in threads:
    thread.start()
for item in range(200):
    work.put(item)
for _ in threads:
    work.put(None)
for thread in threads:
    thread.join()
print(sum(done.get() for _ in range(200)), done.empty())

event, condition, seen = threading.Event(), threading.Condition(), []
print("timed out:", not event.wait(0.02))


def notifier():
    with condition:
        seen.append(1)
        condition.notify()


with condition:
    threading.Timer(0.01, notifier).start()
    print(condition.wait_for(lambda: seen, timeout=20))

barrier, order = threading.Barrier(5), []


def meet(who):
    barrier.wait()
    order.append(who)


for thread in (meeting := [threading.Thread(target=meet, args=(i,)) for i in range(5)]):
    thread.start()
for thread in meeting:
    thread.join()
print(sorted(order))
