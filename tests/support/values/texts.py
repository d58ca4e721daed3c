"""Text in utf8mb4 and bytes: what editors, escapes, terminals and converters stumble over, and values beyond limits."""
from .sql import octets, utf8

SPECIALS = [
    "", " ", "  both  ", "end ", "end\t", "\t", "\n", "\r\n", "a\x01\x02\x1b\x1f\x7fz", "\\", "\\N", "\\.", "\\\\n", "\\x00",
    "'", "''", '"', "`", "NULL", "null", "{}", "{NULL}", "%s %d %%", "$1", "a,b;c|d", "-- x", "/* x */", "é", "e\u0301",
    "\u212b\u00c5A\u030a", "\ufb01fi", "\uac00\u1100\u1161", "q\u0307\u0323 q\u0323\u0307", "שלום", "مرحبا بالعالم",
    "\u202eabc\u202c", "a\u200cb\u200db\u2060", "\ufeffbom", "\ufffd", "\ufffe\uffff", "\U0001ffff\U0010ffff",
    "\ue000\uf8ff", "\u2028\u2029\u0085\u00a0\u3000", "Ã¼ Ã¶ â‚¬", "ß ẞ SS", "İ ı i I", "ǅ ǆ Ǆ", "Ως", "नमस्ते", "ไทย", "བོད",
    "日本語 中文 한국어", "𠮷野家 𪚥", "🚲", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "Z͑ͫ̓a͓͒l̨͓g͔͖o", "𝕬𝖇", "\u00ad\u034f", "ﷺ", "٠١٢",
    "1.0", "true", "2024-02-30", "0x41", "café́", "\x7f\x80\x9f", "𐀀\U000e0001", "x" * 40, "🚲" * 40, "é" * 40,
]
# Of these no two are the same to any collation.
KEYS = ["", "a", "b", "z ", "🚲", "日本", "10", "9", "\\", "'", "`%_", "ß", "שלום", "a\tb"]
COLLATIONS = ["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci", "utf8mb4_turkish_ci",
              "utf8mb4_swedish_ci"]
OWN_COLLATIONS = {"mariadb": ["utf8mb4_nopad_bin", "uca1400_as_cs", "utf8mb4_uca1400_nopad_ai_ci"],
                  "mysql": ["utf8mb4_0900_ai_ci", "utf8mb4_0900_as_cs", "utf8mb4_0900_bin", "utf8mb4_ja_0900_as_cs"]}
TEXT_TYPES = ["CHAR(40)", "VARCHAR(40)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "CHAR(255)", "VARCHAR(8000)",
              "NATIONAL VARCHAR(40)", "TEXT(300)"]

ALL_BYTES = bytes(range(256))
BYTES = [b"", b"\0", b"\0\0", b"\0a", b"a\0", b"\xff", b" ", b"a ", b"  ", b"\\", b"\\x00", b"\\000", b"'", b"\xc3\xa4",
         b"\xe4", b"\xed\xa0\x80", b"\xf0\x9f\x9a\xb2", b"\r\n\t\x1a", b"\xef\xbb\xbf", b"NULL"]
BYTE_TYPES = ["BINARY(4)", "BINARY(16)", "BINARY(255)", "VARBINARY(4)", "VARBINARY(300)", "VARBINARY(20000)", "TINYBLOB",
              "BLOB", "MEDIUMBLOB", "LONGBLOB", "BLOB(300)", "CHAR(4) BYTE", "VARCHAR(40) CHARACTER SET binary"]
# Where lengths change their form: one byte, two bytes, three; a packet of 16 MiB; the reader's own buffers.
LENGTHS = {"TINY": [254, 255], "": [255, 256, 16383, 16384, 65534, 65535],
           "MEDIUM": [65535, 65536, 65537, 1048576, 16777215], "LONG": [16777216, 16777217]}


def texts(script):
    for sql_type in TEXT_TYPES:
        values = SPECIALS
        if "NATIONAL" in sql_type:  # utf8mb3
            values = [v for v in values if all(ord(c) < 0x10000 for c in v)]
        script.typed(f"text {sql_type}".lower(), sql_type, [utf8(v) for v in values])
    for collation in COLLATIONS + OWN_COLLATIONS[script.server]:
        charset = f"CHARACTER SET utf8mb4 COLLATE {collation}"
        script.typed(f"text {collation}", "VARCHAR(60)", [utf8(v) for v in KEYS], key=True, charset=charset)
    script.typed("text of no characters", "VARCHAR(0)", ["''", "''"])
    script.typed("char of no characters", "CHAR(0)", ["''", "''"])
    script.typed("char of one", "CHAR(1)", [utf8(c) for c in ["", "a", "🚲", "é", "\t", "\\"]])
    script.typed("text key of 768 characters", "VARCHAR(768)",
                 [utf8(c * 768) for c in ["a", "🚲", "é"]], key=True, charset="COLLATE utf8mb4_bin")


def binaries(script):
    for sql_type in BYTE_TYPES:
        room = int(sql_type.split("(")[1].split(")")[0]) if "(" in sql_type else 255
        values = [v for v in BYTES + [ALL_BYTES[:255], ALL_BYTES[1:], ALL_BYTES] if len(v) <= room]
        script.typed(f"bytes {sql_type}".lower(), sql_type, [octets(v) for v in values])
    script.typed("bytes key", "VARBINARY(300)", [octets(v) for v in BYTES + [ALL_BYTES]], key=True)
    script.typed("bytes padded key", "BINARY(2)", [octets(v) for v in [b"", b"\1", b"a", b"a ", b"\xff", b"\xff\xff"]],
                 key=True)
    script.table("every byte", ["id INT PRIMARY KEY", "b BINARY(1) NOT NULL", "v VARBINARY(2) NOT NULL"],
                 [(str(n), f"X'{n:02x}'", f"X'{n:02x}00'") for n in range(256)])


def lengths(script):
    """Long values that look different at every place; in `wide` with as many characters of four bytes."""
    script.do("SET @a = 'x', @w = _utf8mb4 X'f09f9ab2', @b = X'00ff5c0a'")
    for _ in range(20):
        script.do("SET @a = CONCAT(@a, SHA2(LENGTH(@a), 256), @a), @b = CONCAT(@b, UNHEX(SHA2(LENGTH(@b), 256)), @b)")
    for _ in range(14):
        script.do("SET @w = CONCAT(@w, LENGTH(@w), _utf8mb4 X'c3a9f09d849e', @w)")
    for size, counts in LENGTHS.items():
        script.table(f"long {size.lower()}text", ["id INT PRIMARY KEY", f"v {size}TEXT", f"wide {size}TEXT"],
                     [(str(n), f"LEFT(@a, {n})", f"LEFT(@w, {n // 4 if n <= 65537 else 0})") for n in counts])
        script.table(f"long {size.lower()}blob", ["id INT PRIMARY KEY", f"v {size}BLOB"],
                     [(str(n), f"LEFT(@b, {n})") for n in counts])
    # A row of many long values: together far beyond any one of them.
    script.table("long together", ["id INT PRIMARY KEY"] + [f"v{n} MEDIUMTEXT" for n in range(8)],
                 [("1", *[f"REPEAT('{n}é', 300000)" for n in range(8)]), ("2", *["''"] * 8), ("3", *["NULL"] * 8),
                  ("4", *[f"REPEAT('{n}', {65534 + n})" for n in range(8)])])


def write(script):
    texts(script)
    binaries(script)
    lengths(script)
