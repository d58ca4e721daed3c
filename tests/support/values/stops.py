"""Values that PostgreSQL cannot hold, or that the source server cannot give away unharmed. Each table must be stopped; its
comment is what the message must say."""
from . import charsets
from .sql import text_literal

NUL_TYPES = ["CHAR(5)", "VARCHAR(5)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"]
NUL_CHARSETS = ["latin1", "ascii", "utf16", "ucs2", "utf32", "gbk", "utf8mb3"]
SURROGATES = {"mariadb": {"utf8mb4": "eda080", "utf8mb3": "eda080", "ucs2": "d800", "utf32": "0000dfff"}, "mysql": {"ucs2": "d800"}}
KEYED = ["DATE", "DATETIME", "TIMESTAMP", "DATETIME(6)"]
JSON = {"json nul": '"\\u0000"', "json nul within": '{"a": ["x\\u0000y"]}', "json nul in a key": '{"a\\u0000b": 1}'}


def stopped(script, name, columns, rows, says):
    script.table(name, ["id INT NOT NULL PRIMARY KEY", *columns], [("1", *["DEFAULT"] * len(columns)), *rows],
                 f"COMMENT = '{says}'")


def write(script):
    script.do("SET sql_mode = 'ALLOW_INVALID_DATES'")
    for sql_type in NUL_TYPES:
        stopped(script, f"nul {sql_type}".lower(), [f"v {sql_type}"], [("77", "CONCAT('a', CHAR(0 USING utf8mb4), 'b')")],
                "nul_removed")
    for charset in NUL_CHARSETS:
        stopped(script, f"nul {charset}", [f"v VARCHAR(5) CHARACTER SET {charset}"],
                [("77", "CONCAT('a', CHAR(0 USING utf8mb4), 'b')")], "nul_removed")
    stopped(script, "nul alone", ["v VARCHAR(5)"], [("77", "CHAR(0 USING utf8mb4)")], "nul_removed")
    for charset, code in SURROGATES[script.server].items():
        stopped(script, f"surrogate {charset}", [f"v VARCHAR(5) CHARACTER SET {charset}"], [("77", f"_binary X'{code}'")],
                "not valid UTF-8")
    for sql_type in KEYED:
        script.table(f"bad key {sql_type}".lower(), [f"k {sql_type} NOT NULL PRIMARY KEY", "v INT"],
                     [("'2024-01-01'", "1"), ("0", "2")], "COMMENT = 'key'")
    stopped(script, "set with empty label", ["v SET('', 'a', 'b')"], [("77", "''")], "empty label")
    for name, document in JSON.items():
        stopped(script, name, ["v JSON"], [("77", text_literal(document))], "json_nul_removed")
    script.do("SET sql_mode = @strict")
    charsets.write_traps(script)
