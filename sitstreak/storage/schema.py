"""The tables, as the list of steps from an empty file to the newest layout."""

from __future__ import annotations

from typing import Final

_FIRST: Final = """
CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL UNIQUE,
    wearer TEXT NOT NULL,
    name TEXT NOT NULL
);

-- raw samples, exactly as the sensor took them; id is the order of arrival
CREATE TABLE block (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device INTEGER NOT NULL REFERENCES device,
    boot_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    t0_ns INTEGER NOT NULL,
    fs_hz REAL NOT NULL,
    lsb_per_g INTEGER NOT NULL,
    n INTEGER NOT NULL,
    samples BLOB NOT NULL,  -- int16 little endian, n x 3
    UNIQUE (device, boot_id, seq)
);
CREATE INDEX block_by_time ON block (device, t0_ns);

CREATE TABLE gap (
    device INTEGER NOT NULL REFERENCES device,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    n_lost INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (device, start_ns, end_ns, reason)
) WITHOUT ROWID;

-- the newest reading of each minute
CREATE TABLE sensor_reading (
    device INTEGER NOT NULL REFERENCES device,
    minute_s INTEGER NOT NULL,
    at_ns INTEGER NOT NULL,
    battery_pct INTEGER,
    rssi_dbm INTEGER,
    n_malformed INTEGER NOT NULL,
    n_backfilled INTEGER NOT NULL,
    PRIMARY KEY (device, minute_s)
) WITHOUT ROWID;

CREATE TABLE method (
    digest TEXT PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;

-- how far the live processing of a device has come
CREATE TABLE live_state (
    device INTEGER PRIMARY KEY REFERENCES device,
    method_digest TEXT NOT NULL REFERENCES method,
    state BLOB NOT NULL,           -- of processing; results may have gone on since
    fed_t0_ns INTEGER NOT NULL,    -- the last block handed to processing, in order of time
    fed_id INTEGER NOT NULL,
    seen_id INTEGER NOT NULL,      -- every block up to here was fed or is still ahead in time
    first_s INTEGER,               -- results cover [first_s, until_s)
    until_s INTEGER,
    settled_until_s INTEGER,       -- seconds before it never change again
    finished INTEGER NOT NULL      -- 1: all was settled at the end of the data
);

-- places to which processing can go back when a block arrives late
CREATE TABLE live_checkpoint (
    device INTEGER NOT NULL REFERENCES device,
    fed_t0_ns INTEGER NOT NULL,
    fed_id INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY (device, fed_t0_ns, fed_id)
) WITHOUT ROWID;

CREATE TABLE posture_minute (
    device INTEGER NOT NULL REFERENCES device,
    minute_s INTEGER NOT NULL,
    code BLOB NOT NULL,            -- 60 x u8
    p BLOB NOT NULL,               -- 60 x 5 x u16 / 65535
    confidence BLOB NOT NULL,      -- 60 x u16 / 65535
    n_steps BLOB NOT NULL,         -- 60 x u8
    PRIMARY KEY (device, minute_s)
);

CREATE TABLE bout (
    device INTEGER NOT NULL REFERENCES device,
    start_s INTEGER NOT NULL,
    end_s INTEGER NOT NULL,
    posture TEXT NOT NULL,
    n_steps INTEGER NOT NULL,
    confidence REAL NOT NULL,
    censored INTEGER NOT NULL,
    settled INTEGER NOT NULL,      -- 0 may still change, 1 never will, 2 the same: a hole of days
    method_digest TEXT NOT NULL REFERENCES method,
    PRIMARY KEY (device, start_s)
) WITHOUT ROWID;
CREATE INDEX bout_by_end ON bout (device, end_s);
CREATE INDEX bout_open ON bout (device, start_s) WHERE settled = 0;

-- how far results were handed to the outbox; no row: never
CREATE TABLE projection (
    wearer TEXT PRIMARY KEY,
    zone TEXT NOT NULL,            -- local days were cut by this one
    dirty_from_s INTEGER NOT NULL  -- lines of seconds from here on are to be made again
) WITHOUT ROWID;
CREATE TABLE projection_device (
    device INTEGER PRIMARY KEY REFERENCES device,
    settled_until_s INTEGER NOT NULL
);

-- what InfluxDB has not confirmed yet; a newer line for the same place replaces the older one
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (series, at_s)
);
-- rows of InfluxDB that are to vanish before the outbox is sent
CREATE TABLE outbox_delete (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    measurement TEXT NOT NULL,
    wearer TEXT NOT NULL,
    device_id TEXT NOT NULL,       -- empty: a measurement without that tag
    from_s INTEGER NOT NULL,
    UNIQUE (measurement, wearer, device_id)
);
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_s INTEGER NOT NULL,
    line TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE sink_status (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sent_at_s INTEGER,
    error TEXT
);
INSERT INTO sink_status VALUES (1, NULL, NULL);
"""

_GUIDED: Final = """
-- what `sitstreak calibrate` found: processing starts from it at from_s, also when made again
CREATE TABLE calibration (
    device INTEGER NOT NULL REFERENCES device,
    from_s INTEGER NOT NULL,
    up_x REAL NOT NULL,            -- against gravity while walking, device axes
    up_y REAL NOT NULL,
    up_z REAL NOT NULL,
    forward_x REAL,                -- the way the wearer faces; null: not known
    forward_y REAL,
    forward_z REAL,
    standing_deg REAL NOT NULL,
    cadence_spm REAL NOT NULL,
    taken_up INTEGER NOT NULL,     -- 0: live processing has not seen it yet
    PRIMARY KEY (device, from_s)
) WITHOUT ROWID;

-- what `sitstreak single-leg` found
CREATE TABLE single_leg (
    device INTEGER NOT NULL REFERENCES device,
    at_s INTEGER NOT NULL,
    side TEXT NOT NULL,
    hold_s REAL NOT NULL,
    is_cut INTEGER NOT NULL,       -- 1: still up when the test ended
    lift_deg REAL NOT NULL,
    sag_deg REAL NOT NULL,
    drop_deg REAL,                 -- null: no forward axis known
    sway_g REAL NOT NULL,
    path_g_s REAL NOT NULL,
    PRIMARY KEY (device, at_s)
) WITHOUT ROWID;
"""

# Adding columns touches no row: a file of years is brought up to date at once.
_UNDER_PRESSURE: Final = """
-- the sensor's own clock at the first sample; null: it has none, or stored before this column
ALTER TABLE block ADD COLUMN ticks INTEGER;
-- CRC-32 of the row (storage/checksum.py); null: stored before this column
ALTER TABLE block ADD COLUMN crc INTEGER;

-- what ingest remembers of a sensor; the newest has the largest id
CREATE TABLE sensor_state (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device INTEGER NOT NULL REFERENCES device,
    name TEXT NOT NULL,            -- 'clock', 'pairing', ...
    boot_id INTEGER NOT NULL,      -- -1: of the device, whatever its boot
    json TEXT NOT NULL,
    UNIQUE (device, name, boot_id)
);

-- raw samples before this were deleted on purpose; results from before are kept as they are
CREATE TABLE raw_kept (
    device INTEGER PRIMARY KEY REFERENCES device,
    from_ns INTEGER NOT NULL
);
"""

# A file of months without InfluxDB has its outbox copied once; nothing else is touched.
_SENT: Final = """
-- several events may begin in one second: more_ns sets them apart
CREATE TABLE outbox_with_ns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    series TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    more_ns INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL,
    UNIQUE (series, at_s, more_ns)
);
INSERT INTO outbox_with_ns (id, series, at_s, fields)
    SELECT id, series, at_s, fields FROM outbox ORDER BY id;
DROP TABLE outbox;
ALTER TABLE outbox_with_ns RENAME TO outbox;

-- spans whose rows are made again from results and sent, once the outbox is empty
CREATE TABLE outbox_replay (
    wearer TEXT PRIMARY KEY,
    zone TEXT NOT NULL,
    from_s INTEGER NOT NULL,
    until_s INTEGER NOT NULL
) WITHOUT ROWID;

-- series and time of the line: one that is refused time and again is there once
ALTER TABLE quarantine ADD COLUMN place TEXT;
CREATE UNIQUE INDEX quarantine_by_place ON quarantine (place);

-- what stood beside a sensor's reading when its row was first made; so it is the same ever after
CREATE TABLE sensor_beside (
    device INTEGER NOT NULL REFERENCES device,
    minute_s INTEGER NOT NULL,
    n_lost INTEGER NOT NULL,       -- samples lost since midnight UTC
    drift_ppm REAL,                -- null: not known
    n_waiting INTEGER NOT NULL,    -- rows in the outbox
    PRIMARY KEY (device, minute_s)
) WITHOUT ROWID;
CREATE TABLE projection_sensor (
    device INTEGER PRIMARY KEY REFERENCES device,
    minute_s INTEGER NOT NULL      -- the newest reading that was handed to the outbox
);
"""

_BUNDLED: Final = """
-- many lines that were queued at once, as they will be sent: a row for each would cost ten times
-- the time. Rows of outbox up to after_row go before it, all others behind it.
CREATE TABLE outbox_bundle (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    after_row INTEGER NOT NULL,
    n_rows INTEGER NOT NULL,
    lines TEXT NOT NULL
);
"""

_DIARY: Final = """
-- what a wearer wrote down; processing/figures/diary.py says which columns belong to which kind
CREATE TABLE diary (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given again: rows in InfluxDB depend on it
    wearer TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    until_s INTEGER,               -- end of a stretch
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    score INTEGER,
    n_sets INTEGER,
    n_reps INTEGER,
    load_kg REAL,
    left_s REAL,
    right_s REAL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,      -- 1: as first written
    deleted_at_s INTEGER           -- null: not deleted
);
CREATE INDEX diary_by_time ON diary (wearer, at_s);
CREATE INDEX diary_stretch ON diary (wearer, kind) WHERE until_s IS NOT NULL;
-- what an entry said before it was changed
CREATE TABLE diary_history (
    id INTEGER NOT NULL REFERENCES diary,
    version INTEGER NOT NULL,
    changed_at_s INTEGER NOT NULL, -- when this version ended
    wearer TEXT NOT NULL,
    at_s INTEGER NOT NULL,
    until_s INTEGER,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    score INTEGER,
    n_sets INTEGER,
    n_reps INTEGER,
    load_kg REAL,
    left_s REAL,
    right_s REAL,
    note TEXT NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;
-- the plan from a day on: a later one does not touch the days before it
CREATE TABLE exercise_plan (
    wearer TEXT NOT NULL,
    from_day TEXT NOT NULL,        -- local date, YYYY-MM-DD
    json TEXT NOT NULL,
    PRIMARY KEY (wearer, from_day)
) WITHOUT ROWID;
"""

#: Step i takes a file from user_version i to i + 1. Append only.
MIGRATIONS: Final = (_FIRST, _GUIDED, _UNDER_PRESSURE, _SENT, _BUNDLED, _DIARY)
