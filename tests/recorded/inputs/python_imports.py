"""Much of the standard library, imported and used a little."""
import argparse, array, ast, base64, bisect, bz2, calendar, collections, configparser, contextlib, copy, csv
import ctypes, dataclasses, datetime, decimal, difflib, email.message, enum, fractions, functools, glob, gzip
import hashlib, heapq, hmac, html, http.client, inspect, io, itertools, json, locale, logging, lzma, math
import mmap, operator, os, pathlib, pickle, platform, pprint, random, re, secrets, select, shelve, shutil
import socket, ssl, statistics, string, struct, sys, tarfile, tempfile, textwrap, time, types, unicodedata
import unittest, urllib.request, uuid, weakref, xml.etree.ElementTree, zipfile, zlib, zoneinfo

print(len(sys.modules) > 150, platform.machine(), sys.version_info[:2])
print(json.dumps({"a": [1, 2.5, None]}), decimal.Decimal("0.1") * 3, fractions.Fraction(1, 3) + 1)
print(hashlib.sha256(b"x" * 100000).hexdigest()[:16], zlib.crc32(b"x"), base64.b64encode(b"mecrr"))
random.seed(7)
print(random.random(), statistics.mean([1, 2, 3, 4]), math.factorial(30))
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "x.gz")
    with gzip.open(path, "wb") as file:
        file.write(b"packed " * 1000)
    print(len(gzip.open(path).read()), sorted(os.listdir(folder)))
    plain = pathlib.Path(folder, "plain")
    plain.write_bytes(b"0123456789" * 1000)
    with open(plain, "r+b") as file, mmap.mmap(file.fileno(), 0) as view:
        view[0:3] = b"abc"
        print(view.find(b"9"), len(view))
    print(plain.read_bytes()[:5])
    with shelve.open(str(pathlib.Path(folder, "shelf"))) as shelf:
        shelf["key"] = {"nested": [1, 2]}
        print(shelf["key"])
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), unicodedata.name("é"), locale.getlocale())
print(ctypes.CDLL(None).abs(-5), len(uuid.uuid4().hex), time.time() > 1.6e9, len(secrets.token_bytes(8)))
print(sorted(set("hash order") - {" "}), pickle.loads(pickle.dumps([1, {2: 3}])))
