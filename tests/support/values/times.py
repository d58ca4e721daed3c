"""Dates, times and moments: first and last, fractions of every width, gaps and folds of summer time, and bad dates."""

DATES = ["0001-01-01", "0001-12-31", "0009-12-31", "0099-01-01", "0100-02-28", "0999-12-31", "1000-01-01", "1582-10-04",
         "1582-10-10", "1582-10-15", "1900-02-28", "1900-03-01", "1969-12-31", "1970-01-01", "1999-12-31", "2000-01-01",
         "2000-02-29", "2024-02-29", "2038-01-19", "2100-02-28", "9999-12-31"]
# Hours that summer time leaves out or has twice somewhere: Berlin, New York, Kolkata's neighbours, Lord Howe, Apia.
CLOCKS = ["2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-03-10 02:30:00", "2024-11-03 01:30:00",
          "2024-10-06 02:15:00", "2011-12-30 12:00:00", "1986-12-31 23:45:00", "2016-12-31 23:59:59",
          "0001-01-01 00:00:00", "0009-05-05 05:05:05", "1582-10-10 12:00:00", "1969-12-31 23:59:59",
          "1970-01-01 00:00:00", "2038-01-19 03:14:08", "9999-12-31 23:59:59"]
INSTANTS = ["1970-01-01 00:00:01", "2001-09-09 01:46:40", "2024-03-31 00:59:59", "2024-03-31 01:00:00",
            "2024-10-27 00:30:00", "2024-10-27 01:30:00", "2024-11-03 05:30:00", "2024-11-03 06:30:00",
            "2024-04-06 15:15:00", "2038-01-19 03:14:07"]
DAY_TIMES = ["00:00:00", "00:00:01", "09:05:03", "12:34:56", "23:59:59"]
SPANS = ["-838:59:58", "838:59:58", "-00:00:01", "24:00:01", "-24:00:00", "100:00:00", "-12:34:56", "00:00:00"]
FRACTIONS = ["0", "9", "99", "999", "9999", "99999", "999999", "5", "000001", "100000", "123456"]


def with_fractions(clocks, digits):
    """Each clock with a fraction of so many digits, and the first with all fractions that digits can hold."""
    if digits == 0:
        return list(clocks)
    full = [(clock + "." + FRACTIONS[n % len(FRACTIONS)].ljust(6, "0")[:digits]) for n, clock in enumerate(clocks)]
    edge = [clocks[0] + "." + "0" * (digits - 1) + "1", clocks[-1] + "." + "9" * digits, clocks[2] + "." + "9" * digits]
    return list(dict.fromkeys(full + edge))


def quoted(values):
    return [f"'{value}'" for value in values]


def write(script):
    script.typed("date", "DATE", quoted(DATES), key=True)
    for digits in range(7):
        suffix = f"({digits})" if digits else ""
        script.typed(f"datetime {digits}", f"DATETIME{suffix}", quoted(with_fractions(CLOCKS, digits)), key=True)
        script.typed(f"timestamp {digits}", f"TIMESTAMP{suffix}", quoted(with_fractions(INSTANTS, digits)), key=True)
        script.typed(f"time of day {digits}", f"TIME{suffix}",
                     quoted(with_fractions(DAY_TIMES, digits) + ["24:00:00"]), key=True)
        script.typed(f"time span {digits}", f"TIME{suffix}",
                     quoted(with_fractions(SPANS, digits) + ["-838:59:59", "838:59:59"]), key=True)
    script.typed("year", "YEAR", ["0", "1901", "1970", "2000", "2024", "2155"], key=True)
    script.table("timestamp now", ["id INT PRIMARY KEY", "made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
                                   "changed TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE "
                                   "CURRENT_TIMESTAMP(6)", "day DATETIME DEFAULT CURRENT_TIMESTAMP"],
                 [("1", "'2020-01-01'", "'2020-01-01 00:00:00.000001'", "NULL")])
    bad_dates(script)


# What no calendar has. The names of the columns tell what each value must be called.
BAD = {"zero": ["0000-00-00"], "partial": ["2024-00-00", "2024-02-00", "2024-00-10", "0000-01-01", "9999-00-31"],
       "invalid": ["2023-02-29", "2023-02-31", "2024-04-31", "1900-02-29"]}


def bad_dates(script):
    script.do("SET sql_mode = 'ALLOW_INVALID_DATES'")
    for kind, dates in BAD.items():
        # The right ones stand between, so that it shows when a neighbour is taken along.
        rows = [(str(n), f"'{date}'", f"'{date} 10:11:12'" if kind != "zero" else f"'{date} 00:00:00'",
                 f"'{date} 23:59:59.999999'" if kind != "zero" else f"'{date}'", "'0009-12-31'")
                for n, date in enumerate(dates)]
        rows.append(("100", "'0009-12-31'", "'0009-12-31 00:00:00'", "'0009-12-31 00:00:00.000001'", "'2024-02-29'"))
        script.table(f"dates {kind}", ["id INT PRIMARY KEY", "d DATE NOT NULL", "dt DATETIME", "dt6 DATETIME(6) NOT NULL",
                                       "fine DATE NOT NULL"], rows)
    script.table("timestamps zero", ["id INT PRIMARY KEY", "ts TIMESTAMP NULL", "ts6 TIMESTAMP(6) NOT NULL DEFAULT "
                                     "'1970-01-01 00:00:01'"],
                 [("1", "'0000-00-00 00:00:00'", "'0000-00-00 00:00:00'"), ("2", "'2024-01-01'", "'2024-01-01'")])
    script.do("SET sql_mode = @strict")
