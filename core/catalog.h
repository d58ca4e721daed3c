/* The catalog model: what a database holds, the same for every engine. engine/ fills it, transform/ rewrites it, load/
 * prints it as DDL, verify/ compares two of them.
 *
 * Everything lives in one arena; strings are never NULL unless a comment says so. Names are unquoted. Types are spelled
 * by their engine: lower-case base name without length or attributes ("int", "varchar", "enum", "numeric",
 * "timestamptz"). Arrays come with a count of the same name. */
#ifndef CG_CORE_CATALOG_H
#define CG_CORE_CATALOG_H

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cg_type {
    const char *name;     /* base name. MySQL: tinyint ... bigint, decimal, float, double, bit, char, varchar, tinytext,
                             text, mediumtext, longtext, binary, varbinary, tinyblob ... longblob, date, datetime,
                             timestamp, time, year, enum, set, json (also MariaDB's LONGTEXT with json_valid), geometry,
                             point, linestring, polygon, multipoint, multilinestring, multipolygon, geometrycollection,
                             uuid, inet4, inet6, vector. PostgreSQL: pg_type's names made friendly: boolean, smallint,
                             integer, bigint, numeric, real, double precision, text, varchar, bpchar, bytea, bit, varbit,
                             date, time, timetz, timestamp, timestamptz, interval, uuid, inet, json, jsonb, geometry,
                             vector; an array has `array` set and the element's name here; an enum its own name with
                             `labels` filled */
    const char *schema;   /* of a user-defined type (PostgreSQL enum); else NULL */
    const char *full;     /* as the engine prints it with everything: "bigint(20) unsigned", "character varying(32)" */
    int64_t length;       /* characters of text, bytes of binary, bits of bit; -1: none */
    int precision, scale; /* decimal; -1: none */
    int fraction;         /* digits of fractional seconds; -1: none */
    int display_width;    /* MySQL integers: 1 for TINYINT(1); -1: none */
    bool is_unsigned, zerofill, array;
    const char *charset, *collation; /* NULL where there is none. binary types: NULL */
    bool case_insensitive;           /* the collation calls letters of both cases equal */
    bool accent_insensitive;         /* it calls a letter with and without an accent equal */
    bool pad_space;                  /* the collation ignores trailing spaces */
    const char **labels;             /* enum and set, in order */
    size_t label_count;
    uint32_t oid;  /* PostgreSQL type OID (of the element when array); 0 elsewhere */
    bool has_srid; /* MySQL 8: the column takes geometries of this SRID only */
    uint32_t srid;
};

enum cg_default_kind {
    CG_DEFAULT_NONE = 0,
    CG_DEFAULT_NULL,       /* an explicit or implied DEFAULT NULL */
    CG_DEFAULT_LITERAL,    /* text: the value itself, unquoted, in the engine's text form; bits as 0 and 1,
                              bytes as 0x and hexadecimal digits */
    CG_DEFAULT_NOW,        /* CURRENT_TIMESTAMP in any spelling; fraction in default_fraction */
    CG_DEFAULT_EXPRESSION, /* text: the engine's source text */
};

enum cg_generated { CG_NOT_GENERATED = 0, CG_GENERATED_STORED, CG_GENERATED_VIRTUAL };

struct cg_column {
    const char *name;
    struct cg_type type;
    bool nullable;
    enum cg_default_kind default_kind;
    const char *default_text; /* NULL unless LITERAL or EXPRESSION */
    int default_fraction;     /* NOW: digits */
    bool auto_increment;      /* AUTO_INCREMENT, identity or serial */
    bool on_update_now;       /* ON UPDATE CURRENT_TIMESTAMP; of a plan's: by a trigger, see on_update_function */
    bool invisible;
    enum cg_generated generated;
    const char *generation_text; /* NULL unless generated */
    const char *comment;         /* "" when there is none */
    const char *sequence;        /* PostgreSQL: qualified, quoted name of the sequence behind it; else NULL */
};

enum cg_key_kind { CG_KEY_PRIMARY, CG_KEY_UNIQUE, CG_KEY_INDEX, CG_KEY_FULLTEXT, CG_KEY_SPATIAL };

struct cg_key_part {
    const char *column;     /* NULL for an expression */
    const char *expression; /* NULL for a column; else the engine's source text */
    int64_t prefix;         /* characters or bytes of a prefix index; 0: whole column */
    bool descending;
};

struct cg_key {
    const char *name;
    enum cg_key_kind kind;
    struct cg_key_part *parts;
    size_t part_count;
    bool invisible;
    bool valid;          /* PostgreSQL indisvalid; true elsewhere */
    const char *method;  /* "btree", "gin", "gist", "hash", ... */
    const char *comment; /* "" */
};

struct cg_foreign_key {
    const char *name;
    const char **columns; /* column_count of each */
    const char *ref_schema, *ref_table;
    const char **ref_columns;
    size_t column_count;
    const char *on_delete, *on_update; /* "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT" */
    bool validated;                    /* and its triggers are on: no row can break it */
};

struct cg_check {
    const char *name, *expression; /* the engine's source text, without the word CHECK */
    bool not_enforced;             /* NOT ENFORCED, so rows may break it */
    bool not_valid;                /* PostgreSQL: NOT VALID, so rows that were there before may break it */
    bool after_rows; /* a plan's: one of the source's, added when the rows are in; else it belongs to a column's type
                        and is there from the start */
};

/* ---- partitions ---- */

enum cg_partition_method {
    CG_PARTITION_UNKNOWN, /* nothing is said but `words` */
    CG_PARTITION_RANGE,
    CG_PARTITION_LIST,
    CG_PARTITION_HASH /* MySQL's HASH and KEY, linear or not */
};

enum cg_bound_kind { CG_BOUND_VALUE, CG_BOUND_NULL, CG_BOUND_MINIMUM, CG_BOUND_MAXIMUM };

/* One column's part of a partition's bounds. */
struct cg_bound {
    enum cg_bound_kind kind;
    const char *text; /* of a VALUE: the value itself, unquoted, in the engine's text form; else NULL */
};

struct cg_partition {
    const char *name;
    const char *schema;         /* PostgreSQL: where the partition is; else NULL */
    struct cg_bound *from, *to; /* RANGE: one for each column (one of an expression); from is in it, to is not. MySQL
                                   tells no from (NULL): it is where the partition before it ends */
    struct cg_bound *values;    /* LIST: value_count times one for each column */
    size_t value_count;
    unsigned modulus, remainder;   /* HASH */
    bool is_default;               /* it takes what no other one takes */
    const char *check;             /* a plan's: what its rows have to be like; NULL: whatever comes */
    const char *comment;           /* "" */
    struct cg_partitioning *below; /* into partitions of its own, or NULL */
};

struct cg_partitioning {
    enum cg_partition_method method;
    const char *words;    /* the method as the engine calls it: "LINEAR KEY", "RANGE COLUMNS" */
    const char **columns; /* column_count; none when it goes by an expression */
    size_t column_count;
    const char *expression; /* the engine's source text; NULL when it goes by columns */
    struct cg_partition *items;
    size_t count;
};

enum cg_table_kind { CG_TABLE_BASE, CG_TABLE_SYSTEM_VERSIONED, CG_TABLE_PARTITIONED };

struct cg_table {
    const char *schema; /* MySQL: the database */
    const char *name;
    enum cg_table_kind kind;
    const char *storage;        /* MySQL ENGINE, "" elsewhere */
    bool snapshot_capable;      /* false: MyISAM, MEMORY, ...: its rows obey no snapshot */
    int64_t row_estimate;       /* -1: unknown */
    int64_t byte_estimate;      /* data without indexes; -1: unknown */
    const char *next_value;     /* AUTO_INCREMENT's next value as decimal text, or NULL */
    const char *comment;        /* "" */
    const char *partition_text; /* PARTITION BY ... as the engine tells it, or NULL */
    const char *filter;         /* a source's table: SQL of the source that holds for the rows that count as its own
                                   (--where); NULL: all. Whoever reads, counts or walks it heeds that */
    bool history;               /* MariaDB: holds history rows (SYSTEM VERSIONED) */
    bool unlogged;              /* PostgreSQL: empty after a crash, itself or one of its partitions */
    bool row_security;          /* PostgreSQL: only the rows that its policies name are there for ordinary roles */
    struct cg_column *columns;
    size_t column_count;
    struct cg_key *keys; /* the primary key first, if there is one */
    size_t key_count;
    struct cg_foreign_key *foreign_keys;
    size_t foreign_key_count;
    struct cg_check *checks;
    size_t check_count;
    struct cg_partitioning *partitioning; /* partition_text understood; NULL when there is none */
    const char *on_update_function; /* a plan's: the trigger function that moves the columns with on_update_now; NULL
                                       when there are none */
};

/* What the trigger is called that moves columns with on_update_now: its text in a plan is the function's. */
#define CG_ON_UPDATE_TRIGGER "on_update_now"

/* A view as a plan wants it made. */
struct cg_view {
    const char *name;
    const char *query;    /* the SELECT, in the target's words */
    const char **columns; /* v (a, b): the names of its columns where its SELECT has others; or none */
    size_t column_count;
    const char *check_option; /* "", "LOCAL" or "CASCADED" */
    bool invoker;             /* its tables are read with the rights of whoever asks */
};

/* PostgreSQL: a collation of the schema. */
struct cg_collation {
    const char *name;
    const char *full;   /* as cg_type.collation has it: "public.und_ai_ci" */
    const char *locale; /* of ICU: "und-u-ks-level1" */
    bool deterministic; /* it calls equal only what has the same bytes */
};

/* PostgreSQL: something that a newer server or library has left behind, so that an object is not what it seems. */
struct cg_condition {
    const char *kind, *name; /* "index", "orders.by_name"; "extension"; "collation"; "large objects" */
    const char *text;        /* what is so, and the statement that mends it */
    bool extra;              /* only this side has it; nothing is wrong with it */
};

/* MariaDB SEQUENCE objects, PostgreSQL sequences that no column owns. Numbers as decimal text. */
struct cg_sequence {
    const char *schema, *name;
    const char *start, *increment, *minimum, *maximum, *next;
    bool cycle;
};

/* An object that is named and kept as source text: what nothing carries yet must at least be told. */
enum cg_object_kind {
    CG_OBJECT_VIEW,
    CG_OBJECT_TRIGGER,
    CG_OBJECT_ROUTINE,
    CG_OBJECT_EVENT,
    CG_OBJECT_GRANT,
    CG_OBJECT_UNKNOWN,    /* a kind that crossgrade does not know: fail closed (R13) */
    CG_OBJECT_UNREADABLE, /* a table that the server itself cannot open: `table` is its name */
};

struct cg_object {
    enum cg_object_kind kind;
    const char *name;  /* a trigger's, a view's, ... */
    const char *table; /* of a trigger, or what else belongs to a table; else NULL */
    const char *text;  /* source text, or what the catalog says of it */
    const char *word;  /* PostgreSQL, of an UNKNOWN one: what it is there: "rule", "policy", "partial index"; or NULL */
    const char *body;  /* PostgreSQL, of a trigger: the source of its function; else NULL */
    bool disabled;     /* PostgreSQL: a trigger or rule that does nothing in an ordinary session */
    /* of a MySQL view */
    const char *query;        /* its SELECT, with or without CREATE .. VIEW .. AS before it; NULL when the user may not
                                 see it, or its letters cannot be trusted */
    const char *check_option; /* "", "LOCAL" or "CASCADED" */
    bool invoker;             /* SQL SECURITY INVOKER */
};

/* What a server refused when it was tried, and why: see cg_target_trial. */
struct cg_refusal {
    const char *kind, *name; /* as in cg_ddl: "view", "customer_list"; "check", "orders.positive" */
    const char *error;       /* "SQLSTATE 42883: function ... does not exist" */
};

struct cg_server {
    const char *engine;   /* "mariadb", "mysql", "postgresql" */
    const char *version;  /* "10.11.11-MariaDB-...", as the server prints it */
    int version_number;   /* MySQL family: 101111, 80036, 90700; PostgreSQL: 150013 */
    const char *host;     /* where we connected: "127.0.0.1:3306" or a socket path; never a secret */
    const char *identity; /* server UUID or system identifier where there is one, else "" */
};

struct cg_catalog {
    struct cg_server server;
    const char *database;
    const char *schema; /* PostgreSQL: the one schema that was read; MySQL: "" */
    const char *charset, *collation;
    struct cg_table *tables; /* ordered by name, byte by byte */
    size_t table_count;
    struct cg_sequence *sequences;
    size_t sequence_count;
    struct cg_view *views; /* a plan's, in an order in which each one's tables and views are there before it */
    size_t view_count;
    struct cg_object *objects; /* views that were read are here */
    size_t object_count;
    const char *unseen;    /* what tables may be there that the user has no right to see, as a sentence; NULL: none */
    struct cg_type *enums; /* PostgreSQL: enum types of the schema, by name; also what a plan wants made */
    size_t enum_count;
    struct cg_condition *conditions;
    size_t condition_count;
    struct cg_collation *collations; /* PostgreSQL: of the schema, by name; also what a plan wants made */
    size_t collation_count;
};

/* By name; NULL when there is none. */
struct cg_table *cg_catalog_table(const struct cg_catalog *catalog, const char *name);
struct cg_column *cg_table_column(const struct cg_table *table, const char *name);
/* The primary key, or NULL. */
struct cg_key *cg_table_primary_key(const struct cg_table *table);
/* Is the column one of the key's plain parts? */
bool cg_key_has_column(const struct cg_key *key, const char *column);
/* The first difference between two definitions of one table that could change what a reader reads (columns, order,
 * types, nullability, generation; R5), as a sentence in the arena; NULL when there is none. */
const char *cg_table_difference(const struct cg_table *before, const struct cg_table *after, struct cg_arena *arena);
/* "view", "trigger", "routine", "event", "grant", "unknown", "table". */
const char *cg_object_kind_name(enum cg_object_kind kind);

#endif
