"""The sqlite3 module, in a file and in memory, with threads and a rollback."""
import sqlite3
import threading

connection = sqlite3.connect("data.db")
connection.execute("create table t (id integer primary key, name text, x real)")
with connection:
    connection.executemany("insert into t (name, x) values (?, ?)", ((f"n{i}", i / 7) for i in range(5000)))
print(connection.execute("select count(*), sum(x), max(name) from t").fetchone())
try:
    with connection:
        connection.execute("delete from t")
        raise RuntimeError("roll back")
except RuntimeError:
    print(connection.execute("select count(*) from t").fetchone())


def reader(results):
    own = sqlite3.connect("data.db")
    results.append(own.execute("select avg(x) from t where id % 3 = 0").fetchone())
    own.close()


results = []
threads = [threading.Thread(target=reader, args=(results,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
memory = sqlite3.connect(":memory:")
memory.create_function("twice", 1, lambda x: 2 * x)
print(memory.execute("select twice(21), sqlite_version() > '3'").fetchone())
connection.close()
