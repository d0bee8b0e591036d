#!/bin/sh
# Counts samples per label: the stage `counts` of 5-command.json. $1 is an input folder, $2 an output folder.
set -eu
tail -n +2 "$1/samples.csv" | cut -d, -f4 | sort | uniq -c |
  awk -v folder="$2" '
    { print $2 "," $1 > (folder "/counts.csv") }
    END { print "{\"labels\": " NR "}" > (folder "/metrics.json") }'
