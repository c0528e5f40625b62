"""Databases."""

from .case import Case, copied, script

CASES = [
    Case("sqlite3", ("sqlite3", "numbers.db", ".read fill_and_query.sql"), copied("fill_and_query.sql"), limit_s=120),
    Case("redis", script("bash", "redis.sh"), copied("redis.sh"), limit_s=120,
         varies=(r'"[\d.]+"',)),
]
