package normalize_test

import (
	"context"
	"encoding/csv"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/report"
	"gongkai/schemas/formtest/published"
)

var keepFlag = flag.Bool("keep", false, "make the documents in testdata/formats anew, with all programs")

const keptDir = "../testdata/formats"

// keptReport is the number of the report that is kept in every format: labels
// one character a line, a font that Chromium and LibreOffice embed in little.
const keptReport = 116

// TestKept reads one small report in every format, with Go alone. The truth
// lies beside the documents. Scans are kept for the tests of damage only.
func TestKept(t *testing.T) {
	if *keepFlag {
		keep(t)
	}
	truth := readTruth(t, filepath.Join(keptDir, "truth.csv"))
	files, err := filepath.Glob(filepath.Join(keptDir, "*.*"))
	if err != nil || len(files) < 14 {
		t.Fatalf("%s has %d files, %v", keptDir, len(files), err)
	}
	r := newReader()
	for _, file := range files {
		name := filepath.Base(file)
		if filepath.Ext(name) == ".csv" || strings.Contains(name, "scan") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			read, err := r.read(name, data)
			if err != nil {
				t.Fatal(err)
			}
			for id, want := range truth {
				if f := read.Figure(report.ID(id)); f.State.String() != want.state || value(f) != want.value {
					t.Errorf("%s: printed %q (%s %s), read %s %s, raw %q, %s", id, want.raw, want.state, want.value, f.State, value(f), f.Raw, f.Note.EN)
				}
			}
		})
	}
}

// kept are the documents to keep: how they are named by Publish, and here.
var kept = []struct{ format, producer, name string }{
	{"html", "print page, gbk", "page-gbk.html"},
	{"mhtml", "browser", "page.mht"},
	{"docx", "LibreOffice", "libreoffice.docx"},
	{"doc", "LibreOffice", "libreoffice.doc"},
	{"rtf", "LibreOffice, from a page", "libreoffice.rtf"},
	{"xlsx", "LibreOffice", "libreoffice.xlsx"},
	{"xlsx", "a sheet for each section", "sheets.xlsx"},
	{"xls", "LibreOffice", "libreoffice.xls"},
	{"zip", "a text document in a folder", "document.zip"},
	{"pdf", "LibreOffice", "libreoffice.pdf"},
	{"pdf", "Chromium", "chromium.pdf"},
	{"pdf", "no fonts", "no-fonts.pdf"},
}

func keep(t *testing.T) {
	ctx, shop := context.Background(), published.Workshop{Dir: t.TempDir()}
	documents, notRun := shop.Publish(ctx, *corpusSeedFlag, []uint64{keptReport})
	for _, err := range notRun {
		t.Fatal(err)
	}
	for _, k := range kept {
		for _, d := range documents {
			if d.Format == k.format && strings.HasPrefix(d.Producer, k.producer) && !strings.Contains(strings.TrimPrefix(d.Producer, k.producer), " from ") {
				keepFile(t, d.Path, k.name)
				break
			}
		}
	}
	ways := map[string]published.Rewriting{}
	for _, way := range published.Rewritings() {
		ways[way.Name] = way
	}
	at := func(name string) string { return filepath.Join(keptDir, name) }
	for from, to := range map[string][2]string{
		"chromium.pdf": {"object-streams", "chromium.pdf"},
		"no-fonts.pdf": {"aes-256", "no-fonts-aes.pdf"},
	} {
		made := filepath.Join(shop.Dir, to[1])
		if err := shop.Rewrite(ctx, ways[to[0]], at(from), made); err != nil {
			t.Fatal(err)
		}
		keepFile(t, made, to[1])
	}
	pages, err := shop.Scan(ctx, rand.New(rand.NewPCG(1, 1)), published.Scanner{DPI: 40, Quality: 30}, at("no-fonts.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	scan, err := published.PicturePDF(pages, 40)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("scan.pdf"), scan, 0o644); err != nil {
		t.Fatal(err)
	}
	keepTruth(t, published.Numbered(*corpusSeedFlag, keptReport))
}

func keepFile(t *testing.T, from, name string) {
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(filepath.Join(keptDir, name), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func keepTruth(t *testing.T, r published.Report) {
	f, err := os.Create(filepath.Join(keptDir, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Write([]string{"figure", "state", "value", "raw"})
	for _, spec := range r.Form.Figures() {
		c, number := r.Cells[spec.ID], ""
		if c.Value != nil {
			number = c.Value.String()
		}
		w.Write([]string{string(spec.ID), c.State.String(), number, c.Raw})
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
}
