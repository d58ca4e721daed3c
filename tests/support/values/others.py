"""ENUM and SET, JSON, geometry, addresses, vectors, and columns that are computed, hidden or versioned."""
import json

from .sql import text_literal, utf8

LABELS = ["small", "it's", "a,b", "(c)", "back\\slash", '"q"', "ü", "x y", "{}", "NULL", "%s", "a\tb", "🚲", "1", "`", "a=b;c"]
SET_LABELS = [label for label in LABELS if "," not in label]
LONGEST = "ä" * 31 + "x"  # 63 bytes, the most that PostgreSQL's labels have
TOO_LONG = "ä" * 32


def labels(values):
    return "(" + ", ".join(text_literal(value) for value in values) + ")"


def choices(script):
    script.typed("enum", "ENUM" + labels(LABELS), [text_literal(v) for v in LABELS], key=True)
    script.typed("enum same", "ENUM" + labels(LABELS), [text_literal(v) for v in reversed(LABELS)])
    script.typed("enum of one", "ENUM('x')", ["'x'"])
    script.typed("enum with empty label", "ENUM('', 'x', 'y')", ["''", "'x'", "'y'"], key=True)
    script.typed("enum of 63 bytes", "ENUM" + labels([LONGEST, "b"]), [text_literal(LONGEST), "'b'"])
    script.typed("enum of 64 bytes", "ENUM" + labels([TOO_LONG, "b"]), [text_literal(TOO_LONG), "'b'"])
    many = [f"label {n}" for n in range(300)]
    script.typed("enum of 300", "ENUM" + labels(many), [text_literal(many[n]) for n in (0, 1, 127, 128, 255, 256, 299)])
    script.typed("enum of two cases", "ENUM('a', 'A', 'ä', 'Ä')", ["'a'", "'A'", "'ä'", "'Ä'"], charset="COLLATE utf8mb4_bin")
    for name, types in {"set": SET_LABELS, "set of 64": [f"m{n:02}" for n in range(64)], "set of one": ["x"],
                        "set of long labels": [TOO_LONG, "b", "c"]}.items():
        sets = [[], types[:1], types, types[::len(types) - 1 or 1], types[1::2]]
        script.typed(name, "SET" + labels(types), [text_literal(",".join(v)) for v in dict.fromkeys(map(tuple, sets))],
                     key=True)
    script.do("SET sql_mode = ''")
    script.table("enum index 0", ["id INT PRIMARY KEY", "e ENUM('x', 'y') NOT NULL", "n ENUM('x', 'y')",
                                  "with_empty ENUM('', 'x') NOT NULL"],
                 [("1", "'x'", "'y'", "''"), ("2", "0", "0", "''"), ("3", "'y'", "NULL", "'x'"), ("4", "'none'", "'x'", "'x'")])
    script.do("SET sql_mode = @strict")


DEEP = 30
NUMBERS = ["0", "-1", "1.5", "-1.50", "9007199254740993", "-9223372036854775808", "18446744073709551615", "1e10", "1E+2", "1e-7",
           "123456789.125", "0.1", "1.7976931348623157e308", "4.9e-324"]
DOCUMENTS = ["{}", "[]", "null", "true", "false", '""', '" "', '"text"', '[null, true, {"a": []}]', "[[], {}, [{}]]",
             '{"": 0, " ": 1, "a b": 2, "ä": 3, "🚲": 4, "\\"": 5, "\\\\": 6, "$.a": 7}', '{"b": 1, "a": 2, "aa": 3, "B": 4}',
             '"\\" \\\\ \\/ \\b \\f \\n \\r \\t"', '"\\u00e9\\ud83d\\udeb2\\u2028"', '"é🚲\u2028\ufeff"', '"NULL"', '"\\\\u0000"',
             "[" * DEEP + "1" + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" + ",".join("1" * 3000) + "]",
             json.dumps({f"key {n}": n for n in range(300)}), json.dumps("x" * 70000), *NUMBERS]
# MariaDB keeps the text that it was given; MySQL makes a document of it and refuses some.
MARIADB_DOCUMENTS = [' { "a" : [ 1 , 2 ] } ', "[1,\n2]", '{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', "-0", "[-0.0]", "1e400", "1E-400",
                     "123456789012345678901234567890.123456789", '{"d": 12345678901234567890123}']
MYSQL_DOCUMENTS = ["JSON_OBJECT('d', CAST('2024-02-29' AS DATE), 't', CAST('-12:34:56.5' AS TIME(6)))",
                   "JSON_ARRAY(CAST('2024-02-29 23:59:59.999999' AS DATETIME(6)), CAST(1.10 AS DECIMAL(5,2)))",
                   "JSON_ARRAY(X'00ff', b'101', 18446744073709551615, -9223372036854775808, TRUE)",
                   "CAST('2024-02-29' AS JSON)"[:0] or "CAST(CAST('2024-02-29' AS DATE) AS JSON)",
                   "JSON_ARRAY(1e0, -0e0, 0.1e0, 1e300, 5e-324, 0.30000000000000004e0)",
                   "CAST('{\"a\": 1, \"a\": 2}' AS JSON)", "JSON_OBJECT('g', ST_GeomFromText('POINT(1 2)'))",
                   "JSON_ARRAY(123456789012345678901234567890.5, CAST(1e-30 AS DECIMAL(65,30)))"]


def documents(script):
    documents_ = [utf8(v) for v in DOCUMENTS + (MARIADB_DOCUMENTS if script.mariadb else [])]
    if not script.mariadb:
        documents_ = [f"CAST({v} AS JSON)" for v in documents_]
    script.typed("json", "JSON", documents_ + ([] if script.mariadb else MYSQL_DOCUMENTS))
    if script.mariadb:
        checked = ["id INT PRIMARY KEY", "d LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(d))"]
        script.table("json checked", checked, [(str(n), utf8(v)) for n, v in enumerate(DOCUMENTS)])


SHAPES = {"POINT": ["POINT(0 0)", "POINT(-0.1 1e300)", "POINT(1.5 -2.25)", "POINT(180 90)"],
          "LINESTRING": ["LINESTRING(0 0,1 1,2 0.1)", "LINESTRING(0 0,0 0)"],
          "POLYGON": ["POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))"],
          "MULTIPOINT": ["MULTIPOINT(1 1,2 2)"], "MULTILINESTRING": ["MULTILINESTRING((0 0,1 1),(2 2,3 3))"],
          "MULTIPOLYGON": ["MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))"],
          "GEOMETRYCOLLECTION": ["GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,3 4))", "GEOMETRYCOLLECTION EMPTY",
                                 "GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 2)),MULTIPOINT(1 1))"]}
# MySQL reads latitude first where the reference system says so, and stores longitude first.
PLACES = ["ST_GeomFromText('POINT(89.5 -179.25)', 4326)", "ST_GeomFromText('LINESTRING(10 20,30 40)', 4326)",
          "ST_GeomFromText('POINT(10 20)', 3857)", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(10 20),POINT(30 40))', 4326)",
          "ST_GeomFromText('POINT(-36.5 174.25)', 4167)"]


def shapes(script):
    every = []
    for kind, texts in SHAPES.items():
        values = [f"ST_GeomFromText('{text}')" for text in texts]
        every += values
        script.typed(kind.lower(), kind, values)
    script.typed("geometries", "GEOMETRY", every + PLACES)
    reference = "" if script.mariadb else "SRID 4326"
    script.table("place", ["id INT PRIMARY KEY", f"g POINT NOT NULL {reference}", f"h GEOMETRY NOT NULL {reference}"],
                 [("1", PLACES[0], PLACES[1]), ("2", PLACES[0], PLACES[3])])


UUIDS = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "550e8400-e29b-41d4-a716-446655440000",
         "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "018f3f5e-8c1a-7000-8000-000000000001", "00000000-0000-0000-0000-0000000000ff"]
INET4S = ["0.0.0.0", "255.255.255.255", "127.0.0.1", "192.0.2.1", "1.2.3.4"]
INET6S = ["::", "::1", "::ffff:192.0.2.1", "::192.0.2.1", "fe80::1", "2001:db8::", "2001:db8:0:1:1:1:1:1", "1:0:0:2::",
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:0:0"]


def own(script):
    """What only one of the servers has."""
    if script.mariadb:
        for name, values in {"uuid": UUIDS, "inet4": INET4S, "inet6": INET6S}.items():
            script.typed(name, name, [f"'{v}'" for v in values], key=True)
        script.table("versioned", ["id INT PRIMARY KEY", "v INT"], [("1", "1"), ("2", "2")], "WITH SYSTEM VERSIONING")
        script.do("UPDATE versioned SET v = 3 WHERE id = 2")
        script.table("compressed", ["id INT PRIMARY KEY", "v VARCHAR(2000) COMPRESSED", "b BLOB COMPRESSED"],
                     [("1", "REPEAT('ab', 900)", "REPEAT(X'00ff', 900)"), ("2", "''", "''"), ("3", "NULL", "NULL")])
    else:
        script.typed("vector of 3", "VECTOR(3)", [f"STRING_TO_VECTOR('{v}')" for v in [
            "[0,0,0]", "[1,-1,0.1]", "[3.4028235e38,-3.4028235e38,1.17549435e-38]", "[0.1,-0.0,16777217]"]])
        script.table("vector long", ["id INT PRIMARY KEY", "v VECTOR(16383)", "short VECTOR(16383)"],
                     [("1", "STRING_TO_VECTOR(CONCAT('[', REPEAT('0.1,', 16382), '7]'))", "STRING_TO_VECTOR('[1]')")])
        script.table("invisible key", ["my_row_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY", "v INT"])
        script.do("INSERT INTO `invisible key` (v) VALUES (3), (1), (2)")


def computed(script):
    script.table("generated", ["id INT NOT NULL PRIMARY KEY", "a INT", "b INT", "total INT GENERATED ALWAYS AS (a + b) STORED",
                               "twice INT GENERATED ALWAYS AS (a * 2) VIRTUAL",
                               "label VARCHAR(30) GENERATED ALWAYS AS (CONCAT('n', a)) STORED",
                               "j JSON", "price DECIMAL(10,2) GENERATED ALWAYS AS (a / 3) STORED"])
    script.do("INSERT INTO `generated` (id, a, b, j) VALUES (1, 1, 2, '{\"k\": \"v\"}'), (2, NULL, 3, NULL), (3, -5, 5, '[]')")
    script.table("invisible", ["id INT NOT NULL PRIMARY KEY", "hidden INT INVISIBLE", "seen INT",
                               "hidden_text VARCHAR(20) INVISIBLE NOT NULL DEFAULT 'it''s'"])
    script.do("INSERT INTO `invisible` (id, hidden, seen) VALUES (1, 10, 100), (2, NULL, 200)")
    script.do("INSERT INTO `invisible` (id, hidden, seen, hidden_text) VALUES (3, 30, 300, 'x')")


def rows_without_key(script):
    script.table("no key", ["a INT", "b VARCHAR(10)"], [("1", "'one'")] * 3 + [("NULL", "NULL")] * 2 + [("2", "''"), ("2", "NULL")])
    script.table("no key nullable unique", ["a INT UNIQUE", "b TEXT"], [("1", "'x'"), ("NULL", "'x'"), ("NULL", "'x'")])
    script.table("one column", ["a INT"], [("1",), ("1",), ("NULL",)])
    script.table("no rows", ["id INT PRIMARY KEY", "v TEXT"])
    wide = [f"c{n} VARCHAR(5)" for n in range(300)]
    script.table("wide", ["id INT PRIMARY KEY"] + wide, [(str(r), *[f"'{r}-{n}'" for n in range(300)]) for r in (1, 2)])


def write(script):
    choices(script)
    documents(script)
    shapes(script)
    own(script)
    computed(script)
    rows_without_key(script)
