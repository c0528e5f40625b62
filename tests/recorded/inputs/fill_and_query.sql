PRAGMA journal_mode = WAL;
CREATE TABLE number (id INTEGER PRIMARY KEY, value INTEGER, name TEXT);
BEGIN;
WITH RECURSIVE counter(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < 100000)
  INSERT INTO number SELECT i, (i * 7919) % 100003, printf('name %06d', i) FROM counter;
COMMIT;
CREATE INDEX by_value ON number(value);
SELECT count(*), sum(value), min(name), max(name) FROM number;
SELECT id, name FROM number WHERE value BETWEEN 500 AND 505 ORDER BY value;
SELECT value % 10 AS digit, count(*), avg(id) FROM number GROUP BY digit;
UPDATE number SET value = value + 1 WHERE id % 3 = 0;
DELETE FROM number WHERE id % 5 = 0;
SELECT count(*), sum(value) FROM number WHERE name LIKE '%7';
VACUUM;
PRAGMA integrity_check;
