"""Tables and columns whose names stand in somebody's way."""
from .sql import quote

PLAIN = ["a`b", "a'b", 'a"b', "a b", "a.b", "a$b", "$1", "a%b", "%s%n", "UPPER", "MixedCase", "größe", "таблица", "表", "order", "user",
         "table", "1st", "123", "a-b", "a;b", "a\\b", "a/b", "..", "../x", "*", "?", ":a", "#x", "-- x", "a,b", "(x)", "{x}", "[x]",
         "a\tb", "a\nb", "é", "e\u0301", "NULL", "true", "select", "public", "pg_x", " lead", "~", "@x", "!", "&", "|", "<x>", "=",
         "a\"\"b", "a''b", "''", '"', "`", "a''';--", "İ", "ı", "ß", "µ", "ﬁ", "\u202ex", "\ufeffx"]
# PostgreSQL's own, which every table of it has.
SYSTEM = ["xmin", "xmax", "cmin", "cmax", "ctid", "tableoid", "oid"]
LONG = ["x" * 62, "x" * 63, "x" * 64, "x" * 63 + "y", "表" * 21, "表" * 22, "表" * 64, "表" * 63 + "中", "表" * 50, "表" * 49 + "中", "é" * 31, "é" * 32,
        "é" * 31 + "ab", "ж" * 64, "a" + "表" * 63]
LONGEST_TABLES = 50  # the server's file names are longer than the names: 50 of these characters are the most
CASES = ["case", "CASE", "Case", "cAse"]


def write(script):
    for number, name in enumerate(PLAIN + LONG + CASES):
        if name.count("表") > LONGEST_TABLES:
            continue
        values = [("1", str(number), f"'t{number}'"), ("2", str(number + 1000), "NULL")]
        own = name if name.lower() not in ("id", "v") else name + "_"
        script.table(name, ["id INT NOT NULL AUTO_INCREMENT PRIMARY KEY", f"{quote(own)} INT", "v VARCHAR(20)",
                            f"KEY {quote(name)} ({quote(own)})"], values)
    columns = list(dict.fromkeys(name for name in PLAIN + LONG + SYSTEM))
    seen, distinct = set(), []
    for name in columns:  # names of columns are compared without regard to case and accents
        if name.casefold() not in seen:
            seen.add(name.casefold())
            distinct.append(name)
    script.table("names of columns", [f"{quote(name)} INT" for name in distinct] + ["PRIMARY KEY (`xmin`, `ctid`)"],
                 [[str(row * 1000 + n) for n in range(len(distinct))] for row in range(3)])
    script.table("labels", ["id INT PRIMARY KEY"] + [f"{quote(name)} ENUM('x', '{n}')" for n, name in enumerate(LONG)],
                 [("1", *["'x'"] * len(LONG)), ("2", *[f"'{n}'" for n in range(len(LONG))])])
