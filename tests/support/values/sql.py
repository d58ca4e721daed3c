"""SQL text of tables and rows, for MariaDB and MySQL. Nothing here knows about crossgrade."""


class Script:
    """Collects statements. `server` is "mariadb" or "mysql"."""

    def __init__(self, server):
        self.server = server
        self.lines = []

    @property
    def mariadb(self):
        return self.server == "mariadb"

    def do(self, statement):
        self.lines.append(statement + ";")

    def table(self, name, columns, rows=(), options=""):
        """columns: SQL of each column or key. rows: tuples of SQL expressions."""
        self.do(f"CREATE TABLE {quote(name)} ({', '.join(columns)}) {options}")
        self.insert(name, rows)

    def insert(self, name, rows):
        rows = [f"({', '.join(row)})" for row in rows]
        if rows:
            self.do(f"INSERT INTO {quote(name)} VALUES " + ",\n  ".join(rows))

    def typed(self, name, sql_type, values, key=False, charset=""):
        """One table of one type: each value in `v`, again in `w` beside another one, and NULL in both. `key`: another
        table has the values as its primary key."""
        column = f"{sql_type} {charset}"
        others = values[1:] + values[:1]
        rows = [(str(n), value, other) for n, (value, other) in enumerate(zip(values, others), 1)]
        rows += [("1001", "NULL", values[0]), ("1002", values[-1], "NULL"), ("1003", "NULL", "NULL")]
        self.table(name, ["id INT NOT NULL PRIMARY KEY", f"v {column} NULL", f"w {column} NULL"], rows)
        if key:
            self.table("key " + name, [f"k {column} NOT NULL PRIMARY KEY", "n INT NOT NULL"],
                       [(value, str(n)) for n, value in enumerate(values)])


def quote(name):
    return "`" + name.replace("`", "``") + "`"


def utf8(text):
    """A literal of utf8mb4, whatever quotes and backslashes mean to the server."""
    data = text.encode("utf-8", "surrogatepass")
    return f"_utf8mb4 X'{data.hex()}'" if data else "''"


def octets(data):
    return f"X'{data.hex()}'" if data else "''"


def text_literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
