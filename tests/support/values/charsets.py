"""Every character set that the server ships, each with every character that it can hold (of those with code points
beyond the basic plane: the plane's pages and a sample of the others).

The server says which codes are well-formed characters. `kept` are those whose conversion to utf8mb4 comes back as it
was; the others are traps: the server turns them into '?', into U+FFFD, or into a character that has another code too."""

# A letter outside ASCII that the charset has, for labels and for mixed text.
LETTERS = {"armscii8": "Ա", "big5": "中", "binary": "x", "cp1250": "ž", "cp1251": "ж", "cp1256": "ش", "cp1257": "ž",
           "cp850": "ä", "cp852": "ž", "cp866": "ж", "cp932": "表", "dec8": "ä", "eucjpms": "表", "euckr": "한", "gb18030": "龥",
           "gb2312": "中", "gbk": "龥", "geostd8": "ა", "greek": "λ", "hebrew": "ש", "hp8": "ä", "keybcs2": "ž", "koi8r": "ж",
           "koi8u": "ї", "latin1": "€", "latin2": "ž", "latin5": "ğ", "latin7": "ž", "macce": "ž", "macroman": "π", "sjis": "表",
           "swe7": "Å", "tis620": "ก", "ucs2": "中", "ujis": "表", "utf16": "🚲", "utf16le": "🚲", "utf32": "🚲",
           "utf8mb3": "中", "utf8mb4": "🚲", "ascii": "a"}
UNICODE = ["utf8mb4", "utf8mb3", "ucs2", "utf16", "utf16le", "utf32", "gb18030"]
BASIC_PLANE_ONLY = ["utf8mb3", "ucs2"]
ONLY_IN = {"gb18030": "mysql"}
TWO_BYTES = ["big5", "cp932", "eucjpms", "euckr", "gb2312", "gb18030", "gbk", "sjis", "ujis"]
THREE_BYTES = ["eucjpms", "ujis"]
NO_TRAPS = ["cp850", "cp852", "cp866", "keybcs2", "koi8r", "koi8u", "latin1", "latin2", "latin5", "latin7", "macce", "macroman"]
HALF_WIDTH = ["cp932", "sjis"]  # of those of several bytes only these have characters of one byte above 0x7f


def charsets(server):
    return sorted(c for c in LETTERS if c != "binary" and ONLY_IN.get(c, server) == server)


def pages():
    """Pages of 256 code points, without the surrogates and without U+0000."""
    numbers = [n for n in range(0x100) if not 0xD8 <= n <= 0xDF]
    numbers += [0x100, 0x1D1, 0x1F3, 0x1F6, 0x1F9, 0x200, 0x2A6, 0x2F8, 0x300, 0x313]
    numbers += [plane * 0x100 + 0xFF for plane in range(1, 17)] + [0xE00, 0xF00, 0x1000]
    for number in numbers:
        yield number, "".join(chr(number * 256 + n) for n in range(256) if number or n)


def codes(script):
    """cg_codes: all codes that some charset may have, of one to three bytes, with the page they are on; then, for each
    charset that is not Unicode, cg_chars: its characters."""
    digits = " UNION ALL ".join(f"SELECT {n} {'n' if n == 0 else ''}" for n in range(16))
    script.do(f"CREATE TEMPORARY TABLE cg_a AS SELECT a.n * 16 + b.n AS n FROM ({digits}) a JOIN ({digits}) b")
    script.do("CREATE TEMPORARY TABLE cg_b AS SELECT n FROM cg_a")
    script.do("CREATE TEMPORARY TABLE cg_codes (code VARBINARY(3) PRIMARY KEY, page INT)")
    script.do("INSERT INTO cg_codes SELECT UNHEX(LPAD(HEX(n), 2, '0')), 0 FROM cg_a WHERE n > 0")
    script.do("INSERT INTO cg_codes SELECT UNHEX(CONCAT(HEX(a.n), LPAD(HEX(b.n), 2, '0'))), a.n "
              "FROM cg_a a JOIN cg_b b WHERE a.n >= 128 AND b.n >= 48")
    script.do("INSERT INTO cg_codes SELECT UNHEX(CONCAT('8F', HEX(a.n), HEX(b.n))), 256 + a.n "
              "FROM cg_a a JOIN cg_b b WHERE a.n >= 161 AND b.n >= 161")
    script.do("CREATE TEMPORARY TABLE cg_chars (code VARBINARY(3) PRIMARY KEY, page INT, kept BOOL)")


def chars(script, charset):
    """Fills cg_chars with the charset's characters."""
    longest = 3 if charset in THREE_BYTES else 2 if charset in TWO_BYTES else 1
    text = f"CONVERT(code USING {charset})"
    wide = f"CONVERT({text} USING utf8mb4)"
    kept = f"COALESCE(CONVERT({wide} USING {charset}) = CAST({text} AS BINARY), FALSE)"
    if charset == "sjis":  # two codes for one character: the backslash is the real one
        kept = f"CASE code WHEN X'5C' THEN TRUE WHEN X'815F' THEN FALSE ELSE {kept} END"
    if charset != "gb18030":
        kept += f" AND HEX({wide}) <> 'EFBFBD'"
    if longest > 1 and charset not in HALF_WIDTH:
        text_is_whole = " AND (LENGTH(code) > 1 OR code < X'80')"
    else:
        text_is_whole = ""
    script.do("SET sql_mode = ''")  # what cannot be converted is what is looked for
    script.do("DELETE FROM cg_chars")
    script.do(f"INSERT INTO cg_chars SELECT code, page, {kept} FROM cg_codes WHERE LENGTH(code) <= {longest} "
              f"AND HEX({text}) = HEX(code) AND CHAR_LENGTH({text}) = 1{text_is_whole}")
    script.do("SET sql_mode = @strict")


def columns(charset):
    letter = LETTERS[charset]
    return ["id INT NOT NULL PRIMARY KEY", "c CHAR(1)", "ch CHAR(60)", "v VARCHAR(255)", "tt TINYTEXT", "t TEXT",
            "mt MEDIUMTEXT", "lt LONGTEXT", f"b VARCHAR(255) COLLATE {charset}_bin",
            f"e ENUM('{letter}', 'b{letter}', 'c') NOT NULL", f"s SET('{letter}', 'b{letter}', 'c') NOT NULL"]


def edges(charset):
    """Rows that every charset has: NULL, '', blanks, and mixed text far longer than the reader's buffers."""
    mixed = f"'x{LETTERS[charset]} '"
    blank = ["'  a '"] * 8
    return [("100001", *["NULL"] * 8, "'c'", "''"), ("100002", *["''"] * 8, "'c'", "'c'"),
            ("100003", "'a'", *blank[1:], f"'{LETTERS[charset]}'", f"'{LETTERS[charset]},c'"),
            ("100004", "'\t'", *["'a\t\n '' b'"] * 7, f"'b{LETTERS[charset]}'", f"'{LETTERS[charset]},b{LETTERS[charset]},c'"),
            ("100005", f"'{LETTERS[charset]}'", *[f"REPEAT({mixed}, 20)"] * 3, f"REPEAT({mixed}, 5000)",
             f"REPEAT({mixed}, 50000)", f"REPEAT({mixed}, 50000)", f"REPEAT({mixed}, 20)", "'c'", f"'{LETTERS[charset]}'")]


def fill(script, charset, source):
    """Rows out of `source`, which yields (id, text): the whole page in the wide columns, its beginning in the others."""
    wide = "SUBSTR(x, 1, 255)"
    script.do(f"INSERT INTO {table_name(charset)} SELECT id, SUBSTR(x, 1, 1), SUBSTR(x, 1, 60), {wide}, SUBSTR(x, -60), x, x, x, "
              f"{wide}, 'c', 'c' FROM ({source}) page")


def table_name(charset):
    return f"`charset {charset}`"


def write_unicode(script, charset):
    fill(script, charset, f"SELECT id, CONVERT(x USING {charset}) AS x FROM cg_pages"
                          + (" WHERE id < 256" if charset in BASIC_PLANE_ONLY else ""))


def write_legacy(script, charset):
    chars(script, charset)
    fill(script, charset, f"SELECT page AS id, GROUP_CONCAT(CONVERT(code USING {charset}) ORDER BY code SEPARATOR '') "
                          "AS x FROM cg_chars WHERE kept GROUP BY page")
    script.table(f"charset {charset} key", [f"c VARCHAR(2) CHARACTER SET {charset} COLLATE {charset}_bin NOT NULL PRIMARY KEY",
                                            f"one CHAR(1) CHARACTER SET {charset} NOT NULL", "code VARBINARY(3) NOT NULL"])
    script.do(f"INSERT INTO `charset {charset} key` SELECT CONVERT(code USING {charset}), CONVERT(code USING {charset}), code "
              "FROM cg_chars WHERE kept AND (page = 0 OR CONV(RIGHT(HEX(code), 2), 16, 10) % 16 = 1)")


def write(script):
    script.do("SET group_concat_max_len = 1000000")
    codes(script)
    script.do("CREATE TEMPORARY TABLE cg_pages (id INT PRIMARY KEY, x LONGTEXT CHARACTER SET utf8mb4)")
    script.do("INSERT INTO cg_pages VALUES " + ",\n".join(
        f"({number}, _utf8mb4 X'{text.encode().hex()}')" for number, text in pages()))
    for charset in charsets(script.server):
        script.table(f"charset {charset}", columns(charset), edges(charset), f"CHARACTER SET {charset}")
        (write_unicode if charset in UNICODE else write_legacy)(script, charset)


def write_traps(script):
    """One table for each charset, a row for each of its traps; without rows, and with an empty comment, for those that
    have none. MySQL's ascii has none because it takes no byte above 0x7f, MariaDB's does."""
    codes(script)
    for charset in charsets(script.server):
        if charset in UNICODE:
            continue
        chars(script, charset)
        none = charset in NO_TRAPS or (charset == "ascii" and not script.mariadb)
        script.table(f"trap {charset}", ["id INT NOT NULL AUTO_INCREMENT PRIMARY KEY",
                                         f"c VARCHAR(5) CHARACTER SET {charset}"],
                     options="" if none else "COMMENT = 'charset_substituted'")
        if charset == "ascii" and none:
            continue
        script.do(f"INSERT INTO `trap {charset}` (c) SELECT CONCAT(CONVERT('a' USING {charset}), CONVERT(code USING {charset}), "
                  f"CONVERT('b' USING {charset})) FROM cg_chars WHERE NOT kept ORDER BY code")
