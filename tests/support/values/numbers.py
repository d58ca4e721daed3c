"""Whole numbers, decimals, floats and bits at their edges."""

INTEGERS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
DECIMALS = [(65, 30), (65, 0), (64, 1), (38, 28), (30, 30), (19, 4), (18, 9), (12, 2), (10, 10), (9, 0), (5, 4), (1, 1),
            (1, 0)]
BIT_WIDTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64]
FLOATS = ["0", "-0e0", "1", "-1", "0.1", "-0.1", "0.333333343", "16777215", "16777216", "16777217", "3.402823466e38",
          "-3.402823466e38", "1.17549435e-38", "-1.17549435e-38", "1.401298464e-45", "1e-40", "1e23", "3.14159274",
          "123456789", "1e10", "8388608.5"]
DOUBLES = ["0", "-0e0", "1", "-1", "0.1", "0.30000000000000004e0", "0.3333333333333333e0", "9007199254740991",
           "9007199254740992", "9007199254740993", "1e22", "1e23", "1.0000000000000002e0", "0.9999999999999999e0",
           "1.7976931348623157e308", "-1.7976931348623157e308", "1.7976931348623155e308", "2.2250738585072014e-308",
           "2.2250738585072009e-308", "4.9406564584124654e-324", "-4.9406564584124654e-324", "16777217e0",
           "18446744073709551615e0", "9223372036854775807e0", "-123456.789e100", "5e-310", "2.5e0"]


def signed_edges(bits):
    top = 1 << (bits - 1)
    return [-top, -top + 1, -1, 0, 1, 42, top // 2, top - 2, top - 1]


def unsigned_edges(bits):
    top = 1 << bits
    return [0, 1, 42, top // 2 - 1, top // 2, top // 2 + 1, top - 2, top - 1]


def decimal_edges(precision, scale):
    whole = precision - scale
    nines = "9" * whole or "0"
    point = "." + "9" * scale if scale else ""
    edges = [nines + point, "-" + nines + point, "0"]
    if scale:
        least = "0." + "0" * (scale - 1) + "1"
        edges += [least, "-" + least, "0." + "5" * scale]
        # PostgreSQL keeps four digits in a word: a one at each place crosses every word.
        edges += ["0." + "0" * place + "1" for place in range(0, scale - 1)]
    edges += ["1" + "0" * place for place in range(whole)] + ["-" + "1" + "0" * place for place in range(whole)]
    if whole and scale:
        edges += ["1" * whole + "." + "0" * (scale - 1) + "7", "-1.5"]
    return list(dict.fromkeys(edges))


def bit_edges(width):
    full = (1 << width) - 1
    edges = [0, 1, full, 1 << (width - 1), full >> 1, 0xB62ED1B62ED1B62E & full, full - 1]
    return [f"b'{value:0{width}b}'" for value in dict.fromkeys(edges)]


def integers(script):
    for name, bits in INTEGERS.items():
        script.typed(name, name, [str(v) for v in signed_edges(bits)], key=True)
        script.typed(f"{name} unsigned", f"{name} UNSIGNED", [str(v) for v in unsigned_edges(bits)], key=True)
        script.typed(f"{name} zerofill", f"{name} ZEROFILL", [str(v) for v in unsigned_edges(bits)])
        script.typed(f"{name} zerofill 12", f"{name}(12) ZEROFILL", [str(v) for v in unsigned_edges(bits)])
    script.typed("bigint unsigned small", "BIGINT UNSIGNED", ["0", "1", "9223372036854775807"])
    script.typed("int width 3", "INT(3)", ["-2147483648", "2147483647", "0"])
    flags = {"zero and one": ["0", "1"], "two": ["0", "1", "2"], "minus one": ["1", "-1"], "edges": ["-128", "127"]}
    for name, values in flags.items():
        script.typed(f"tinyint1 {name}", "TINYINT(1)", values)
    script.typed("tinyint1 unsigned", "TINYINT(1) UNSIGNED", ["0", "1", "255"])
    script.typed("bool", "BOOL", ["TRUE", "FALSE"])
    script.table("tinyint1 null", ["id INT PRIMARY KEY", "v TINYINT(1)"], [("1", "NULL"), ("2", "NULL")])
    script.table("tinyint1 empty", ["id INT PRIMARY KEY", "v TINYINT(1) NOT NULL"])
    for name, bits in INTEGERS.items():
        top = (1 << (bits - 1)) - 1
        script.table(f"auto {name}", [f"id {name} NOT NULL AUTO_INCREMENT PRIMARY KEY", "v INT"],
                     [("1", "1"), (str(top - 1), "2")])
    script.table("auto bigint unsigned", ["id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY", "v INT"],
                 [("1", "1"), ("9223372036854775806", "2")])


def decimals(script):
    for precision, scale in DECIMALS:
        edges = decimal_edges(precision, scale)
        script.typed(f"decimal {precision} {scale}", f"DECIMAL({precision},{scale})", edges, key=True)
    if script.mariadb:  # MySQL's have 30 digits behind the point at most
        script.typed("decimal 38 38", "DECIMAL(38,38)", decimal_edges(38, 38), key=True)
    positive = [v for v in decimal_edges(12, 4) if not v.startswith("-")]
    script.typed("decimal unsigned", "DECIMAL(12,4) UNSIGNED", positive)
    script.typed("decimal zerofill", "DECIMAL(12,4) ZEROFILL", positive)
    script.typed("decimal bare", "DECIMAL", ["0", "-1", "9999999999"])


def floats(script):
    script.typed("float", "FLOAT", FLOATS)
    script.typed("double", "DOUBLE", DOUBLES)
    script.typed("real", "REAL", DOUBLES)
    script.typed("float of 24", "FLOAT(24)", FLOATS)
    script.typed("float of 53", "FLOAT(53)", DOUBLES)
    script.typed("float unsigned", "FLOAT UNSIGNED", [v for v in FLOATS if not v.startswith("-")])
    script.typed("double unsigned", "DOUBLE UNSIGNED", [v for v in DOUBLES if not v.startswith("-")])
    script.typed("float 7 4", "FLOAT(7,4)", ["0", "999.9999", "-999.9999", "0.0001", "1.5"])
    script.typed("double 10 3", "DOUBLE(10,3)", ["0", "9999999.999", "-9999999.999", "0.001", "1.5"])
    script.typed("double zerofill", "DOUBLE(10,3) ZEROFILL", ["0", "1.5", "9999999.999"])
    script.table("float key", ["k DOUBLE NOT NULL PRIMARY KEY", "f FLOAT NOT NULL", "UNIQUE KEY (f)"],
                 [(v, f) for v, f in zip(["0", "0.1", "1e23", "-4.9406564584124654e-324"], ["0", "0.1", "1e23", "-1"])])


def bits(script):
    for width in BIT_WIDTHS:
        script.typed(f"bit {width}", f"BIT({width})", bit_edges(width), key=True)


def write(script):
    integers(script)
    decimals(script)
    floats(script)
    bits(script)
