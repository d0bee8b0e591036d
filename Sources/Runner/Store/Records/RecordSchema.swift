/// The tables of the record, as a list of migrations from an empty file to the current version.
///
/// A released migration is never changed; every change is a new migration.
enum RecordSchema {
  /// Marks the file as Assay's: `ASSY`.
  static let applicationID = 0x4153_5359

  /// Migration n takes a record from version n to version n + 1.
  static let migrations = [
    tables + appendOnly + views, auditColumns, indexesInUse, processEnds, missingData,
    clusterJobs,
  ]

  /// Columns added by later migrations, in order; a seal covers them only if they are not null, so
  /// that a run sealed before they existed keeps its seal.
  static let laterColumns = [
    "run_end": ["marks"], "divergence": ["file"],
    "stage_run": ["record", "signal", "node", "job", "queue_seconds"],
  ]

  /// The tables, in the order in which a seal covers them.
  static let runTables = ["run", "parameter", "environment", "stage_run", "stage_edge"]
  /// The tables whose rows belong to a row of `stage_run`, in the order in which a seal covers
  /// them.
  static let stageTables = ["artifact", "metric", "check_result"]

  private static let tables = """
    CREATE TABLE pipeline (
      digest TEXT PRIMARY KEY,
      text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE run (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      pipeline TEXT NOT NULL,
      pipeline_digest TEXT NOT NULL REFERENCES pipeline (digest),
      command TEXT NOT NULL,
      host TEXT NOT NULL,
      user TEXT NOT NULL,
      started REAL NOT NULL
    ) STRICT;
    CREATE INDEX run_by_pipeline ON run (pipeline);
    CREATE TABLE run_end (
      number INTEGER PRIMARY KEY,
      run TEXT NOT NULL UNIQUE REFERENCES run (id),
      status TEXT NOT NULL CHECK (status IN ('done', 'failed', 'interrupted')),
      exit INTEGER NOT NULL,
      finished REAL NOT NULL,
      hits INTEGER NOT NULL,
      executed INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      interrupted INTEGER NOT NULL,
      last_event INTEGER NOT NULL,
      previous_seal TEXT,
      seal TEXT NOT NULL
    ) STRICT;
    CREATE TABLE parameter (
      number INTEGER PRIMARY KEY,
      run TEXT NOT NULL REFERENCES run (id),
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      UNIQUE (run, name)
    ) STRICT;
    CREATE TABLE environment (
      number INTEGER PRIMARY KEY,
      run TEXT NOT NULL REFERENCES run (id),
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      UNIQUE (run, name)
    ) STRICT;
    CREATE TABLE stage_run (
      number INTEGER PRIMARY KEY,
      run TEXT NOT NULL REFERENCES run (id),
      cell TEXT NOT NULL,
      stage TEXT NOT NULL,
      kind TEXT NOT NULL,
      key TEXT,
      status TEXT NOT NULL
        CHECK (status IN ('hit', 'executed', 'failed', 'skipped', 'interrupted')),
      reason TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      started REAL NOT NULL,
      seconds REAL NOT NULL,
      peak_memory INTEGER NOT NULL,
      cpu_seconds REAL NOT NULL,
      exit INTEGER,
      log TEXT,
      scratch TEXT
    ) STRICT;
    CREATE INDEX stage_run_by_run ON stage_run (run, cell);
    CREATE INDEX stage_run_by_stage ON stage_run (stage);
    CREATE INDEX stage_run_by_key ON stage_run (key, status);
    CREATE TABLE stage_edge (
      number INTEGER PRIMARY KEY,
      run TEXT NOT NULL REFERENCES run (id),
      from_cell TEXT NOT NULL,
      output TEXT NOT NULL,
      to_cell TEXT NOT NULL,
      input TEXT NOT NULL
    ) STRICT;
    CREATE INDEX stage_edge_by_run ON stage_edge (run);
    CREATE TABLE artifact (
      number INTEGER PRIMARY KEY,
      stage_run INTEGER NOT NULL REFERENCES stage_run (number),
      port TEXT NOT NULL,
      type TEXT NOT NULL,
      digest TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      UNIQUE (stage_run, port)
    ) STRICT;
    CREATE INDEX artifact_by_digest ON artifact (digest);
    CREATE TABLE metric (
      number INTEGER PRIMARY KEY,
      stage_run INTEGER NOT NULL REFERENCES stage_run (number),
      name TEXT NOT NULL,
      step INTEGER,
      value REAL -- null for a value that is not a number
    ) STRICT;
    CREATE INDEX metric_by_stage_run ON metric (stage_run, name, step);
    CREATE TABLE check_result (
      number INTEGER PRIMARY KEY,
      stage_run INTEGER NOT NULL REFERENCES stage_run (number),
      metric TEXT NOT NULL,
      relation TEXT NOT NULL,
      threshold REAL NOT NULL,
      value REAL,
      met INTEGER NOT NULL CHECK (met IN (0, 1))
    ) STRICT;
    CREATE INDEX check_result_by_stage_run ON check_result (stage_run);
    CREATE TABLE divergence (
      number INTEGER PRIMARY KEY,
      run TEXT REFERENCES run (id),
      cell TEXT NOT NULL,
      key TEXT NOT NULL,
      port TEXT NOT NULL,
      existing TEXT NOT NULL,
      found TEXT NOT NULL,
      at REAL NOT NULL
    ) STRICT;
    CREATE TABLE event (
      number INTEGER PRIMARY KEY,
      run TEXT REFERENCES run (id),
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      text TEXT NOT NULL,
      at REAL NOT NULL
    ) STRICT;
    CREATE INDEX event_by_run ON event (run);

    """

  private static let appendOnly: String = {
    let all =
      ["pipeline", "run_end", "divergence", "event"] + runTables + stageTables
    var script = ""
    for table in all {
      for deed in ["UPDATE", "DELETE"] {
        script += """
          CREATE TRIGGER \(table)_refuses_\(deed.lowercased()) BEFORE \(deed) ON \(table)
          BEGIN SELECT RAISE(ABORT, 'the record is only ever added to'); END;

          """
      }
    }
    for table in runTables.dropFirst() + ["divergence"] {
      script += """
        CREATE TRIGGER \(table)_refuses_finished BEFORE INSERT ON \(table)
        WHEN EXISTS (SELECT 1 FROM run_end WHERE run = NEW.run)
        BEGIN SELECT RAISE(ABORT, 'the run is finished and sealed'); END;

        """
    }
    for table in stageTables {
      script += """
        CREATE TRIGGER \(table)_refuses_finished BEFORE INSERT ON \(table)
        WHEN EXISTS (SELECT 1 FROM run_end JOIN stage_run USING (run)
                     WHERE stage_run.number = NEW.stage_run)
        BEGIN SELECT RAISE(ABORT, 'the run is finished and sealed'); END;

        """
    }
    return script
  }()

  private static let auditColumns = """
    ALTER TABLE run_end ADD COLUMN marks TEXT; -- a few digits a sealed row; see RowMarks
    ALTER TABLE stage_run ADD COLUMN record TEXT; -- the seal of the key file
    ALTER TABLE divergence ADD COLUMN file TEXT; -- the first file that differs

    """

  /// Recording a hit updates only the index of its run; marks are found without reading all events.
  private static let indexesInUse = """
    DROP INDEX stage_run_by_key;
    CREATE INDEX stage_run_executed ON stage_run (key) WHERE status = 'executed';
    DROP INDEX artifact_by_digest;
    CREATE INDEX event_marks ON event (kind) WHERE kind IN ('tag', 'untag', 'pin', 'unpin');

    """

  /// The signal that ended a worker, a status for unmet checks, and earlier attempts found by key.
  ///
  /// A CHECK constraint does not affect stored rows, so the text of the table's definition is
  /// edited, as SQLite's documentation of ALTER TABLE describes.
  private static let processEnds = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, '(''done'', ', '(''done'', ''checks-not-met'', ')
      WHERE type = 'table' AND name = 'run_end';
    PRAGMA writable_schema = RESET;
    ALTER TABLE stage_run ADD COLUMN signal TEXT; -- the signal that ended the worker process
    CREATE INDEX stage_run_unsuccessful ON stage_run (key) WHERE status IN ('failed', 'interrupted');

    """

  /// A status for runs in which cells could not run because data were missing.
  private static let missingData = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, '(''done'', ', '(''done'', ''data-missing'', ')
      WHERE type = 'table' AND name = 'run_end';
    PRAGMA writable_schema = RESET;

    """

  /// Where cells ran that ran as jobs of a cluster, and a status for runs that left such jobs.
  private static let clusterJobs = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, '(''done'', ', '(''done'', ''detached'', ')
      WHERE type = 'table' AND name = 'run_end';
    PRAGMA writable_schema = RESET;
    ALTER TABLE stage_run ADD COLUMN node TEXT; -- the node of the cluster
    ALTER TABLE stage_run ADD COLUMN job TEXT; -- the number of the job
    ALTER TABLE stage_run ADD COLUMN queue_seconds REAL; -- how long the job waited in the queue

    """

  private static let views = """
    CREATE VIEW latest_metrics AS
    SELECT run.pipeline, stage_run.cell, stage_run.stage, metric.name, metric.step, metric.value,
      stage_run.run, stage_run.status, datetime(run.started, 'unixepoch') AS started
    FROM metric
    JOIN stage_run ON stage_run.number = metric.stage_run
    JOIN run ON run.id = stage_run.run
    WHERE stage_run.number = (
        SELECT max(later.number) FROM stage_run AS later JOIN run AS its ON its.id = later.run
        WHERE later.stage = stage_run.stage AND later.cell = stage_run.cell
          AND its.pipeline = run.pipeline AND later.status IN ('hit', 'executed'))
      AND metric.step IS (
        SELECT max(other.step) FROM metric AS other
        WHERE other.stage_run = metric.stage_run AND other.name = metric.name);
    CREATE VIEW runs_wide AS
    SELECT run.id, run.pipeline, run.host, run.user, run.command,
      datetime(run.started, 'unixepoch') AS started, run_end.finished - run.started AS seconds,
      coalesce(run_end.status, 'unfinished') AS status, run_end.exit, run_end.hits,
      run_end.executed, run_end.failed, run_end.skipped, run_end.interrupted,
      (SELECT count(*) FROM check_result JOIN stage_run ON stage_run.number = stage_run
        WHERE stage_run.run = run.id AND NOT met) AS checks_missed,
      (SELECT json_group_object(name, json(value))
        FROM (SELECT name, value FROM parameter WHERE parameter.run = run.id ORDER BY name)
      ) AS parameters,
      run_end.seal
    FROM run LEFT JOIN run_end ON run_end.run = run.id;
    """
}
