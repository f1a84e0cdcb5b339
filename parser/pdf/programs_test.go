package pdf

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"gongkai/parser/blocks"
	"gongkai/parser/page"
	"gongkai/parser/pdf/pdftest"
)

// program makes PDFs from HTML, if the machine has it.
type program struct {
	name, command string
	made          func() ([]byte, error)
}

// programs are what offices make PDFs with. Each is run once.
var programs = []program{
	{"LibreOffice", "soffice", sync.OnceValues(func() ([]byte, error) {
		return convert(func(dir, source string) *exec.Cmd {
			return command(dir, "soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", dir, source)
		})
	})},
	{"Chromium", "chromium", sync.OnceValues(func() ([]byte, error) {
		return convert(func(dir, source string) *exec.Cmd {
			return command(dir, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
				"--disable-sync", "--no-first-run", "--no-pdf-header-footer", "--user-data-dir="+dir+"/profile", "--print-to-pdf="+filepath.Join(dir, "table.pdf"), source)
		})
	})},
}

func command(dir, name string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Cancel = func() error { defer cancel(); return c.Process.Kill() }
	return c
}

func convert(run func(dir, source string) *exec.Cmd) ([]byte, error) {
	dir, err := os.MkdirTemp("", "pdf")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "table.html")
	if err := os.WriteFile(source, []byte(tableHTML()), 0o644); err != nil {
		return nil, err
	}
	if out, err := run(dir, source).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "table.pdf"))
}

// Rows and columns of the table that programs print.
const rows, columns = 60, 6

func value(row, column int) string { return fmt.Sprintf("(%d)", 10000+101*row+column) }

func tableHTML() string {
	var b strings.Builder
	b.WriteString("<html><head><meta charset=utf-8></head><body><p>政府信息公开工作年度报告</p><table border=1 cellspacing=0 cellpadding=4>")
	for row := range rows {
		fmt.Fprintf(&b, "<tr><td>第%d项行政许可</td>", row)
		for column := range columns {
			fmt.Fprintf(&b, "<td>%s</td>", value(row, column))
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table></body></html>")
	return b.String()
}

// TestPrograms reads what programs print: every character of every cell, each
// between four rulings, where poppler sees it too.
func TestPrograms(t *testing.T) {
	for _, program := range programs {
		t.Run(program.name, func(t *testing.T) {
			if _, err := exec.LookPath(program.command); err != nil {
				t.Skipf("not run: %s is not installed", program.command)
			}
			data, err := program.made()
			if err != nil {
				t.Fatal(err)
			}
			pages := read(t, data)
			found := 0
			for _, p := range pages {
				printed := text(p)
				for row := range rows {
					for column := range columns {
						if !strings.Contains(printed, value(row, column)) {
							continue
						}
						found++
						first, last := find(t, p, value(row, column))
						if !boxed(p, first, last) {
							t.Errorf("page %d: no rulings around %s at %v, %v", p.Number, value(row, column), first.Left, first.Top)
						}
					}
				}
				if strings.Contains(printed, unknown) {
					t.Errorf("page %d has unknown characters: %q", p.Number, printed)
				}
			}
			if found != rows*columns {
				t.Errorf("%d of %d values are found", found, rows*columns)
			}
			comparePoppler(t, data, pages)
		})
	}
}

// boxed reports whether rulings run on all four sides of a piece of text.
func boxed(p page.Page, first, last page.Glyph) bool {
	x, y := (first.Left+last.Right)/2, (first.Top+last.Bottom)/2
	var above, below, left, right bool
	for _, r := range p.Rules {
		const cell = 80
		switch {
		case r.Top == r.Bottom && r.Left <= x && r.Right >= x:
			above = above || r.Top <= first.Top+2 && r.Top > y-cell
			below = below || r.Top >= first.Bottom-2 && r.Top < y+cell
		case r.Left == r.Right && r.Top <= y && r.Bottom >= y:
			left = left || r.Left <= first.Left && r.Left > x-cell
			right = right || r.Left >= last.Right && r.Left < x+cell
		}
	}
	return above && below && left && right
}

// comparePoppler holds the places of words against those that poppler gives.
func comparePoppler(t *testing.T, data []byte, pages []page.Page) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("not run: pdftotext is not installed")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "a.pdf")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := command(dir, "pdftotext", "-bbox", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	var seen struct {
		Pages []struct {
			Words []struct {
				Left   float64 `xml:"xMin,attr"`
				Top    float64 `xml:"yMin,attr"`
				Right  float64 `xml:"xMax,attr"`
				Bottom float64 `xml:"yMax,attr"`
				Text   string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	if err := xml.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	if len(seen.Pages) != len(pages) {
		t.Fatalf("%d pages, poppler sees %d", len(pages), len(seen.Pages))
	}
	words := 0
	for i, p := range pages {
		for _, w := range seen.Pages[i].Words {
			words++
			at := func(left, right bool) bool {
				for _, g := range p.Glyphs {
					// Fonts share glyphs between ideographs and radicals; poppler folds them.
					text, word := norm.NFKC.String(g.Text), norm.NFKC.String(w.Text)
					if g.Top < w.Bottom && g.Bottom > w.Top && (left && math.Abs(g.Left-w.Left) < 0.5 && strings.HasPrefix(word, text) ||
						right && math.Abs(g.Right-w.Right) < 0.5 && strings.HasSuffix(word, text)) {
						return true
					}
				}
				return false
			}
			if !at(true, false) || !at(false, true) {
				t.Errorf("page %d: poppler sees %q from %v to %v at %v", i+1, w.Text, w.Left, w.Right, w.Top)
			}
		}
	}
	if words == 0 {
		t.Error("poppler sees no words")
	}
}

// TestPopplerAgrees holds the maps and rotations of the tests' own writer against
// another reader, so that writer and reader are not wrong in the same way.
func TestPopplerAgrees(t *testing.T) {
	for i, cmap := range allMaps {
		t.Run(cmap, func(t *testing.T) {
			w := &pdftest.Writer{CMap: cmap, Rotate: i % 4 * 90}
			w.Page(500, 300)
			w.Text(50, 40, 12, "（一）予以公开")
			w.Text(200, 40, 12, "一、本年新收政府信息公开申请数量")
			if !strings.Contains(cmap, "-EUC") { // poppler takes their half-width letters for full ones
				w.Text(50, 80, 10, "1386.2475")
			}
			data := written(t, w)
			comparePoppler(t, data, read(t, data))
		})
	}
}

// TestRewritten reads a document as qpdf rewrites it.
func TestRewritten(t *testing.T) {
	if _, err := exec.LookPath("qpdf"); err != nil {
		t.Skip("not run: qpdf is not installed")
	}
	dir := t.TempDir()
	w := &pdftest.Writer{CMap: "GBK-EUC-H"}
	for n := range 20 {
		w.Page(500, 300)
		w.Text(50, 40, 12, fmt.Sprintf("第%d页（一）予以公开", n+1))
	}
	if err := os.WriteFile(filepath.Join(dir, "a.pdf"), written(t, w), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, options := range [][]string{
		{"--linearize"},
		{"--object-streams=generate"},
		{"--linearize", "--object-streams=generate"},
		{"--qdf"},
		{"--stream-data=uncompress"},
		{"--allow-weak-crypto", "--encrypt", "", "owner", "40", "--"},
		{"--allow-weak-crypto", "--encrypt", "", "owner", "128", "--modify=none", "--"},
		{"--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=y", "--"},
		{"--encrypt", "", "owner", "256", "--"},
		{"--object-streams=generate", "--encrypt", "", "owner", "256", "--cleartext-metadata", "--"},
		{"--allow-weak-crypto", "--encrypt", "", "owner", "256", "--force-R5", "--"},
	} {
		t.Run(strings.Join(options, " "), func(t *testing.T) {
			if out, err := command(dir, "qpdf", append(options, "a.pdf", "b.pdf")...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			data, err := os.ReadFile(filepath.Join(dir, "b.pdf"))
			if err != nil {
				t.Fatal(err)
			}
			pages := read(t, data)
			for i, p := range pages {
				if want := fmt.Sprintf("第%d页（一）予以公开", i+1); text(p) != want {
					t.Errorf("page %d prints %q", i+1, text(p))
				}
			}
			if len(pages) != 20 {
				t.Errorf("%d pages", len(pages))
			}
		})
	}
}

// TestLocked reads documents that open without a password and refuses one that
// does not; qpdf made them.
func TestLocked(t *testing.T) {
	for name, want := range map[string]error{
		"rc4-40": nil, "rc4-128": nil, "aes-128": nil, "aes-256": nil, "password": blocks.ErrEncrypted, "password-40": blocks.ErrEncrypted,
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "locked-"+name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			pages, notes, err := Pages(context.Background(), data)
			if !errors.Is(err, want) || len(notes) > 0 {
				t.Fatalf("error %v, notes %v", err, notes)
			}
			if want == nil && text(pages[0]) != "（一）予以公开" {
				t.Errorf("printed %q", text(pages[0]))
			}
		})
	}
}
