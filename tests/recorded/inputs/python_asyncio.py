"""An event loop: timers, sockets, subprocesses, threads, cancellation, signals."""
import asyncio
import os
import signal


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def ask(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode() + b"\n")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.decode().strip()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(await asyncio.gather(*(ask(port, f"client {i}") for i in range(10))))
    server.close()

    child = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE,
                                                 stdout=asyncio.subprocess.PIPE)
    print(await child.communicate(b"through cat"))

    async def nap(seconds, name):
        await asyncio.sleep(seconds)
        return name

    finished = [await task for task in asyncio.as_completed([nap(0.06, "late"), nap(0.001, "early")])]
    print(finished)
    try:
        await asyncio.wait_for(nap(1000, "never"), 0.02)
    except asyncio.TimeoutError:
        print("timed out")
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print("signal", await asyncio.to_thread(sum, range(1000)))


asyncio.run(main())
