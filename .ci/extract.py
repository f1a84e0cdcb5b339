"""Reads what pdftotext -layout prints and writes each row of a table as CSV: the
label and the values behind it. It is the quick way that gongkai is timed against;
it knows no forms, no merged cells and no empty ones."""

import csv
import re
import sys

value = re.compile(r"^[+-]?[\d０-９,，.]+(件|宗|条|批次|元|万元|万)?$|^[/—-]$|^无$")
out = csv.writer(sys.stdout)
pending = ""
for line in sys.stdin:
    cells = re.split(r"\s{2,}", line.strip())
    values = [c for c in cells if value.match(c)]
    labels = [c for c in cells if c and not value.match(c)]
    if values:
        out.writerow([pending + "".join(labels)] + values)
        pending = ""
    elif len(labels) == 1:
        pending += labels[0]
    else:
        pending = ""
